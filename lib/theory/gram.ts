/** The covariance per column between the rows of a sequence: E x_t x_u / columns, (positions, positions). */
export type Gram = readonly Float64Array[];

/** A Gram matrix from its entries. */
export function gram(positions: number, entry: (t: number, u: number) => number): Gram {
  return Array.from({ length: positions }, (_, t) => {
    const row = new Float64Array(positions);
    for (let u = 0; u < positions; u++) row[u] = entry(t, u);
    return row;
  });
}

/** The same of each row's own entries. */
export function diagonal(g: Gram): number[] {
  return g.map((row, t) => row[t]);
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
