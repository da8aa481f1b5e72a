import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { CATALOGUE, namesElsewhere } from "./catalogue.ts";
import type { CatalogueEntry } from "./catalogueEntry.ts";
import { complexFans } from "./complex.ts";
import { type Fans, fansOf } from "./fans.ts";
import type { Initializer, Law } from "./initializer.ts";
import type { FanMode } from "./varianceScaling.ts";

/**
 * Says in words and numbers what an initializer draws for a shape: fans, law, variance, std, bounds, what other libraries
 * call it, and who means something else by its name.
 *
 * @throws {TypeError} where the first argument is no initializer.
 * @throws {RangeError} where the initializer cannot draw this shape.
 *
 * @example
 * ```ts
 * import { explain, heNormal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(explain(heNormal(), [784, 256])).toContain("variance 0.00255102 = 2 / fanIn");
 * ```
 */
export function explain(init: Initializer, shape: Shape, fans?: Fans): string {
  if (typeof init?.law !== "function") {
    throw new TypeError("Cannot explain what is no initializer: pass one that is made, heNormal()");
  }
  sizeOf(shape);
  const law = init.law(shape, fans);
  const { name, ...options } = init.spec;
  const stated = Object.entries(options).map(([option, value]) =>
    `${option} ${typeof value === "number" ? short(value) : value}`
  ).join(", ");
  const lines = [
    `${name}${stated && ` (${stated})`} for shape ${show(shape)}, ${sizeOf(shape)} entries`,
  ];
  const isWeight = shape.length >= 2 && (law.distribution !== "structured" || "mode" in options);
  const isComplex = name === "complexVarianceScaling";
  const ownFans = isComplex ? complexFans : fansOf;
  const known = fans ?? (isWeight ? ownFans(shape) : undefined); // a structured shape may be a pair, or four gates
  if (known) lines.push(`fans: fanIn ${known.fanIn}, fanOut ${known.fanOut}`);
  const variance = law.std ** 2;
  const rule = known && "mode" in options ? inFans(variance, options.mode as FanMode, known) : "";
  lines.push(`law: ${inWords(law, name)}`);
  if (law.distribution !== "constant") {
    lines.push(`variance ${short(variance)}${rule}, std ${short(law.std)}`);
  }
  if (isComplex) lines.push(`real and imaginary part together: E|z|^2 ${short(2 * variance)}`);
  if (law.low < law.high && Number.isFinite(law.low)) {
    lines.push(`bounds: ${short(law.low)} to ${short(law.high)}`);
  }
  const names = namesElsewhere(init.spec);
  if (names.length > 0) lines.push(`elsewhere: ${names.join("; ")}`);
  const { beware } = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : {} as CatalogueEntry;
  if (beware) lines.push(`beware: ${beware}`);
  return lines.join("\n");
}

function inWords({ distribution, mean, low }: Law, name: string): string {
  switch (distribution) {
    case "constant":
      return `every entry is ${short(low)}`;
    case "uniform":
      return `uniform, mean ${short(mean)}`;
    case "normal":
      return `normal, mean ${short(mean)}`;
    case "truncatedNormal":
      return `normal with both tails cut, mean ${short(mean)}`;
    case "orthogonal":
      return "rows or columns orthogonal and of equal length, uniformly random";
    case "structured":
      return `entries that depend on each other (${CATALOGUE[name].law}), mean ${short(mean)}`;
  }
}

/** The variance as its rule: " = 2 / fanIn". */
function inFans(variance: number, mode: FanMode, { fanIn, fanOut }: Fans): string {
  const rules: Record<FanMode, [divisor: string, size: number]> = {
    fanIn: ["fanIn", fanIn],
    fanOut: ["fanOut", fanOut],
    fanAvg: ["(fanIn + fanOut)", fanIn + fanOut],
    fanGeoAvg: ["sqrt(fanIn fanOut)", Math.sqrt(fanIn * fanOut)],
  };
  const [divisor, size] = rules[mode];
  return ` = ${short(variance * size)} / ${divisor}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
