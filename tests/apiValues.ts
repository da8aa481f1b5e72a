/** Small good values of each kind that the public functions take. */
import {
  adam,
  add,
  everywhere,
  gpt,
  heNormal,
  initialize,
  lecunNormal,
  mlp,
  normal,
  relu,
  rng,
  sgd,
  type Shape,
  tanh,
  Tape,
  tensor,
} from "../lib/mod.ts";
import { figure, line } from "../lib/figures/mod.ts";

/** A call that is right: what a function is given. */
export type Call = readonly unknown[];
/** The right calls of a room's functions, by name. */
export type Calls = Readonly<Record<string, Call>>;

const settings = new WeakSet<object>();

/** Marks an object as options, of which an unknown one is refused. */
export function options<T extends object>(given: T): T {
  settings.add(given);
  return given;
}

export function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && settings.has(value);
}

export const stream = rng("api");
export const model = mlp({ widths: [2, 3, 2], activation: relu });
export const scheme = everywhere(heNormal());
export const params = initialize(model, scheme, stream);
export const inputs = tensor([4, 2], [1, 0, 0, 1, -1, 0, 0, -1]);
export const examples = { inputs, targets: Uint8Array.of(0, 1, 0, 1) };
export const optimizer = sgd({ learningRate: 0.1 });

export const language = gpt({ vocabulary: 5, context: 4, width: 4, heads: 2, blocks: 1 });
export const languageScheme = everywhere(normal({ std: 0.02 }));
export const languageParams = initialize(language, languageScheme, stream);
export const tokens = tensor([2, 4], [0, 1, 2, 3, 1, 2, 3, 4]);
export const texts = { inputs: tokens, targets: Int32Array.of(1, 2, 3, 4, 2, 3, 4, 0) };

export const point = {
  model: mlp({ widths: [2, 3, 2], activation: tanh }).spec,
  weights: lecunNormal().spec,
  seed: 1,
};
export const trainingPoint = { ...point, optimizer: adam({ learningRate: 0.01 }), steps: 2 };

export const rows = [1, 2, 3].flatMap((seed) =>
  [0.1, 1, 10].map((learningRate) => ({
    name: "He",
    seed,
    learningRate,
    loss: 1 + seed / 10 + Math.log10(learningRate) ** 2,
  }))
);
export const picture = figure({ alt: "A line.", marks: [line(rows, { x: "seed", y: "loss" })] });

const tape = new Tape();

/** A value on a tape, all of it 1 and with a gradient. */
export function variable(shape: Shape) {
  return tape.parameter(tensor(shape, Array(shape.reduce((a, b) => a * b, 1)).fill(1)));
}

/** One number that depends on a parameter. */
export function lossOnTape() {
  return add(variable([1, 1]), variable([1, 1]));
}
