const MAX_SWEEPS = 60;
const TOLERANCE = 1e-15;

/** M = sum over j of values[j] left[j] right[j]^T with unit vectors, largest value first. */
export interface SingularVectors {
  readonly values: Float64Array;
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/**
 * The singular value decomposition of a row-major (size, size) matrix, in float64 from + - * / and square roots alone: the
 * same bits on every machine.
 *
 * One-sided Jacobi: pairs of columns are rotated until all are orthogonal; the same rotations make the right vectors. Signs are
 * free: each pair keeps the one it came out with. Where a value is 0 its left vector is 0.
 *
 * @throws {RangeError} where the length of `data` is not size^2.
 *
 * Reference: Hestenes (1958); Demmel and Veselic (1992).
 */
export function singularVectors(data: ArrayLike<number>, size: number): SingularVectors {
  if (data.length !== size * size) {
    throw new RangeError(
      `Cannot read ${data.length} numbers as a (${size}, ${size}) matrix: ${
        size * size
      } are needed`,
    );
  }
  const columns = Array.from(
    { length: size },
    (_, j) => Float64Array.from({ length: size }, (_, i) => data[i * size + j]),
  );
  const right = columns.map((_, j) => {
    const unit = new Float64Array(size);
    unit[j] = 1;
    return unit;
  });
  for (let sweep = 0, turned = true; turned && sweep < MAX_SWEEPS; sweep++) {
    turned = false;
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        const angle = turnOf(columns[i], columns[j]);
        if (!angle) continue;
        turned = true;
        rotate(columns[i], columns[j], angle);
        rotate(right[i], right[j], angle);
      }
    }
  }
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, j) => j).sort((a, b) => lengths[b] - lengths[a]);
  return {
    values: Float64Array.from(order, (j) => lengths[j]),
    left: order.map((j) => columns[j].map((x) => lengths[j] > 0 ? x / lengths[j] : 0)),
    right: order.map((j) => right[j]),
  };
}

interface Turn {
  readonly cosine: number;
  readonly sine: number;
}

/** The rotation that makes two vectors orthogonal; undefined where they are so already. */
function turnOf(a: Float64Array, b: Float64Array): Turn | undefined {
  const aa = dot(a, a), bb = dot(b, b), ab = dot(a, b);
  if (Math.abs(ab) <= TOLERANCE * Math.sqrt(aa * bb)) return undefined;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  return { cosine, sine: tangent * cosine };
}

function rotate(a: Float64Array, b: Float64Array, { cosine, sine }: Turn): void {
  for (let k = 0; k < a.length; k++) {
    const x = a[k], y = b[k];
    a[k] = cosine * x - sine * y;
    b[k] = sine * x + cosine * y;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
