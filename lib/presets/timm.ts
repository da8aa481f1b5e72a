import { zeros } from "../initializers/constant.ts";
import { normal, truncatedNormal } from "../initializers/distributions.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { lecunNormal, xavierUniform } from "../initializers/named.ts";
import type { Shape } from "../tensor/tensor.ts";
import { layer, param, type PresetParam, type PresetParams } from "./layer.ts";
import { torchFans } from "./libraryFans.ts";
import { gainAndBias, torchDefault } from "./torch.ts";

/**
 * `trunc_normal_(std = 0.02)`: its cut at +-2 is absolute, a hundred stds out, so that this is a plain normal.
 * timm itself draws an exact -2 in some 2^24 entries, where its float32 uniform is -1: no law that one would want, and not in this one.
 */
function barelyCut(): Initializer {
  return truncatedNormal({ parentStd: 0.02, low: -2, high: 2 });
}

type Weight = (shape: Shape) => PresetParam;

function vit(
  linear: Weight,
  head: Weight,
  patch: (shape: Shape) => PresetParams,
  mlpBias: Initializer,
) {
  return layer(["width", "patch", "channels", "positions", "classes"], [], (sizes) => {
    const { width, patch: side, channels, positions, classes } = sizes, ff = 4 * width;
    const { weight, bias } = patch([width, channels, side, side]);
    const norm = (name: string) => gainAndBias(`${name}.weight`, `${name}.bias`, [width]);
    return {
      cls_token: param([1, 1, width], normal({ std: 1e-6 })),
      pos_embed: param([1, positions + 1, width], barelyCut()),
      "patch_embed.proj.weight": weight,
      "patch_embed.proj.bias": bias,
      ...norm("norm1"),
      "attn.qkv.weight": linear([3 * width, width]),
      "attn.qkv.bias": param([3 * width], zeros()),
      "attn.proj.weight": linear([width, width]),
      "attn.proj.bias": param([width], zeros()),
      ...norm("norm2"),
      "mlp.fc1.weight": linear([ff, width]),
      "mlp.fc1.bias": param([ff], mlpBias),
      "mlp.fc2.weight": linear([width, ff]),
      "mlp.fc2.bias": param([width], mlpBias),
      ...norm("norm"),
      "head.weight": head([classes, width]),
      "head.bias": param([classes], zeros()),
    };
  });
}

const cut: Weight = (shape) => param(shape, barelyCut());

/** timm 1.0's vision transformers by weight_init: "" is vit, "jax" vitJax; query, key and value are fused and drawn as one. */
export const timm = {
  /** The patch embedding keeps PyTorch's convolution default. */
  vit: vit(cut, cut, (shape) => torchDefault(shape, shape[0]), zeros()),
  vitJax: vit(
    (shape) => param(shape, xavierUniform(), torchFans(shape)),
    (shape) => param(shape, zeros()),
    (shape) => ({
      weight: param(shape, lecunNormal({ truncated: true }), torchFans(shape)),
      bias: param([shape[0]], zeros()),
    }),
    normal({ std: 1e-6 }),
  ),
};
