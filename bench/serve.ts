/** A contestant as a process: reads names of works from its input, answers each with a line of JSON. */
import process from "node:process";
import { lines } from "./lines.ts";
import { type Contestant, type Prepared, ROUND, STEPS_TO_LOSS, WARM_UP } from "./works.ts";

/** CPU seconds per call, over at least `seconds`. */
function measure({ call }: Prepared, seconds: number): number {
  const before = process.cpuUsage(), end = performance.now() + 1000 * seconds;
  let calls = 0;
  do {
    call();
    calls++;
  } while (performance.now() < end);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / calls;
}

/** Answers until the input ends: `{ seconds, result }`, or null for a work that the contestant does not do. */
export async function serve(contestant: Contestant): Promise<void> {
  const prepared = new Map<string, { work: Prepared; result: number }>();
  for await (const name of lines(Deno.stdin.readable)) {
    if (!(name in contestant)) {
      console.log("null");
      continue;
    }
    if (!prepared.has(name)) {
      const work = contestant[name]();
      for (let i = 0; i < STEPS_TO_LOSS; i++) work.call();
      const result = work.result();
      measure(work, WARM_UP);
      prepared.set(name, { work, result });
    }
    const { work, result } = prepared.get(name)!;
    console.log(JSON.stringify({ seconds: measure(work, ROUND), result }));
  }
}
