import { channelsLast, layoutOf } from "../audit/expectation.ts";
import type { Fans, Layout } from "../initializers/fans.ts";
import { explain } from "../initializers/explain.ts";
import { fromSpec } from "../initializers/spec.ts";
import { positionsOf, valueOf } from "./arguments.ts";
import { type ExitCode, type Terminal, UsageError } from "./terminal.ts";

export const EXPLAIN_USAGE = `explain INITIALIZER SHAPE [--OPTION VALUE]...
    What an initializer draws for a shape: fans, law, variance, bounds, and its names elsewhere.
    SHAPE is (in, out) or (...kernel, in, out), as 3,3,64,128.
    --layout torch   SHAPE is (out, in, ...kernel)
    --fans IN,OUT    where the shape does not tell them, as of a bias
    All other options are the initializer's own:
      explain heNormal 3,3,64,128
      explain heUniform 784,256 --mode fanOut --negativeSlope 0.01`;

/** `explain heNormal 3,3,64,128`. */
export function explainCommand(args: readonly string[], { out }: Terminal): ExitCode {
  const words: string[] = [], options: Record<string, string | number | boolean> = {};
  for (let i = 0; i < args.length; i++) {
    const [, name, joined] = args[i].match(/^--([^=]+)(?:=(.*))?$/) ?? [];
    if (name === undefined) words.push(args[i]);
    else {
      const value = joined ?? args[++i];
      if (value === undefined) throw new UsageError(`--${name} needs a value`);
      options[name] = valueOf(value);
    }
  }
  const [name, shape] = positionsOf(words, ["INITIALIZER", "SHAPE"]);
  const { layout = "keras", fans, ...own } = options;
  const init = fromSpec({ ...own, name });
  out(explain(init, channelsLast(shapeOf(shape), layoutOf(layout as Layout)), fansIn(fans)));
  return 0;
}

function fansIn(text: string | number | boolean | undefined): Fans | undefined {
  if (text === undefined) return undefined;
  const [fanIn, fanOut, ...more] = shapeOf(String(text));
  if (fanOut !== undefined && more.length === 0) return { fanIn, fanOut };
  throw new UsageError(`--fans takes two sizes, as 784,256: it is ${text}`);
}

function shapeOf(text: string): number[] {
  const sizes = text.split(/[,x]/).map((size) => /^\d+$/.test(size.trim()) ? Number(size) : NaN);
  if (!sizes.some(Number.isNaN)) return sizes;
  throw new UsageError(`"${text}" is no shape: write sizes with commas between, as 784,256`);
}
