const f = Math.fround;

/**
 * a b + c of float32 numbers, rounded once to float32, as a processor's fused multiply-add does.
 *
 * The product is exact in float64; where the float64 sum lies midway between two float32 numbers, its
 * own rounding error says which of them is nearer.
 */
export function fused(a: number, b: number, c: number): number {
  const product = a * b, sum = product + c, nearest = f(sum);
  const rest = sum - nearest, other = nearest + 2 * rest;
  if (rest === 0 || f(other) !== other) return nearest;
  const added = sum - product;
  const error = (product - (sum - added)) + (c - added); // Knuth's: sum + error = a b + c
  return error * rest > 0 ? other : nearest;
}

/** A polynomial by Horner's rule, one fused step a coefficient, highest power first. */
export function fusedPolynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => fused(sum, x, coefficient));
}
