/**
 * JAX's numbers of dtype complex64, as real tensors with a last axis of (real, imaginary).
 *
 * Reference: jax 0.10.2, jax/_src/random/core.py, _normal; jax/_src/nn/initializers.py, _complex_uniform and
 * _complex_truncated_normal, whose logarithm, sine and cosine are the machine's, here this library's.
 */
import { pairsOf } from "../initializers/complex.ts";
import { logf } from "../numerics/elementary.ts";
import { cosf, sinf } from "../numerics/trigonometry.ts";
import { type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import type { JaxRng } from "./jax.ts";
import { type JaxScalingOptions, keyOf, scalingOf } from "./jaxScaling.ts";

const f = Math.fround;
const SQRT_HALF = f(Math.SQRT1_2), TURN = f(2 * Math.PI);
const CORRECTION = f(0.95311164380491208);
const BELOW_CUT = f(1 - Math.exp(-4)); // the chance of a modulus below 2

/**
 * `variance_scaling(scale, mode, distribution, in_axis, out_axis, batch_axis, dtype=complex64)` as a real tensor whose last axis
 * is (real, imaginary) and no axis of JAX's: the normal ones bit for bit, the others within 2 units in the last place of |z|.
 *
 * Trap: "truncated_normal" is divided by 0.9531, where the root mean square after the cut at 2 is 0.9620: E|z|^2 is
 * 1.01866 scale / n. The truth is `complexVarianceScaling`.
 *
 * @throws {RangeError} where the last axis is not 2, the scale is negative, or the others have no fans.
 *
 * @example jax.nn.initializers.variance_scaling(1.0, "fan_in", "normal", dtype=complex)(jax.random.key(0), (2, 3))
 * ```ts
 * import { jaxInit, jaxRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const options = { scale: 1, mode: "fan_in", distribution: "normal" } as const;
 * const { data } = jaxInit.complexVarianceScaling([2, 3, 2], jaxRng(0), options);
 * expect([data[0], data[1]]).toEqual([0.5020071, -1.2212279].map(Math.fround));
 * ```
 */
export function complexVarianceScaling(
  shape: Shape,
  key: JaxRng,
  options: JaxScalingOptions,
): Tensor {
  const { variance, distribution } = scalingOf("complexVarianceScaling", pairsOf(shape), options);
  const std = f(Math.sqrt(variance)), drawn = DRAWS[distribution](shape, keyOf(key));
  const factor = distribution === "truncated_normal" ? f(std / CORRECTION) : std;
  return { shape: drawn.shape, data: drawn.data.map((part) => part * factor) };
}

/** `jax.random.normal(key, shape, complex64)`: each part N(0, 1 / 2), bit for bit. */
export function complexNormal(shape: Shape, key: JaxRng): Tensor {
  const pairs = pairsOf(shape);
  const [real, imaginary] = key.split().map((half) => half.normal(pairs).data);
  return joined(shape, (i) => [f(real[i] * SQRT_HALF), f(imaginary[i] * SQRT_HALF)]);
}

/** JAX's uniform numbers in the disc of radius sqrt 2: E|z|^2 = 1. */
function complexUniform(shape: Shape, key: JaxRng): Tensor {
  return inPolar(shape, key, (u) => f(Math.sqrt(f(2 * u))));
}

/** JAX's complex normal of E|z|^2 = 1, cut where |z| = 2; 0.9254 is left. */
function complexTruncatedNormal(shape: Shape, key: JaxRng): Tensor {
  return inPolar(shape, key, (u) => f(Math.sqrt(f(-logf(f(1 - f(BELOW_CUT * u)))))));
}

const DRAWS = {
  normal: complexNormal,
  uniform: complexUniform,
  truncated_normal: complexTruncatedNormal,
};

function inPolar(shape: Shape, key: JaxRng, modulus: (u: number) => number): Tensor {
  const pairs = pairsOf(shape);
  const [heights, turns] = key.split().map((half) => half.uniform(pairs).data);
  return joined(shape, (i) => {
    const r = modulus(heights[i]), angle = f(TURN * turns[i]);
    return [f(r * cosf(angle)), f(r * sinf(angle))];
  });
}

function joined(shape: Shape, pair: (i: number) => readonly [number, number]): Tensor {
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; 2 * i < data.length; i++) data.set(pair(i), 2 * i);
  return { shape: [...shape], data };
}
