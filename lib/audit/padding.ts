import { normal } from "../initializers/distributions.ts";
import type { Initializer } from "../initializers/initializer.ts";
import type { Shape } from "../tensor/tensor.ts";
import type { Expectation } from "./expectation.ts";
import type { Finding } from "./finding.ts";
import type { TensorSource } from "./source.ts";

/** An embedding whose one row should be 0: what is looked at instead is all the others. */
export interface Padding {
  readonly row: number;
  /** What the other rows should be. */
  readonly rest: Expectation;
}

/** The row of zeros that paddedNormal has, where that is what is expected. @throws {RangeError} where the shape has no such row. */
export function paddingOf(expectation: Expectation | undefined, shape: Shape): Padding | undefined {
  const { init = expectation } = Object(expectation) as { init?: unknown };
  const { law, spec } = Object(init) as Partial<Initializer>;
  if (spec?.name !== "paddedNormal") return undefined;
  law?.(shape); // or refuse the shape
  return { row: Number(spec.row), rest: normal({ std: Number(spec.std) }) };
}

/** The tensor without that row. */
export function withoutRow(source: TensorSource, row: number): TensorSource {
  const [rows, ...rest] = source.shape, width = rest.reduce((a, b) => a * b, 1);
  const start = row * width, end = start + width;
  const blocks = {
    *[Symbol.iterator]() {
      let position = 0;
      for (const block of source.blocks) {
        const at = (place: number) => Math.min(block.length, Math.max(0, place - position));
        const [before, after] = [block.subarray(0, at(start)), block.subarray(at(end))];
        yield before;
        yield after;
        position += block.length;
      }
    },
  };
  const whole = () => {
    const all = source.whole(), kept = new Float32Array(all.length - width);
    kept.set(all.subarray(0, start));
    kept.set(all.subarray(end), start);
    return kept;
  };
  return { name: source.name, shape: [rows - 1, ...rest], blocks, whole };
}

/** What is found where the row is not 0. */
export function paddingFindings(source: TensorSource, row: number): Finding[] {
  const width = source.shape.slice(1).reduce((a, b) => a * b, 1);
  let position = 0;
  for (const block of source.blocks) {
    const from = Math.max(0, row * width - position), to = (row + 1) * width - position;
    if (block.subarray(from, to).some((value) => value !== 0)) {
      return [{
        kind: "notConstant",
        severity: "warning",
        says: `row ${row} should be 0, as that of the padding token: it is not`,
        fix: `set row ${row} to 0, or expect normal() where no token is padding`,
      }];
    }
    position += block.length;
    if (to <= block.length) break;
  }
  return [];
}
