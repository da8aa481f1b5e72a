import { transpose } from "../initializers/orthogonal.ts";
import { kernels } from "../numerics/kernels.ts";

/**
 * Q of the factorization A = Q R, R with a positive diagonal, of a (rows, columns) matrix, row-major;
 * where rows < columns, Q of its transpose, transposed back.
 *
 * Gram-Schmidt where LAPACK reflects: the same Q but for rounding, as a positive R makes it unique.
 */
export function orthonormalColumns(
  matrix: Float32Array,
  rows: number,
  columns: number,
): Float32Array {
  if (rows < columns) {
    const basis = matrix.slice();
    kernels.orthogonalRows(basis, rows, columns);
    return basis;
  }
  const basis = transpose(matrix, rows, columns);
  kernels.orthogonalRows(basis, columns, rows);
  return transpose(basis, columns, rows);
}
