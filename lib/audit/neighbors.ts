import { normal } from "../initializers/distributions.ts";
import type { Layout } from "../initializers/fans.ts";
import type { Law } from "../initializers/initializer.ts";
import type { Shape } from "../tensor/tensor.ts";
import { frameworkDefault } from "./catalogue.ts";
import { weightFans } from "./expectation.ts";

type Named = { readonly name: string; readonly shape: Shape };

/** A block's number in a tensor's name: "h.3.", "layers.3.", "block3.". */
const BLOCK = /(?:^|\.)(?:h|layers?|blocks?)\.?(\d+)\./;

/** Of how many blocks the one is that a tensor is in, by the numbers in all names; undefined for one in none. */
export function blocksOf(tensors: readonly Named[]): (name: string) => number | undefined {
  const count = new Set(tensors.flatMap(({ name }) => BLOCK.exec(name)?.[1] ?? [])).size;
  return (name) => BLOCK.test(name) ? count : undefined;
}

/**
 * The laws that a tensor's neighbors tell and its own shape does not: a bias beside its weight may be uniform on
 * +-1 / sqrt(fanIn), PyTorch's default; a weight in one of L blocks may end a residual branch, with GPT-2's 0.02 / sqrt(2 L).
 *
 * Reference: PyTorch 2.13, nn.Linear.reset_parameters; Radford et al. (2019), section 2.3, for 1 / sqrt of the residual layers.
 */
export function neighborLaws(
  tensors: readonly Named[],
  layout: Layout,
): (tensor: Named) => { name: string; law: Law }[] {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const blocks = blocksOf(tensors);
  return ({ name, shape }) => {
    if (shape.length === 1) {
      const weight = shapes.get(name.replace(/bias(?=[^.]*$)/, "weight"));
      const fans = weight && weightFans(weight, layout);
      return fans
        ? [{ name: "uniform on +-1 / sqrt(its weight's fanIn)", law: frameworkDefault(fans) }]
        : [];
    }
    const count = blocks(name);
    if (count === undefined || shape.length !== 2) return [];
    const law = normal({ std: 0.02 / Math.sqrt(2 * count) }).law([]);
    return [{ name: `normal({ std: 0.02 / sqrt(2 * ${count}) }), as GPT-2's branches end`, law }];
  };
}
