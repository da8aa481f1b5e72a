/**
 * The command line: audits weights, draws them, explains initializers.
 *
 * @module
 */
import process from "node:process";
import { AUDIT_USAGE, auditCommand } from "./auditCommand.ts";
import { EXPLAIN_USAGE, explainCommand } from "./explainCommand.ts";
import { INIT_USAGE, initCommand } from "./initCommand.ts";
import { type ExitCode, type Terminal, UsageError } from "./terminal.ts";

const COMMANDS: Readonly<
  Record<string, { run: (args: readonly string[], terminal: Terminal) => ExitCode; usage: string }>
> = {
  audit: { run: auditCommand, usage: AUDIT_USAGE },
  init: { run: initCommand, usage: INIT_USAGE },
  explain: { run: explainCommand, usage: EXPLAIN_USAGE },
};

const USAGE = `step-zero: what a network's weights are before the first step

${Object.values(COMMANDS).map(({ usage }) => usage).join("\n\n")}`;

/** Runs a command line; what is wrong with it is said in a sentence, without a trace. */
export function commandLine(args: readonly string[], terminal: Terminal): ExitCode {
  const [name, ...rest] = args;
  if (name === undefined || args.includes("--help") || args.includes("-h")) {
    terminal.out(Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name].usage : USAGE);
    return name === undefined ? 2 : 0;
  }
  try {
    if (!Object.hasOwn(COMMANDS, name)) {
      const names = Object.keys(COMMANDS).join(", ");
      throw new UsageError(`there is no command "${name}": choose one of ${names}`);
    }
    return COMMANDS[name].run(rest, terminal);
  } catch (error) {
    terminal.progress("");
    if (!isExpected(error)) throw error;
    terminal.error(`Error: ${error.message}`);
    if (error instanceof UsageError && Object.hasOwn(COMMANDS, name)) {
      terminal.error(`\nUsage:\n${COMMANDS[name].usage}`);
    }
    return 2;
  }
}

/** A wrong argument, a file that cannot be read or written, or a permission that is missing. */
function isExpected(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof TypeError ||
    error instanceof RangeError || (error instanceof Error && "code" in error) ||
    (error instanceof Error && error.name === "NotCapable");
}

if (import.meta.main) {
  const watched = process.stderr.isTTY;
  process.exitCode = commandLine(process.argv.slice(2), {
    out: (line) => console.log(line),
    error: (line) => console.error(line),
    progress: (line) => void (watched && process.stderr.write(`\r\x1b[K${line}`)),
  });
}
