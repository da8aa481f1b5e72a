import type { Fans } from "../initializers/fans.ts";
import type { Initializer, Law } from "../initializers/initializer.ts";
import { array, count, onlyOptions } from "../tensor/arguments.ts";
import type { Shape } from "../tensor/tensor.ts";

/** One parameter as a library starts it: `init(shape, rng, fans)` draws it in the library's own layout. */
export interface PresetParam {
  readonly shape: Shape;
  readonly init: Initializer;
  /** What the library takes as fans, right or wrong; left out where its rule uses none. */
  readonly fans?: Fans;
  readonly law: Law;
}

/** A layer's parameters, under the library's own names. */
export type PresetParams = Readonly<Record<string, PresetParam>>;

/** A layer's sizes; each layer takes some of these and says which where one is missing or too many. */
export interface LayerSizes {
  in: number;
  in2: number;
  out: number;
  kernel: readonly number[];
  groups: number;
  multiplier: number;
  hidden: number;
  vocab: number;
  width: number;
  heads: number;
  headSize: number;
  keyIn: number;
  valueIn: number;
  positions: number;
  layers: number;
  feedForward: number;
  keyValueHeads: number;
  patch: number;
  channels: number;
  classes: number;
  batch: readonly number[];
  inputs: readonly number[];
  outputs: readonly number[];
  shape: readonly number[];
  equation: string;
  /** Row of an embedding that is all 0. */
  padding: number;
}

export interface LayerPreset {
  readonly takes: readonly string[];
  build(sizes: Partial<LayerSizes>): PresetParams;
}

/** A layer that needs some sizes and may be given others. */
export function layer<Need extends keyof LayerSizes, May extends keyof LayerSizes = never>(
  needs: readonly Need[],
  may: readonly May[],
  parameters: (
    sizes: Pick<LayerSizes, Need> & Partial<Pick<LayerSizes, May>>,
  ) => PresetParams,
): LayerPreset {
  const takes = [...needs, ...may.map((name) => `${name} (may be left out)`)];
  return {
    takes,
    build(sizes) {
      onlyOptions("this layer", sizes, [...needs, ...may]);
      const missing = needs.find((name) => sizes[name] === undefined);
      if (missing) {
        throw new TypeError(
          `Cannot size this layer without ${missing}: it takes ${takes.join(", ")}`,
        );
      }
      for (const [name, value] of Object.entries(sizes)) checkSize(name, value);
      return parameters(sizes as LayerSizes);
    },
  };
}

/** Sizes that are several: of a kernel, or of axes. */
const LISTS = ["kernel", "batch", "inputs", "outputs", "shape"];

function checkSize(name: string, value: number | string | readonly number[]): void {
  if (name === "equation") return; // read by einsumFans
  if (name === "padding") count("padding + 1", Number(value) + 1);
  else if (LISTS.includes(name)) {
    for (const size of array(name, value as number[])) count(name, size);
  } else count(name, value as number);
}

export function param(shape: Shape, init: Initializer, fans?: Fans): PresetParam {
  return { shape, init, ...fans && { fans }, law: init.law(shape, fans) };
}

/** Two axes' whole number ratio, such as in / groups. */
export function share(what: string, size: number, parts: number): number {
  if (size % parts === 0) return size / parts;
  throw new RangeError(`Cannot share ${what} ${size} among ${parts}: it must divide`);
}
