/** Random draws: sixteen elements come from four counters, so that four lanes of a vector unit can fill them at once. */
import { logOfNormal } from "./elementary.ts";
import { bitsOf, floatOf } from "./floatBits.ts";
import { quantileOfCenter, quantileOfTail, TAIL } from "./normalLaw.ts";
import { philox4x32 } from "./philox.ts";
import { lowerTail } from "./tails.ts";
import { cosineOfTurns, sineOfTurns } from "./trigonometry.ts";

const f = Math.fround;
const BLOCK = 16;
const LANES = 4;

/** Calls `visit` with the sixteen words of each block: element 16b + 4w + l is word w of counter 4b + l. */
function forEachBlock(
  length: number,
  key0: number,
  key1: number,
  visit: (words: Uint32Array, start: number, count: number) => void,
): void {
  const words = new Uint32Array(BLOCK), key = [key0, key1] as const;
  for (let start = 0; start < length; start += BLOCK) {
    for (let lane = 0; lane < LANES; lane++) {
      const four = philox4x32([start / LANES + lane, 0, 0, 0], key);
      for (let w = 0; w < 4; w++) words[LANES * w + lane] = four[w];
    }
    visit(words, start, Math.min(BLOCK, length - start));
  }
}

export function fillBits(out: Uint32Array, key0: number, key1: number): void {
  forEachBlock(out.length, key0, key1, (words, start, count) => {
    for (let i = 0; i < count; i++) out[start + i] = words[i];
  });
}

/** low, high - low and the largest float32 below high, all float32. */
export function uniformRange(
  low: number,
  high: number,
): { low: number; width: number; top: number } {
  const a = f(low), b = f(high), width = f(b - a);
  if (!(a < b && width < Infinity)) {
    throw new RangeError(
      `Cannot draw from [${low}, ${high}) as low must be < high with a finite difference in float32`,
    );
  }
  return { low: a, width, top: below(b) };
}

function below(x: number): number {
  if (x === 0) return floatOf(0x80000001);
  return floatOf(bitsOf(x) + (x > 0 ? -1 : 1));
}

export function fillUniform(
  out: Float32Array,
  key0: number,
  key1: number,
  low: number,
  high: number,
): void {
  const range = uniformRange(low, high);
  forEachBlock(out.length, key0, key1, (words, start, count) => {
    for (let i = 0; i < count; i++) {
      const u = (words[i] >>> 8) * 2 ** -24;
      const value = f(range.low + f(u * range.width));
      out[start + i] = value > range.top ? range.top : value;
    }
  });
}

export function fillNormal(
  out: Float32Array,
  key0: number,
  key1: number,
  mean: number,
  std: number,
): void {
  const center = f(mean), factor = f(std);
  forEachBlock(out.length, key0, key1, (words, start, count) => {
    for (let i = 0; i < count; i++) {
      const pair = i & ~LANES; // elements i and i + 4 share a radius and an angle
      const u = f(f(f(words[pair]) * 2 ** -32) + 2 ** -33);
      const radius = f(Math.sqrt(f(-2 * logOfNormal(u))));
      const turns = f(words[pair + LANES] | 0) * 2 ** -32;
      const z = f(radius * (i & LANES ? sineOfTurns(turns) : cosineOfTurns(turns)));
      out[start + i] = center + f(factor * z);
    }
  });
}

/** A normal law cut to [low, high], in float32: shares of the mass below, above and between, and where it lies around 1/2. */
export interface Truncation {
  readonly low: number;
  readonly high: number;
  readonly massBelow: number;
  readonly massAbove: number;
  readonly mass: number;
  /** massBelow - 1/2. */
  readonly offset: number;
}

const FARTHEST = 10;

export function truncation(low: number, high: number): Truncation {
  if (!(low < high && low < FARTHEST && high > -FARTHEST)) {
    throw new RangeError(
      `Cannot draw a normal cut to [${low}, ${high}] as low must be < high, low < ${FARTHEST} and high > -${FARTHEST}: ` +
        "the mass beyond is too small for float32",
    );
  }
  const massBelow = lowerTail(low), massAbove = lowerTail(-high);
  const mass = low > 0 ? lowerTail(-low) - massAbove : lowerTail(high) - massBelow;
  return {
    low: f(low),
    high: f(high),
    massBelow: f(massBelow),
    massAbove: f(massAbove),
    mass: f(mass),
    offset: f(massBelow - 0.5),
  };
}

export function fillTruncatedNormal(
  out: Float32Array,
  key0: number,
  key1: number,
  mean: number,
  std: number,
  low: number,
  high: number,
): void {
  const cut = truncation(low, high);
  const center = f(mean), factor = f(std);
  forEachBlock(out.length, key0, key1, (words, start, count) => {
    for (let i = 0; i < count; i++) {
      const z = truncatedQuantile(cut, ((words[i] >>> 9) + 0.5) * 2 ** -23);
      out[start + i] = center + f(factor * z);
    }
  });
}

/** The z with a share u of the cut law below it: from the nearer tail, or in the middle from the distance to the median. */
function truncatedQuantile(cut: Truncation, u: number): number {
  const step = f(u * cut.mass);
  const below = f(cut.massBelow + step);
  const above = f(cut.massAbove + f((1 - u) * cut.mass));
  const tail = below < above ? below : above;
  const z = tail >= TAIL
    ? quantileOfCenter(f(cut.offset + step))
    : below < above
    ? -quantileOfTail(tail)
    : quantileOfTail(tail);
  return z < cut.low ? cut.low : z > cut.high ? cut.high : z;
}
