import { distinct, type Values } from "./rows.ts";

/** Values on an even grid, row by row from the lowest y, each at the middle of its cell; NaN where there is no row. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly values: readonly number[];
}

/** The columns of a grid's places and of the value at each. */
export interface GridColumns {
  readonly x: string;
  readonly y: string;
  readonly fill: string;
}

// Spacing to a millionth counts as even: places are often computed as start + i * step.
function isEven(places: readonly unknown[]): places is readonly number[] {
  if (
    places.length < 2 ||
    !places.every((place) => typeof place === "number" && Number.isFinite(place))
  ) return false;
  const numbers = places as readonly number[];
  const step = (numbers[numbers.length - 1] - numbers[0]) / (numbers.length - 1);
  return numbers.every((place, i) => Math.abs(place - numbers[0] - i * step) < 1e-6 * step);
}

/**
 * Rows as an even grid, or undefined where their places are names or unevenly spaced. Throws a RangeError where two rows
 * stand at one place.
 */
export function gridOf(rows: readonly Values[], { x, y, fill }: GridColumns): Grid | undefined {
  const [xs, ys] = [distinct(rows, x), distinct(rows, y)];
  checkPlaces(rows, { x, y, fill });
  if (!isEven(xs) || !isEven(ys)) return undefined;
  const [column, row] = [xs, ys].map((places) => new Map(places.map((place, i) => [place, i])));
  const values = new Array<number>(xs.length * ys.length).fill(NaN);
  for (const one of rows) {
    const place = row.get(one[y] as number)! * xs.length + column.get(one[x] as number)!;
    values[place] = Number(one[fill]);
  }
  const [dx, dy] = [xs, ys].map((places) =>
    (places[places.length - 1] - places[0]) / (places.length - 1) / 2
  );
  return {
    width: xs.length,
    height: ys.length,
    x1: xs[0] - dx,
    x2: xs[xs.length - 1] + dx,
    y1: ys[0] - dy,
    y2: ys[ys.length - 1] + dy,
    values,
  };
}

function checkPlaces(rows: readonly Values[], { x, y, fill }: GridColumns): void {
  const taken = new Set<string>();
  for (const row of rows) {
    const place = `${x} ${row[x]}, ${y} ${row[y]}`;
    if (taken.has(place)) {
      throw new RangeError(
        `Cannot colour the place ${place} by more than one ${fill}: take one seed, or the median over seeds`,
      );
    }
    taken.add(place);
  }
}
