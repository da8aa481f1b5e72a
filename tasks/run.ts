import { root } from "./place.ts";

export interface Finished {
  readonly ok: boolean;
  /** Standard output and standard error, in the order in which they came. */
  readonly text: string;
}

/**
 * Runs a program in the repository's folder and collects what it prints; `onText` sees it piece by
 * piece while it runs. A program that does not exist counts as one that failed.
 */
export async function run(
  [program, ...args]: readonly string[],
  options: { env?: Record<string, string>; onText?: (text: string) => void } = {},
): Promise<Finished> {
  const command = new Deno.Command(program, {
    args,
    cwd: root,
    env: { DENO_NO_UPDATE_CHECK: "1", PYTHONUNBUFFERED: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  let child: Deno.ChildProcess;
  try {
    child = command.spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { ok: false, text: `${program} not found\n` };
    throw error;
  }
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      text += piece;
      options.onText?.(piece);
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  return { ok: (await child.status).success, text };
}

/** Writes a piece of text to the terminal as it is. */
export function echo(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
