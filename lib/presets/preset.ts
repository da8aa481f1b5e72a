import { flax } from "./flax.ts";
import { haiku } from "./haiku.ts";
import { keras } from "./keras.ts";
import type { LayerPreset, LayerSizes, PresetParams } from "./layer.ts";
import { tfjs } from "./tfjs.ts";
import { timm } from "./timm.ts";
import { torch } from "./torch.ts";
import { nanogpt, transformers } from "./transformers.ts";
import { xTransformers } from "./xTransformers.ts";

const LIBRARIES: Readonly<Record<string, Readonly<Record<string, LayerPreset>>>> = {
  "torch@2.13": torch,
  "flax@0.12": flax,
  "haiku@0.0.17": haiku,
  "keras@3.15": keras,
  "tfjs@4.22": tfjs,
  "transformers@5.24": transformers,
  "nanogpt@3adf61e": nanogpt,
  "timm@1.0": timm,
  "x-transformers@2.31": xTransformers,
};

/**
 * How a library starts a layer by default: for each parameter, under the library's own name and in its layout, the shape, the
 * initializer, what the library takes as fans, and the exact law. Deviations from what the name promises are reproduced.
 *
 * Drawn in the order of its parameters from one {@linkcode torchRng}, a layer of torch, all but multiheadAttention, has the
 * very weights that PyTorch gives it after `manual_seed`.
 *
 * @throws {RangeError} where the library, its version or the layer is not known: the message lists what there is.
 * @throws {TypeError} where a size is missing or not one of the layer's.
 *
 * @example
 * ```ts
 * import { preset, rng, torchRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { weight } = preset("torch@2.13", "linear", { in: 784, out: 256 });
 * expect(weight.shape).toEqual([256, 784]);
 * expect(weight.law.high).toBeCloseTo(1 / 28, 12);
 * expect(weight.init(weight.shape, rng("example"), weight.fans).data.length).toBe(200_704);
 *
 * const generator = torchRng(0), small = preset("torch@2.13", "linear", { in: 7, out: 5 });
 * const [w, b] = Object.values(small).map(({ init, shape, fans }) => init(shape, generator, fans));
 * expect([w.data[0], b.data[0]].map((x) => x.toFixed(4))).toEqual(["-0.0028", "-0.3540"]); // nn.Linear(7, 5)
 * ```
 */
export function preset(library: string, layer: string, sizes: Partial<LayerSizes>): PresetParams {
  const layers = entry("library", library, LIBRARIES);
  return entry(`layer of ${library}`, layer, layers).build(sizes);
}

/**
 * The layers of each library that {@linkcode preset} knows, with the sizes that each takes.
 *
 * @example
 * ```ts
 * import { presets } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(presets()["torch@2.13"].linear).toEqual(["in", "out"]);
 * ```
 */
export function presets(): Record<string, Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(LIBRARIES).map(([library, layers]) => [
      library,
      Object.fromEntries(Object.entries(layers).map(([name, { takes }]) => [name, takes])),
    ]),
  );
}

function entry<T>(what: string, name: string, table: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(table, name)) return table[name];
  throw new RangeError(
    `Cannot find ${what} "${name}": choose one of ${Object.keys(table).join(", ")}`,
  );
}
