import { checkParams, mlpSpecOf, type Model, type Params } from "../nn/model.ts";
import { singularValues } from "../numerics/singularValues.ts";
import { array, atLeastZero, finite, object, onlyOptions } from "../tensor/arguments.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import { checkTensor, show, type Tensor } from "../tensor/tensor.ts";

/** How far apart the units of one hidden layer are. */
export interface SymmetryRow {
  readonly layer: number;
  readonly units: number;
  /** Units that no other one before them equals, to the last bit, in incoming weights and bias. */
  readonly distinct: number;
  /** Numerical rank of the incoming weight. */
  readonly rank: number;
}

/**
 * How many different features the units of a layer compute: a unit is a column of the weight (in, out), with its bias if one is
 * given; it counts unless each number is within `tolerance` (0: equal to the last bit) of a unit that counts already.
 *
 * @throws {RangeError} where the weight has not two axes, the bias not one value a unit, or the tolerance is negative.
 *
 * @example
 * ```ts
 * import { countDistinctUnits, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const weight = tensor([2, 3], [1, 1, 2, 3, 3, 4]); // units (1, 3), (1, 3), (2, 4)
 * expect(countDistinctUnits(weight)).toBe(2);
 * expect(countDistinctUnits(weight, { bias: tensor([3], [0, 0.5, 0]) })).toBe(3);
 * expect(countDistinctUnits(weight, { tolerance: 1 })).toBe(1);
 * ```
 */
export function countDistinctUnits(
  weight: Tensor,
  options: { bias?: Tensor; tolerance?: number } = {},
): number {
  onlyOptions("countDistinctUnits", options, ["bias", "tolerance"]);
  const { bias } = options;
  if (bias !== undefined) checkTensor("bias", bias);
  const tolerance = atLeastZero("tolerance", options.tolerance ?? 0);
  const [inputs, units] = axes(weight);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== units)) {
    throw new RangeError(`Cannot match ${units} units with a bias of shape ${show(bias.shape)}`);
  }
  const isSame = (a: number, b: number) => {
    for (let i = 0; i < inputs; i++) {
      if (!near(weight.data[i * units + a], weight.data[i * units + b], tolerance)) return false;
    }
    return !bias || near(bias.data[a], bias.data[b], tolerance);
  };
  const distinct: number[] = [];
  for (let unit = 0; unit < units; unit++) {
    if (!distinct.some((other) => isSame(unit, other))) distinct.push(unit);
  }
  return distinct.length;
}

/**
 * The number of singular values above max(rows, columns) 2^-23 times the largest: what float32 can tell from 0.
 *
 * @throws {RangeError} where the weight has not two axes or an entry is not finite.
 *
 * @example
 * ```ts
 * import { numericalRank, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(numericalRank(tensor([2, 3], [1, 2, 3, 2, 4, 6]))).toBe(1);
 * ```
 */
export function numericalRank(weight: Tensor): number {
  const [rows, columns] = axes(weight);
  const values = singularValues(weight.data, rows, columns);
  const threshold = Math.max(rows, columns) * 2 ** -23 * values[0];
  return values.filter((value) => value > threshold).length;
}

/**
 * One row for each hidden layer of an mlp: its units, how many are distinct, and the rank of their incoming weights.
 *
 * @example
 * ```ts
 * import { constant, everywhere, initialize, mlp, relu, rng, symmetry } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [2, 10, 5, 1], activation: relu });
 * const params = initialize(model, everywhere(constant({ value: 0.5 })), rng("example"));
 * expect(symmetry(model, params)[0]).toEqual({ layer: 1, units: 10, distinct: 1, rank: 1 });
 * ```
 */
export function symmetry(model: Model, params: Params): SymmetryRow[] {
  const { widths } = mlpSpecOf(model, "compare the units");
  checkParams(model, params);
  return widths.slice(1, -1).map((units, i) => {
    const weight = params[`layer${i + 1}.weight`];
    const bias = params[`layer${i + 1}.bias`];
    return {
      layer: i + 1,
      units,
      distinct: countDistinctUnits(weight, { bias }),
      rank: numericalRank(weight),
    };
  });
}

/**
 * A copy of the parameters with independent N(0, std^2) noise on every weight, from `rng.child(name)`; biases stay.
 *
 * The sum is rounded to float32: beside weights of 0.5, noise below 3e-8 is lost.
 *
 * @throws {RangeError} where std is negative or not finite.
 *
 * @example
 * ```ts
 * import { rng, tensor, withNoise } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const params = { "layer1.weight": tensor([1, 2], [0, 0]) };
 * const { data } = withNoise(params, { std: 0.1, rng: rng("example") })["layer1.weight"];
 * expect(data[0]).not.toBe(data[1]);
 * ```
 */
export function withNoise(params: Params, options: { std: number; rng: Rng }): Params {
  onlyOptions("withNoise", options, ["std", "rng"]);
  const std = atLeastZero("std", options.std), rng = checkRng(options.rng);
  return mapWeights(params, (weight, name) => {
    const noise = rng.child(name).normal(weight.shape, { std });
    return { shape: weight.shape, data: weight.data.map((value, i) => value + noise.data[i]) };
  });
}

/**
 * A copy of the parameters whose weights are constant in groups: unit j of each layer gets values[j mod values.length]
 * on every incoming weight; biases stay.
 *
 * @throws {RangeError} where there is no value.
 *
 * @example
 * ```ts
 * import { tensor, withGroups } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const params = { "layer1.weight": tensor([1, 4], [0, 0, 0, 0]) };
 * expect([...withGroups(params, [2, 5])["layer1.weight"].data]).toEqual([2, 5, 2, 5]);
 * ```
 */
export function withGroups(params: Params, values: readonly number[]): Params {
  for (const value of array("values", values)) finite("a value", value);
  if (values.length === 0) throw new RangeError("Cannot group units as no value is given");
  return mapWeights(params, ({ shape, data }) => ({
    shape,
    data: data.map((_, i) => values[(i % shape[1]) % values.length]),
  }));
}

/**
 * A matrix as rows (row, column, value), for heat maps; `row` is the input, `column` the unit.
 *
 * @throws {RangeError} where the tensor has not two axes.
 *
 * @example
 * ```ts
 * import { matrixRows, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(matrixRows(tensor([2, 2], [1, 2, 3, 4]))[2]).toEqual({ row: 1, column: 0, value: 3 });
 * ```
 */
export function matrixRows(weight: Tensor): { row: number; column: number; value: number }[] {
  const [, columns] = axes(weight);
  return Array.from(weight.data, (value, i) => ({
    row: Math.floor(i / columns),
    column: i % columns,
    value,
  }));
}

function mapWeights(params: Params, change: (weight: Tensor, name: string) => Tensor): Params {
  return Object.fromEntries(
    Object.entries(object("params", params, "tensors by name")).map(([name, tensor]) => [
      name,
      checkTensor(name, tensor).shape.length === 2 ? change(tensor, name) : tensor,
    ]),
  );
}

function axes(weight: Tensor): [rows: number, columns: number] {
  const { shape } = checkTensor("weight", weight);
  if (shape.length === 2) return [shape[0], shape[1]];
  throw new RangeError(`Cannot read units from shape ${show(shape)}: it must be (in, out)`);
}

function near(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance;
}
