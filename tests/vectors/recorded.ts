/** Cases that another library drew, and whether we draw the same bits. */
import { createHash } from "node:crypto";

export type Numbers = Float32Array | Uint32Array;

export interface RecordedCase {
  call: string;
  seed: number | string;
  shape: number[] | null;
  options: Record<string, unknown>;
  /** Of the values' bytes, little-endian. */
  sha256?: string;
  /** The values themselves, in base64, where they need not agree to the last bit. */
  data?: string;
}

export function sha256(numbers: Numbers): string {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

/** The cases whose bits `draw` does not give, as text. */
export function differing<T extends RecordedCase>(
  cases: readonly T[],
  draw: (one: T) => Numbers,
): string[] {
  return cases.filter((one) => sha256(draw(one)) !== one.sha256).map((one) => JSON.stringify(one));
}

/** The recorded float32 values of a case. */
export function valuesOf({ data = "" }: RecordedCase): Float32Array {
  return new Float32Array(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
}

/** Units in the last place between two float32 numbers of one sign. */
export function ulps(a: number, b: number): number {
  const [x, y] = new Int32Array(Float32Array.of(a, b).buffer);
  return Math.abs(x - y);
}
