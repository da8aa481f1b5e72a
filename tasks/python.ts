import { windows } from "./place.ts";
import { run } from "./run.ts";
import { Stop } from "./stop.ts";

/** What the pinned packages ask for. */
const oldest = [3, 11] as const;

const isNewEnough = `import sys; print(*sys.version_info[:2]); sys.exit(sys.version_info < ${`(${
  oldest.join(", ")
})`})`;

/** The command that starts a Python new enough for the pinned packages. */
export async function findPython(): Promise<readonly string[]> {
  const candidates = windows ? [["py", "-3"], ["python"]] : [["python3"], ["python"]];
  let found = "";
  for (const candidate of candidates) {
    const { ok, text } = await run([...candidate, "-c", isNewEnough]);
    if (ok) return candidate;
    found ||= text.match(/^(\d+) (\d+)\s*$/m)?.slice(1).join(".") ?? "";
  }
  throw new Stop(
    found
      ? `Python ${found} is too old: install Python ${
        oldest.join(".")
      } or newer and run this again.`
      : `Python was not found: install Python ${oldest.join(".")} or newer (python.org, or your ` +
        `system's package python3) and run this again.`,
  );
}
