import { type Fans, fansOf, type Layout } from "../initializers/fans.ts";
import type { Initializer, Law } from "../initializers/initializer.ts";
import { oneOf } from "../tensor/arguments.ts";
import { type Shape, show } from "../tensor/tensor.ts";
import type { Expected } from "./mistakes.ts";

/** What a tensor should be: an initializer, one with fans that its shape does not tell, or a law. */
export type Expectation = Initializer | { readonly init: Initializer; readonly fans: Fans } | Law;

/** @throws {RangeError} where the layout is not known. */
export function layoutOf(layout: Layout = "jax"): Layout {
  return oneOf("layout", layout, ["jax", "keras", "torch"]);
}

/** A shape as (...kernel, in, out). */
export function channelsLast(shape: Shape, layout: Layout): Shape {
  return layout === "torch" && shape.length >= 2 ? [...shape.slice(2), shape[1], shape[0]] : shape;
}

/** The largest tensor that fits in memory, and so has fans; larger ones can be in a file. */
const LARGEST = 2 ** 30;

/** The fans of a weight, unknown below two axes, without elements, and for what no initializer can draw. */
export function weightFans(shape: Shape, layout: Layout): Fans | undefined {
  const size = shape.reduce((product, length) => product * length, 1);
  return shape.length >= 2 && size > 0 && size <= LARGEST ? fansOf(shape, { layout }) : undefined;
}

/** A weight as a matrix whose one side is its outputs: (...rest, out), or (out, ...rest) for "torch". */
export function matrixOf(
  shape: Shape,
  layout: Layout,
): { rows: number; columns: number } | undefined {
  if (shape.length < 2 || shape.includes(0)) return undefined;
  const size = shape.reduce((product, length) => product * length, 1);
  const rows = layout === "torch" ? shape[0] : size / shape[shape.length - 1];
  return { rows, columns: size / rows };
}

/**
 * What is expected of a tensor of a shape.
 *
 * @throws {TypeError} where the expectation is neither an initializer nor a law.
 * @throws {RangeError} where an initializer needs fans that the shape does not tell.
 */
export function expectedOf(
  name: string,
  shape: Shape,
  expectation: Expectation,
  layout: Layout,
): Expected {
  const known = weightFans(shape, layout);
  const taps = channelsLast(shape, layout).slice(0, -2).reduce((a, b) => a * b, 1);
  if (isLaw(expectation)) {
    const { distribution } = expectation;
    return {
      name: distribution,
      law: settled(expectation),
      fans: known,
      taps,
      gains: [Math.SQRT2],
      withFans: undefined,
    };
  }
  const { init, fans } = typeof expectation === "function"
    ? { init: expectation, fans: known }
    : expectation ?? {};
  if (typeof init !== "function" || typeof init.law !== "function") {
    throw new TypeError(
      `Cannot audit "${name}" against ${String(expectation)}: give an initializer, ` +
        "{ init, fans } or a law",
    );
  }
  const plain = channelsLast(shape, layout);
  let law: Law;
  try {
    law = init.law(plain, fans);
  } catch (cause) {
    throw new RangeError(
      `Cannot audit "${name}" of shape ${show(shape)} against ${init.spec.name}: give ` +
        `{ init, fans }, or another initializer (${(cause as Error).message})`,
      { cause },
    );
  }
  const { gain = 1, negativeSlope } = init.spec;
  const own = typeof negativeSlope === "number" ? Math.sqrt(2 / (1 + negativeSlope ** 2)) : gain;
  return {
    name: init.spec.name,
    law: settled(law),
    fans,
    taps,
    gains: [...new Set([Number(own), Math.SQRT2])].filter((gain) => gain !== 1),
    withFans: (other) => init.law(plain, other),
  };
}

/** A law; of std 0, such as normal({ std: 0 }), the constant that it is. */
function settled(law: Law): Law {
  const { mean, std } = law;
  return std === 0 && law.distribution !== "structured"
    ? { distribution: "constant", mean, std, low: mean, high: mean }
    : law;
}

function isLaw(expectation: Expectation): expectation is Law {
  return typeof expectation === "object" && expectation !== null && "distribution" in expectation;
}
