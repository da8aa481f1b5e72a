/** Writes the digits of the experiments to a file that Python reads: pixels as float32, then labels as bytes. */
import { mnist } from "../lib/data/mod.ts";
import { DIGITS } from "./works.ts";

const { inputs, targets } = (await mnist()).train.slice(0, DIGITS);
await Deno.writeFile(Deno.args[0], new Uint8Array(inputs.data.buffer));
await Deno.writeFile(Deno.args[0], targets, { append: true });
