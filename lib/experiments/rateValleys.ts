import { aboveZero, onlyOptions } from "../tensor/arguments.ts";
import { groupBy } from "./groups.ts";
import { median } from "./quantiles.ts";

/** The learning rates that do about as well as the best one. */
export interface RateValley {
  /** The middle of the valley: the geometric mean of its ends. */
  readonly learningRate: number;
  /** Ends of the valley. */
  readonly low: number;
  readonly high: number;
  /** The smallest loss. */
  readonly loss: number;
}

/**
 * Where the loss over the learning rate has its valley, for each group of rows that agree in the columns `by`: the rates around the
 * best one whose loss is at most `within` above it. Seeds in a group count by their median.
 *
 * The middle of a valley is found far more exactly than its lowest point, which noise moves about on a flat floor. Between rates
 * the loss is taken to be linear in ln rate; one that is not finite is a wall right beside the next rate.
 *
 * @throws {TypeError} where a column of `by`, `learningRate` or `loss` is not there.
 * @throws {RangeError} where a valley reaches an end of the grid, every run diverged, or `within` is not > 0.
 *
 * @example
 * ```ts
 * import { rateValleys } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = [0.01, 0.02, 0.04, 0.08, 0.16]
 *   .map((learningRate) => ({ learningRate, loss: 1 + Math.abs(Math.log2(learningRate / 0.04)) }));
 * const [{ learningRate, low, high }] = rateValleys(rows, { by: [], within: 0.5 });
 * expect(learningRate).toBeCloseTo(0.04, 12);
 * expect(high / low).toBeCloseTo(2, 12); // half an octave to each side
 * ```
 */
export function rateValleys<
  Row extends { learningRate: number; loss: number },
  By extends keyof Row & string,
>(
  rows: readonly Row[],
  options: { by: readonly By[]; within: number },
): (Pick<Row, By> & RateValley)[] {
  onlyOptions("rateValleys", options, ["by", "within"]);
  const { by } = options, within = aboveZero("within", options.within);
  return groupBy(rows, by).map((group) => {
    const losses = groupBy(group, ["learningRate"])
      .map((same) => ({
        log: Math.log(same[0].learningRate),
        loss: median(same.map(({ loss }) => Number.isFinite(loss) ? loss : Infinity)),
      }))
      .sort((a, b) => a.log - b.log);
    const best = losses.reduce((best, next) => next.loss < best.loss ? next : best);
    const labels = Object.fromEntries(by.map((column) => [column, group[0][column]]));
    const at = losses.indexOf(best), level = best.loss + within;
    const low = crossing(losses.slice(0, at + 1).reverse(), level);
    const high = crossing(losses.slice(at), level);
    if (low === undefined || high === undefined) {
      throw new RangeError(
        `Cannot find the valley of ${JSON.stringify(labels)}: it reaches the ${
          low === undefined ? "smallest" : "largest"
        } learning rate, give ${low === undefined ? "smaller" : "larger"} ones too`,
      );
    }
    return {
      ...labels as Pick<Row, By>,
      learningRate: Math.exp((low + high) / 2),
      low: Math.exp(low),
      high: Math.exp(high),
      loss: best.loss,
    };
  });
}

/** Where losses, from the best one outward, first rise above a level: ln of the rate. */
function crossing(losses: readonly { log: number; loss: number }[], level: number) {
  const i = losses.findIndex(({ loss }) => loss > level);
  if (i < 0) return undefined; // also where every run diverged
  const [inside, outside] = [losses[i - 1], losses[i]];
  const share = (level - inside.loss) / (outside.loss - inside.loss);
  return inside.log + share * (outside.log - inside.log);
}
