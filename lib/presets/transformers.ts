import { constant, ones, zeros } from "../initializers/constant.ts";
import { normal } from "../initializers/distributions.ts";
import { paddedNormal } from "../initializers/padded.ts";
import type { Shape } from "../tensor/tensor.ts";
import { layer, param, type PresetParams, share } from "./layer.ts";
import { gainAndBias } from "./torch.ts";

const STD = 0.02; // initializer_range, or init_std, of the published configurations

function weight(shape: Shape, std = STD) {
  return param(shape, normal({ std }));
}

/** A linear layer of PyTorch, (out, in), with a bias of 0. */
function linear(name: string, inputs: number, outputs: number, std = STD): PresetParams {
  return {
    [`${name}.weight`]: weight([outputs, inputs], std),
    [`${name}.bias`]: param([outputs], zeros()),
  };
}

function norm(name: string, width: number): PresetParams {
  return gainAndBias(`${name}.weight`, `${name}.bias`, [width]);
}

/** Names hold for each of a model's blocks. Conv1D holds its weight as (in, out). */
const gpt2 = layer(["vocab", "positions", "width", "layers"], [], (sizes) => {
  const { vocab, positions, width, layers } = sizes, ff = 4 * width;
  const last = STD / Math.sqrt(2 * layers);
  const conv1d = (name: string, shape: Shape, std = STD): PresetParams => ({
    [`${name}.weight`]: weight(shape, std),
    [`${name}.bias`]: param([shape[1]], zeros()),
  });
  return {
    "wte.weight": weight([vocab, width]),
    "wpe.weight": weight([positions, width]),
    ...norm("ln_1", width),
    ...conv1d("attn.c_attn", [width, 3 * width]),
    ...conv1d("attn.c_proj", [width, width], last),
    ...norm("ln_2", width),
    ...conv1d("mlp.c_fc", [width, ff]),
    ...conv1d("mlp.c_proj", [ff, width], last),
    ...norm("ln_f", width),
  };
});

/** Not the truncated normal of the original: a plain one, whose std is 0.02, not 0.01759. */
const bert = layer(["vocab", "positions", "width", "feedForward"], [], (sizes) => {
  const { vocab, positions, width, feedForward } = sizes;
  return {
    "embeddings.word_embeddings.weight": param([vocab, width], paddedNormal({ std: STD, row: 0 })),
    "embeddings.position_embeddings.weight": weight([positions, width]),
    "embeddings.token_type_embeddings.weight": weight([2, width]),
    ...norm("embeddings.LayerNorm", width),
    ...linear("attention.self.query", width, width),
    ...linear("attention.self.key", width, width),
    ...linear("attention.self.value", width, width),
    ...linear("attention.output.dense", width, width),
    ...norm("attention.output.LayerNorm", width),
    ...linear("intermediate.dense", width, feedForward),
    ...linear("output.dense", feedForward, width),
    ...norm("output.LayerNorm", width),
    ...linear("pooler.dense", width, width),
  };
});

const llama = layer(
  ["vocab", "width", "feedForward", "heads"],
  ["keyValueHeads"],
  ({ vocab, width, feedForward, heads, keyValueHeads = heads }) => {
    const narrow = share("width", width, heads) * keyValueHeads;
    return {
      "embed_tokens.weight": weight([vocab, width]),
      "self_attn.q_proj.weight": weight([width, width]),
      "self_attn.k_proj.weight": weight([narrow, width]),
      "self_attn.v_proj.weight": weight([narrow, width]),
      "self_attn.o_proj.weight": weight([width, width]),
      "mlp.gate_proj.weight": weight([feedForward, width]),
      "mlp.up_proj.weight": weight([feedForward, width]),
      "mlp.down_proj.weight": weight([width, feedForward]),
      "input_layernorm.weight": param([width], ones()),
      "post_attention_layernorm.weight": param([width], ones()),
      "norm.weight": param([width], ones()),
      "lm_head.weight": weight([vocab, width]),
    };
  },
);

/** No scale in its attention: the query's std is smaller by sqrt(headSize) instead. Its head, where untied, has std 1 too. */
const t5 = layer(["vocab", "width", "heads", "headSize", "feedForward"], [], (sizes) => {
  const { vocab, width, heads, headSize, feedForward } = sizes, inner = heads * headSize;
  return {
    "shared.weight": weight([vocab, width], 1),
    "SelfAttention.q.weight": weight([inner, width], 1 / Math.sqrt(width * headSize)),
    "SelfAttention.k.weight": weight([inner, width], 1 / Math.sqrt(width)),
    "SelfAttention.v.weight": weight([inner, width], 1 / Math.sqrt(width)),
    "SelfAttention.o.weight": weight([width, inner], 1 / Math.sqrt(inner)),
    "SelfAttention.relative_attention_bias.weight": weight([32, heads], 1 / Math.sqrt(width)),
    "DenseReluDense.wi.weight": weight([feedForward, width], 1 / Math.sqrt(width)),
    "DenseReluDense.wo.weight": weight([width, feedForward], 1 / Math.sqrt(feedForward)),
    "layer_norm.weight": param([width], constant({ value: 1 })),
  };
});

/** 0.02 everywhere: not the 0.006 and 0.006 / sqrt(2 L) of the paper. Positions have two rows more, the padding token is number 1. */
const opt = layer(["vocab", "positions", "width", "feedForward"], [], (sizes) => {
  const { vocab, positions, width, feedForward } = sizes;
  return {
    "embed_tokens.weight": param([vocab, width], paddedNormal({ std: STD, row: 1 })),
    "embed_positions.weight": weight([positions + 2, width]),
    ...linear("self_attn.q_proj", width, width),
    ...linear("self_attn.k_proj", width, width),
    ...linear("self_attn.v_proj", width, width),
    ...linear("self_attn.out_proj", width, width),
    ...norm("self_attn_layer_norm", width),
    ...linear("fc1", width, feedForward),
    ...linear("fc2", feedForward, width),
    ...norm("final_layer_norm", width),
  };
});

/** nanoGPT: as GPT-2 above, with weights (out, in). */
export const nanogpt = {
  gpt: layer(["vocab", "positions", "width", "layers"], [], (sizes) => {
    const { vocab, positions, width, layers } = sizes, ff = 4 * width;
    const last = STD / Math.sqrt(2 * layers);
    return {
      "wte.weight": weight([vocab, width]),
      "wpe.weight": weight([positions, width]),
      ...norm("ln_1", width),
      ...linear("attn.c_attn", width, 3 * width),
      ...linear("attn.c_proj", width, width, last),
      ...norm("ln_2", width),
      ...linear("mlp.c_fc", width, ff),
      ...linear("mlp.c_proj", ff, width, last),
      ...norm("ln_f", width),
    };
  }),
};

/** Hugging Face transformers 5.24, the defaults of each model's configuration; biases 0, gains 1. */
export const transformers = { gpt2, bert, llama, t5, opt };
