import { superscript } from "./text.ts";

const decade = (value: number) => Math.round(Math.log10(value));
const isPower = (value: number) => Math.abs(value / 10 ** decade(value) - 1) < 1e-9;

/**
 * How the ticks of a log axis read: powers of ten as 10⁻⁶; a short axis, whose ticks are 1, 2 and 5 times a power
 * of ten, as plain decimals between 0.001 and 10000 and as 2×10⁻⁶ beyond.
 */
export function logFormat(ticks: readonly number[]): (value: number) => string {
  const plain = !ticks.every(isPower) && ticks.every((tick) => tick >= 1e-3 && tick <= 1e4);
  return (value) => {
    if (plain) return String(Number(value.toPrecision(6)));
    const exponent = isPower(value) ? decade(value) : Math.floor(Math.log10(value));
    const power = exponent === 0 ? "1" : exponent === 1 ? "10" : `10${superscript(exponent)}`;
    return isPower(value) ? power : `${Number((value / 10 ** exponent).toPrecision(6))}×${power}`;
  };
}

/** Ticks for a log axis: every k-th power of ten, at most `count`; 1, 2 and 5 times them where fewer than three fit. */
export function logTicks([from, to]: readonly [number, number], count: number): number[] {
  const low = Math.min(from, to) * (1 - 1e-9);
  const high = Math.max(from, to) * (1 + 1e-9);
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  if (last - first >= 2) {
    const step = [1, 2, 3, 5, 10, 20, 50].find((size) => (last - first) / size < count) ?? 100;
    const start = Math.ceil(first / step) * step;
    return Array.from(
      { length: Math.floor((last - start) / step) + 1 },
      (_, i) => powerOfTen(start + i * step),
    );
  }
  const ticks: number[] = [];
  for (let exponent = first - 1; exponent <= last; exponent++) {
    for (const digit of [1, 2, 5]) {
      const value = Number(`${digit}e${exponent}`);
      if (value >= low && value <= high) ticks.push(value);
    }
  }
  return ticks;
}

// Parsed, since 10 ** n is not the nearest double for every n.
const powerOfTen = (exponent: number) => Number(`1e${exponent}`);

/** Whole-number ticks inside a domain, at most about `count` of them, in steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks([from, to]: readonly [number, number], count: number): number[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const steps = [1, 2, 5, 10, 20, 50].flatMap((step) => [step, step * 100, step * 10_000]).sort((
    a,
    b,
  ) => a - b);
  const step = steps.find((size) => (high - low) / size <= count) ?? 1e6;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}
