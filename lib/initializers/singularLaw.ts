const STEPS = 4000;

/**
 * Mean of the largest `share` of the singular values of noise Z + identity I, Z with entries N(0, 1 / d), in the limit of large d.
 *
 * The density of the squares x follows from their Stieltjes transform m: with w = 1 + noise^2 m,
 * x w^3 - x w^2 + (noise^2 - identity^2) w + identity^2 = 0, and density = Im w / (pi noise^2).
 *
 * Reference: Dozier and Silverstein (2007), equation 1.1, for a square matrix and a single singular value |identity|.
 */
export function topSingularMean(noise: number, identity: number, share: number): number {
  const a = noise ** 2, b = identity ** 2;
  // Noise that moves no singular value by more than 2e-4 of it: below what follows can resolve.
  if (Math.abs(noise) <= 1e-4 * Math.abs(identity)) return Math.abs(identity);
  // All values lie within 2 |noise| of |identity|.
  const top = Math.abs(identity) + 2 * Math.abs(noise);
  const bottom = Math.max(0, Math.abs(identity) - 2 * Math.abs(noise));
  const step = (top - bottom) / STEPS;
  let mass = 0, sum = 0;
  for (let k = STEPS - 1; k >= 0 && mass < share; k--) {
    const s = bottom + (k + 0.5) * step, x = s * s;
    const w = imaginaryPart((a - b) / x, b / x);
    const part = Math.min(2 * s * w / (Math.PI * a) * step, share - mass);
    mass += part;
    sum += part * s;
  }
  return sum / mass;
}

/** Imaginary part of the complex roots of w^3 - w^2 + p w + q, 0 where all roots are real. */
function imaginaryPart(p: number, q: number): number {
  // w = t + 1 / 3 gives t^3 + 3 u t + 2 v.
  const u = (p - 1 / 3) / 3, v = (q + p / 3 - 2 / 27) / 2;
  const discriminant = v * v + u ** 3;
  if (discriminant <= 0) return 0;
  const root = Math.sqrt(discriminant);
  return Math.sqrt(3) / 2 * Math.abs(Math.cbrt(root - v) + Math.cbrt(root + v));
}
