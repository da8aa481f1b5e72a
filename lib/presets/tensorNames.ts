import type { Shape } from "../tensor/tensor.ts";
import type { LayerSizes, PresetParam } from "./layer.ts";
import { preset } from "./preset.ts";
import { array } from "../tensor/arguments.ts";

/** A tensor of a checkpoint, such as `openCheckpoint(path).tensors` lists. */
type Named = { readonly name: string; readonly shape: Shape };

/** A tensor's shape by its name in the preset; undefined where the file has none of that name. */
type Shapes = (name: string) => Shape | undefined;

/** How a library's checkpoint tells the parameters of its preset. */
interface NamesOfModel {
  /** What stands before a parameter's name: the model's own name, its block. */
  readonly before: RegExp;
  /** "torch": dense weights are (out, in); "keras": (in, out), as Conv1D's. */
  readonly layout: "torch" | "keras";
  /** The parameter of the preset that another name stands for. */
  readonly same?: (name: string) => string;
  /** What the laws depend on; sizes on which none does are 1. */
  readonly sizes: (shape: (name: string) => Shape, find: Shapes) => Partial<LayerSizes>;
}

const embedded = (shape: (name: string) => Shape) => {
  const [vocab, width] = shape("wte.weight");
  return { vocab, width, positions: 1 };
};

/** A head of its own is drawn as the embedding is. */
const headAsEmbedding = (name: string) => name.replace(/^lm_head\./, "wte.");

const BEFORE = {
  gpt2: /^(?:transformer\.)?(?:h\.\d+\.)?/,
  nanogpt: /^(?:_orig_mod\.)?(?:transformer\.)?(?:h\.\d+\.)?/,
  timm: /^(?:blocks\.\d+\.)?/,
};

const vit: Omit<NamesOfModel, "before"> = {
  layout: "torch",
  sizes: (shape, find) => {
    const [width, channels, patch] = shape("patch_embed.proj.weight");
    return { width, channels, patch, positions: 1, classes: find("head.weight")?.[0] ?? 1 };
  },
};

const MODELS: Readonly<Record<string, NamesOfModel>> = {
  "transformers@5.24:gpt2": {
    before: BEFORE.gpt2,
    layout: "keras",
    same: headAsEmbedding,
    sizes: embedded,
  },
  "transformers@5.24:bert": {
    before: /^(?:bert\.)?(?:encoder\.layer\.\d+\.)?/,
    layout: "torch",
    // Heads are linear layers and norms like the others.
    same: (name) =>
      name
        .replace(/^cls\.predictions\.transform\.LayerNorm\./, "output.LayerNorm.")
        .replace(/^cls\.predictions\.(bias|decoder\.bias)$/, "pooler.dense.bias")
        .replace(
          /^(?:cls\.predictions\.transform\.dense|cls\.seq_relationship|classifier|qa_outputs)\./,
          "pooler.dense.",
        ),
    sizes: (shape) => {
      const [vocab, width] = shape("embeddings.word_embeddings.weight");
      return { vocab, width, positions: 1, feedForward: 1 };
    },
  },
  "transformers@5.24:llama": {
    before: /^(?:model\.)?(?:layers\.\d+\.)?/,
    layout: "torch",
    sizes: (shape) => {
      const [vocab, width] = shape("embed_tokens.weight");
      return { vocab, width, feedForward: 1, heads: 1 };
    },
  },
  "transformers@5.24:t5": {
    before: /^(?:transformer\.)?(?:(?:en|de)coder\.)?(?:block\.\d+\.layer\.\d+\.)?/,
    layout: "torch",
    same: (name) =>
      name.replace(/^EncDecAttention\./, "SelfAttention.")
        .replace(/^DenseReluDense\.wi_[01]\./, "DenseReluDense.wi.")
        .replace(/^final_layer_norm\./, "layer_norm.")
        .replace(/^(?:embed_tokens|lm_head)\./, "shared."),
    sizes: (shape, find) => {
      const [vocab, width] = shape("shared.weight"), [inner] = shape("SelfAttention.q.weight");
      const [, heads] = shape("SelfAttention.relative_attention_bias.weight");
      const feedForward = find("DenseReluDense.wi.weight")?.[0] ?? 1;
      return { vocab, width, heads, headSize: inner / heads, feedForward };
    },
  },
  "transformers@5.24:opt": {
    before: /^(?:model\.)?(?:decoder\.)?(?:layers\.\d+\.)?/,
    layout: "torch",
    sizes: (shape) => {
      const [vocab, width] = shape("embed_tokens.weight");
      return { vocab, width, positions: 1, feedForward: 1 };
    },
  },
  "nanogpt@3adf61e:gpt": {
    before: BEFORE.nanogpt,
    layout: "torch",
    same: headAsEmbedding,
    sizes: embedded,
  },
  "timm@1.0:vit": { before: BEFORE.timm, ...vit },
  "timm@1.0:vitJax": { before: BEFORE.timm, ...vit },
};

/** The checkpoints whose tensors {@linkcode againstPreset} knows by name: "transformers@5.24:gpt2" and others. */
export const checkpointPresets: readonly string[] = Object.keys(MODELS);

/** What each tensor of a library's checkpoint should be, and how its dense weights lie. */
export interface PresetExpectation {
  readonly layout: "torch" | "keras";
  readonly against: (name: string) => PresetParam["init"] | Required<PresetParam> | undefined;
}

/**
 * What the tensors of a checkpoint are where a library has just made it, by the names that the library gives them: for `audit`.
 *
 * Sizes and the number L of layers, of which GPT-2's c_proj has 0.02 / sqrt(2 L), are read from the tensors. A tensor that the
 * {@linkcode preset} does not know, such as OPT's head, which is the embedding again, is left undefined.
 *
 * @throws {RangeError} where the checkpoint is not one of `checkpointPresets`, or the tensors are not those of its model.
 *
 * @example
 * ```ts
 * import { againstPreset, audit, normal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const draw = (name: string, shape: number[]) => normal({ std: 0.02 })(shape, rng("example").child(name));
 * const weights = {
 *   "transformer.wte.weight": draw("wte", [500, 64]),
 *   "transformer.h.0.attn.c_proj.weight": draw("c_proj", [64, 64]),
 * };
 * const tensors = Object.entries(weights).map(([name, { shape }]) => ({ name, shape }));
 * const [wte, projection] = audit(weights, againstPreset("transformers@5.24:gpt2", tensors));
 * expect(wte.findings).toEqual([]);
 * expect(projection.findings[0].says).toContain("times the 0.01414 of normal"); // L = 1
 * ```
 */
export function againstPreset(checkpoint: string, tensors: readonly Named[]): PresetExpectation {
  if (!Object.hasOwn(MODELS, checkpoint)) {
    throw new RangeError(
      `Cannot find the checkpoint "${checkpoint}": choose one of ${checkpointPresets.join(", ")}`,
    );
  }
  const { before, same, layout, sizes } = MODELS[checkpoint];
  if (array("tensors", tensors, '[{ name: "w", shape: [2, 3] }]').length === 0) {
    throw new RangeError(`Cannot audit no tensors against ${checkpoint}`);
  }
  const plain = (name: string) => {
    const own = name.replace(before, "");
    return same?.(own) ?? own;
  };
  const shapes = new Map(tensors.map(({ name, shape }) => [plain(name), shape]));
  const shapeOf = (name: string): Shape => {
    const shape = shapes.get(name);
    if (shape !== undefined) return shape;
    throw new RangeError(
      `Cannot audit against ${checkpoint} as no tensor is its ${name}: there are ${tensors.length}, such as ${
        tensors.slice(0, 3).map((tensor) => tensor.name).join(", ")
      }`,
    );
  };
  const [library, layer] = checkpoint.split(":");
  const blocks = new Set(tensors.flatMap(({ name }) => before.exec(name)?.[0].match(/\d+/) ?? []));
  const read = sizes(shapeOf, (name) => shapes.get(name));
  const isDeep = layer === "gpt2" || layer === "gpt";
  const params = preset(library, layer, {
    ...read,
    ...isDeep && { layers: Math.max(1, blocks.size) },
  });
  return {
    layout,
    against: (name) => {
      const param = params[plain(name)];
      return param?.fans ? { ...param, fans: param.fans } : param?.init;
    },
  };
}
