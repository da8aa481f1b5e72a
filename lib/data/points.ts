import { atLeastZero, count as atLeastOne, found } from "../tensor/arguments.ts";
import { cosineOfTurns, sineOfTurns } from "../numerics/trigonometry.ts";
import { Rng } from "../tensor/rng.ts";
import type { LabeledExamples } from "./labeledExamples.ts";

const MAX_CLASSES = 256;

/** Points in the plane, classes taking turns, so that every prefix holds them in equal shares. */
export interface PointOptions {
  /** Number of points, a multiple of the number of classes. */
  count: number;
  /** Standard deviation of the normal noise added to each coordinate. */
  noise: number;
  /** Names the stream the points are drawn from; the same stream always gives the same points. */
  rng: Rng;
}

/**
 * Points (r cos 2 pi t, r sin 2 pi t) plus normal noise; point i is of class i mod `classes`.
 *
 * `place` gives radius r and turns t in [0, 2) from the class and a number of the point's own, uniform on [0, 1).
 */
export function noisyPoints(
  { count, noise, rng }: PointOptions,
  classes: number,
  place: (label: number, u: number) => readonly [radius: number, turns: number],
): LabeledExamples {
  if (!(rng instanceof Rng)) {
    throw new TypeError('Cannot draw points without a random stream: pass { rng: rng("a name") }');
  }
  if (!Number.isInteger(classes) || classes < 2 || classes > MAX_CLASSES) {
    throw new RangeError(
      `Cannot use classes as it must be an integer from 2 to ${MAX_CLASSES}: ${found(classes)}`,
    );
  }
  if (atLeastOne("count", count) % classes !== 0) {
    throw new RangeError(
      `Cannot share the points equally as count must be a multiple of ${classes}: current value is ${count}`,
    );
  }
  const std = atLeastZero("noise", noise);
  const data = rng.child("noise").normal([count, 2], { std }).data;
  const uniform = rng.child("place").uniform([count]).data;
  const targets = Uint8Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < count; i++) {
    const [radius, turns] = place(targets[i], uniform[i]).map(Math.fround);
    const t = turns - Math.floor(turns);
    data[2 * i] += Math.fround(radius * cosineOfTurns(t));
    data[2 * i + 1] += Math.fround(radius * sineOfTurns(t));
  }
  return { inputs: { shape: [count, 2], data }, targets };
}
