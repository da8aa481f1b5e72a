const UNSIGNED_BYTE = 8;

/**
 * The elements of an IDX file of unsigned bytes, row-major, as a view of `bytes`.
 *
 * The file reads: 0, 0, the element type, the number of axes, each size as a big-endian uint32, the elements.
 * `shape` is what its sizes must be.
 *
 * @throws {TypeError} where the file is too short for its header, of another type or shape, or of another length.
 *
 * Reference: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", file formats.
 */
export function readIdx(what: string, bytes: Uint8Array, shape: readonly number[]): Uint8Array {
  const start = 4 + 4 * shape.length;
  if (bytes.length < start) {
    throw new TypeError(
      `Cannot read ${what} as an IDX header of ${shape.length} axes takes ${start} bytes: the file has ${bytes.length}`,
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, start);
  const magic = header.getUint32(0), expected = UNSIGNED_BYTE << 8 | shape.length;
  if (magic !== expected) {
    throw new TypeError(
      `Cannot read ${what} as its magic number must be ${expected} (unsigned bytes, ${shape.length} axes): ` +
        `current value is ${magic}`,
    );
  }
  const sizes = shape.map((_, axis) => header.getUint32(4 + 4 * axis));
  if (sizes.some((size, axis) => size !== shape[axis])) {
    throw new TypeError(
      `Cannot read ${what} as its sizes must be (${shape.join(", ")}): current value is (${
        sizes.join(", ")
      })`,
    );
  }
  const elements = bytes.subarray(start), count = shape.reduce((a, b) => a * b, 1);
  if (elements.length !== count) {
    throw new TypeError(
      `Cannot read ${what} as it must hold ${count} elements after its header: it holds ${elements.length}`,
    );
  }
  return elements;
}
