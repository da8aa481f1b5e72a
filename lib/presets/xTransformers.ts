import { constant, zeros } from "../initializers/constant.ts";
import { normal } from "../initializers/distributions.ts";
import type { Shape } from "../tensor/tensor.ts";
import { layer, param } from "./layer.ts";
import { torchDefault } from "./torch.ts";

/** A linear layer of PyTorch, (out, in), without a bias. */
const linear = (shape: Shape) => torchDefault(shape, shape[0]).weight;

/** x-transformers 2.31: what it starts otherwise than PyTorch; linear layers keep that one's default. */
export const xTransformers = {
  /** `kaiming_normal_` of (words, width) takes the width for fanIn: std sqrt(2 / width). */
  embedding: layer(["vocab", "width"], [], ({ vocab, width }) => ({
    "emb.weight": param([vocab, width], normal({ std: Math.sqrt(2 / width) })),
  })),
  /** With l2norm_embed: rows are divided by their length, so that tiny ones turn fast. */
  l2NormEmbedding: layer(["vocab", "width"], [], ({ vocab, width }) => ({
    "emb.weight": param([vocab, width], normal({ std: 1e-5 })),
  })),
  /** With use_layerscale: 0 unless layerscale_init_value says otherwise, so that each branch starts silent. */
  layerScale: layer(["width"], [], ({ width }) => ({ gamma: param([width], zeros()) })),
  /** With gate_value_heads and qk_norm_dim_scale: gates start at sigmoid(10), all but open; scales at headSize^(1/4), their product at its root. */
  attention: layer(["width", "heads", "headSize"], [], ({ width, heads, headSize }) => {
    const inner = heads * headSize;
    const scale = param([heads, 1, headSize], constant({ value: headSize ** 0.25 }));
    return {
      qk_norm_q_scale: scale,
      qk_norm_k_scale: scale,
      "to_q.weight": linear([inner, width]),
      "to_k.weight": linear([inner, width]),
      "to_v.weight": linear([inner, width]),
      "to_v_head_gate.weight": param([heads, width], zeros()),
      "to_v_head_gate.bias": param([heads], constant({ value: 10 })),
      "to_out.weight": linear([width, inner]),
    };
  }),
};
