"""Writes presets.json, how libraries start their layers: KERAS_BACKEND=jax python tests/vectors/make_presets.py [folder of nanoGPT's model.py]

torch 2.13.0, jax 0.10.2, flax 0.12.8, haiku 0.0.17, keras 3.15.1, transformers 5.24.0, timm 1.0.31, x-transformers 2.31.10, nanoGPT 3adf61e. Each case holds, for each
parameter, count, mean, std, min, max and zeros over several seeds, and what the library asked its generator for ("own").
"""
import json
import pathlib
import re
import sys

import numpy as np
import torch

for name in ["nms", "qnms"]:  # a torchvision that is built for another torch imports after this
    torch.library.define(f"torchvision::{name}", "(Tensor boxes, Tensor scores, float threshold) -> Tensor")

WANTED, MOST_SEEDS = 100_000, 200
cases, own = [], {}


class Sums:
    def __init__(self, shape):
        self.shape, self.count, self.sum, self.squares, self.zeros = list(shape), 0, 0.0, 0.0, 0
        self.min, self.max = np.inf, -np.inf

    def add(self, values):
        values = np.asarray(values, dtype=np.float64).ravel()
        self.count += values.size
        self.sum += values.sum()
        self.squares += (values**2).sum()
        self.zeros += int((values == 0).sum())
        self.min, self.max = min(self.min, values.min()), max(self.max, values.max())

    def row(self):
        mean = self.sum / self.count
        std = max(0, self.squares / self.count - mean**2) ** 0.5
        return dict(shape=self.shape, count=self.count, mean=mean, std=std, min=self.min, max=self.max, zeros=self.zeros)


def record(library, layer, sizes, draw, variant=None):
    """draw(seed) gives (name, values, what was asked for) of each parameter; names that occur twice are added up."""
    sums, asked, seed = {}, {}, 0
    while seed < 2 or (seed < MOST_SEEDS and any(s.count < WANTED and s.min != s.max for s in sums.values())):
        for name, values, owned in draw(seed):
            sums.setdefault(name, Sums(values.shape)).add(values)
            if owned:
                asked[name] = owned
        seed += 1
    params = {name: {**s.row(), **({"own": asked[name]} if name in asked else {})} for name, s in sums.items()}
    cases.append(dict(library=library, layer=layer, sizes=sizes, seeds=seed, params=params, **({"variant": variant} if variant else {})))
    print(library, layer, sizes, seed, flush=True)


# PyTorch and what is built on it: what the last fill of a tensor was asked for.
def watch(name, kind, defaults):
    real = getattr(torch.Tensor, name)

    def fill(tensor, *args, **kwargs):
        kwargs.pop("generator", None)
        values = list(args) + [kwargs.get(key, default) for key, default in defaults[len(args):]]
        own[tensor.data_ptr()] = {kind: values}
        return real(tensor, *args, **kwargs)

    setattr(torch.Tensor, name, fill)


watch("uniform_", "uniform", [("from", 0.0), ("to", 1.0)])
watch("normal_", "normal", [("mean", 0.0), ("std", 1.0)])


def modules(build, rename=lambda name: name):
    def draw(seed):
        torch.manual_seed(seed)
        own.clear()
        for name, p in build().named_parameters():
            name = rename(name)
            if name is not None:
                yield name, p.detach().numpy(), own.get(p.data_ptr())
    return draw


T, nn = "torch@2.13", torch.nn
for i, o in [(300, 400), (1000, 70), (50, 900)]:
    record(T, "linear", {"in": i, "out": o}, modules(lambda: nn.Linear(i, o)))
for name, kernel in [("conv1d", [7]), ("conv2d", [3, 5]), ("conv3d", [3, 1, 2])]:
    for i, o, g in [(24, 60, 1), (40, 24, 4), (12, 36, 12)]:
        sizes = {"in": i, "out": o, "kernel": kernel, "groups": g}
        record(T, name, sizes, modules(lambda: getattr(nn, name.replace("c", "C", 1))(i, o, kernel, groups=g)))
        record(T, name.replace("conv", "convTranspose"), sizes, modules(lambda: getattr(nn, name.replace("conv", "ConvTranspose"))(i, o, kernel, stride=2, groups=g)))
for i, j, o in [(20, 30, 40), (90, 10, 30)]:
    record(T, "bilinear", {"in": i, "in2": j, "out": o}, modules(lambda: nn.Bilinear(i, j, o)))
record(T, "embedding", {"vocab": 500, "width": 96}, modules(lambda: nn.Embedding(500, 96)))
record(T, "embedding", {"vocab": 40, "width": 300, "padding": 3}, modules(lambda: nn.Embedding(40, 300, padding_idx=3)))
for name, kind in [("rnn", nn.RNN), ("gru", nn.GRU), ("lstm", nn.LSTM)]:
    for i, h in [(60, 100), (200, 48)]:
        record(T, name, {"in": i, "hidden": h}, modules(lambda: kind(i, h)))
record(T, "multiheadAttention", {"width": 96}, modules(lambda: nn.MultiheadAttention(96, 4)))
record(T, "multiheadAttention", {"width": 96, "keyIn": 60, "valueIn": 200}, modules(lambda: nn.MultiheadAttention(96, 4, kdim=60, vdim=200)))
record(T, "layerNorm", {"width": 300}, modules(lambda: nn.LayerNorm(300)))
record(T, "batchNorm", {"channels": 30}, modules(lambda: nn.BatchNorm2d(30)))
record(T, "prelu", {"channels": 30}, modules(lambda: nn.PReLU(30)))

# Hugging Face
import transformers as hf

H = "transformers@5.24"
block = lambda pattern: lambda name: re.sub(pattern, "", name)
sizes = dict(vocab=500, positions=60, width=96, layers=3)
record(H, "gpt2", sizes, modules(lambda: hf.GPT2LMHeadModel(hf.GPT2Config(vocab_size=500, n_positions=60, n_embd=96, n_layer=3, n_head=4)), block(r"^transformer\.(h\.\d+\.)?")))
record(H, "bert", dict(vocab=500, positions=60, width=96, feedForward=200), modules(lambda: hf.BertModel(hf.BertConfig(vocab_size=500, max_position_embeddings=60, hidden_size=96, num_hidden_layers=2, num_attention_heads=4, intermediate_size=200)), block(r"^(encoder\.layer\.\d+\.)?")))
record(H, "llama", dict(vocab=500, width=96, feedForward=200, heads=4, keyValueHeads=2), modules(lambda: hf.LlamaForCausalLM(hf.LlamaConfig(vocab_size=500, hidden_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=200)), block(r"^model\.(layers\.\d+\.)?")))
record(H, "t5", dict(vocab=500, width=96, heads=4, headSize=20, feedForward=200), modules(lambda: hf.T5EncoderModel(hf.T5Config(vocab_size=500, d_model=96, num_layers=2, num_heads=4, d_kv=20, d_ff=200)), lambda name: None if "final" in name else re.sub(r"^encoder\.block\.\d+\.layer\.\d+\.", "", name)))
record(H, "opt", dict(vocab=500, positions=60, width=96, feedForward=200), modules(lambda: hf.OPTForCausalLM(hf.OPTConfig(vocab_size=500, max_position_embeddings=60, hidden_size=96, num_hidden_layers=2, num_attention_heads=4, ffn_dim=200, word_embed_proj_dim=96)), block(r"^model\.decoder\.(layers\.\d+\.)?")))

if len(sys.argv) > 1:
    sys.path.insert(0, sys.argv[1])
    import contextlib
    import io

    from model import GPT, GPTConfig

    def quiet():
        with contextlib.redirect_stdout(io.StringIO()):
            return GPT(GPTConfig(block_size=60, vocab_size=500, n_layer=3, n_head=4, n_embd=96))
    record("nanogpt@3adf61e", "gpt", sizes, modules(quiet, block(r"^transformer\.(h\.\d+\.)?")))

# timm
import timm.layers.weight_init as timm_init

for name, kind in [("_trunc_normal_", "truncated"), ("trunc_normal_tf_", "truncatedInStds")]:
    def fill(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, real=getattr(timm_init, name), kind=kind):
        real(tensor, mean, std, a, b)
        own[tensor.data_ptr()] = {kind: [mean, std, a, b]}
        return tensor
    setattr(timm_init, name, fill)
from timm.models.vision_transformer import VisionTransformer

for layer, mode in [("vit", ""), ("vitJax", "jax")]:
    record("timm@1.0", layer, dict(width=96, patch=8, channels=3, positions=16, classes=40), modules(lambda: VisionTransformer(img_size=32, patch_size=8, num_classes=40, embed_dim=96, depth=2, num_heads=4, weight_init=mode), block(r"^blocks\.\d+\.")))

# x-transformers
from x_transformers import x_transformers as xt

X = "x-transformers@2.31"


def embedding(l2norm):
    made = xt.TokenEmbedding(96, 500, l2norm_embed=l2norm)
    made.init_()
    return made


record(X, "embedding", dict(vocab=500, width=96), modules(lambda: embedding(False)))
record(X, "l2NormEmbedding", dict(vocab=500, width=96), modules(lambda: embedding(True)))
record(X, "layerScale", dict(width=96), modules(lambda: xt.LayerScale(torch.nn.Identity(), 96)))
record(X, "attention", dict(width=96, heads=4, headSize=20), modules(lambda: xt.Attention(96, heads=4, dim_head=20, gate_value_heads=True, qk_norm=True, qk_norm_dim_scale=True)))

# Keras: the bounds that its generator was asked for, by shape.
import keras

bounds = {}
generator = keras.src.initializers.random_initializers.random
real_uniform = generator.uniform


def uniform(shape, minval=0.0, maxval=1.0, **kwargs):
    bounds[tuple(shape)] = {"uniform": [minval, maxval]}
    return real_uniform(shape, minval=minval, maxval=maxval, **kwargs)


generator.uniform = uniform
K, kl = "keras@3.15", keras.layers


def keras_layer(build, inputs, prefix=lambda path: path.split("/")[-1]):
    def draw(seed):
        keras.utils.set_random_seed(seed)
        bounds.clear()
        made = build()
        made.build(*inputs)
        for w in made.trainable_weights:
            yield prefix(w.path), np.asarray(w), bounds.get(tuple(w.shape))
    return draw


for i, o in [(300, 400), (1000, 70)]:
    record(K, "dense", {"in": i, "out": o}, keras_layer(lambda: kl.Dense(o), [(None, i)]))
for i, o, g, k in [(24, 60, 1, [3, 5]), (40, 24, 4, [3, 3])]:
    record(K, "conv", {"in": i, "out": o, "kernel": k, "groups": g}, keras_layer(lambda: kl.Conv2D(o, k, groups=g), [(None, 9, 9, i)]))
    record(K, "convTranspose", {"in": i, "out": o, "kernel": k}, keras_layer(lambda: kl.Conv2DTranspose(o, k, strides=2), [(None, 9, 9, i)]))
    record(K, "depthwiseConv", {"in": i, "kernel": k, "multiplier": g + 1}, keras_layer(lambda: kl.DepthwiseConv2D(k, depth_multiplier=g + 1), [(None, 9, 9, i)]))
record(K, "embedding", {"vocab": 500, "width": 96}, keras_layer(lambda: kl.Embedding(500, 96), [(None, 7)]))
for name, kind in [("simpleRnn", kl.SimpleRNN), ("gru", kl.GRU), ("lstm", kl.LSTM)]:
    for i, h in [(60, 100), (200, 48)]:
        record(K, name, {"in": i, "hidden": h}, keras_layer(lambda: kind(h), [(None, 7, i)]))
record(K, "multiHeadAttention", {"in": 120, "heads": 4, "headSize": 50}, keras_layer(lambda: kl.MultiHeadAttention(4, 50), [(None, 7, 120)] * 2, lambda path: ".".join(path.split("/")[-2:])))
for equation, given, out, shape in [("abc,cde->abde", (None, 7, 60), (7, 8, 50), [60, 8, 50]), ("abc,bcd->abd", (None, 7, 60), (7, 50), [7, 60, 50])]:
    record(K, "einsumDense", {"equation": equation, "shape": shape}, keras_layer(lambda: kl.EinsumDense(equation, output_shape=out), [given]))
record(K, "layerNormalization", {"width": 30}, keras_layer(lambda: kl.LayerNormalization(), [(None, 30)]))
record(K, "batchNormalization", {"channels": 30}, keras_layer(lambda: kl.BatchNormalization(), [(None, 30)]))
record(K, "prelu", {"shape": [5, 30]}, keras_layer(lambda: kl.PReLU(), [(None, 5, 30)]))

# Flax, linen and nnx
import jax
import jax.numpy as jnp
from flax import linen, nnx, traverse_util

F = "flax@0.12"


def linen_layer(build, *shapes, cell=False):
    def draw(seed):
        module, inputs = build(), [jnp.zeros(s) for s in shapes]
        if cell:
            inputs = [(inputs[0], inputs[0]), inputs[1]]
        params = module.init(jax.random.key(seed), *inputs)["params"]
        for path, values in traverse_util.flatten_dict(params).items():
            yield ".".join(path), np.asarray(values), None
    return draw


def nnx_layer(build):
    def draw(seed):
        state = nnx.to_flat_state(nnx.state(build(nnx.Rngs(seed)), nnx.Param))
        for path, variable in state:
            yield ".".join(str(p).rstrip("_") for p in path), np.asarray(variable[...]), None
    return draw


def both(layer, sizes, linen_draw, nnx_draw):
    record(F, layer, sizes, linen_draw, "linen")
    record(F, layer, sizes, nnx_draw, "nnx")


def embed_linen(seed):
    params = linen.Embed(500, 96).init(jax.random.key(seed), jnp.zeros((1,), int))["params"]
    yield "embedding", np.asarray(params["embedding"]), None


for i, o in [(300, 400), (1000, 70)]:
    both("dense", {"in": i, "out": o}, linen_layer(lambda: linen.Dense(o), (1, i)), nnx_layer(lambda rngs: nnx.Linear(i, o, rngs=rngs)))
for i, o, g, k in [(24, 60, 1, [3, 5]), (40, 24, 4, [3, 3])]:
    both("conv", {"in": i, "out": o, "kernel": k, "groups": g}, linen_layer(lambda: linen.Conv(o, k, feature_group_count=g), (1, 9, 9, i)), nnx_layer(lambda rngs: nnx.Conv(i, o, k, feature_group_count=g, rngs=rngs)))
    both("convTranspose", {"in": i, "out": o, "kernel": k}, linen_layer(lambda: linen.ConvTranspose(o, k), (1, 9, 9, i)), nnx_layer(lambda rngs: nnx.ConvTranspose(i, o, k, rngs=rngs)))
both("denseGeneral", {"inputs": [30, 20], "outputs": [8, 25]}, linen_layer(lambda: linen.DenseGeneral((8, 25), axis=(-2, -1)), (1, 30, 20)), nnx_layer(lambda rngs: nnx.LinearGeneral((30, 20), (8, 25), axis=(-2, -1), rngs=rngs)))
both("denseGeneral", {"inputs": [60], "outputs": [50], "batch": [7]}, linen_layer(lambda: linen.DenseGeneral(50, axis=-1, batch_dims=(0,)), (7, 3, 60)), nnx_layer(lambda rngs: nnx.LinearGeneral(60, 50, axis=-1, batch_axis={0: 7}, rngs=rngs)))
both("embed", {"vocab": 500, "width": 96}, embed_linen, nnx_layer(lambda rngs: nnx.Embed(500, 96, rngs=rngs)))
both("attention", {"in": 120, "heads": 4, "width": 200}, linen_layer(lambda: linen.MultiHeadDotProductAttention(4, qkv_features=200), (1, 5, 120)), nnx_layer(lambda rngs: nnx.MultiHeadAttention(4, 120, qkv_features=200, decode=False, rngs=rngs)))
both("lstm", {"in": 60, "hidden": 100}, linen_layer(lambda: linen.LSTMCell(100), (1, 100), (1, 60), cell=True), nnx_layer(lambda rngs: nnx.LSTMCell(60, 100, rngs=rngs)))
both("layerNorm", {"width": 30}, linen_layer(lambda: linen.LayerNorm(), (1, 30)), nnx_layer(lambda rngs: nnx.LayerNorm(30, rngs=rngs)))
both("batchNorm", {"channels": 30}, linen_layer(lambda: linen.BatchNorm(use_running_average=False), (1, 30)), nnx_layer(lambda rngs: nnx.BatchNorm(30, rngs=rngs)))

# Haiku
import haiku as hk


def haiku_layer(build, *shapes):
    made = hk.without_apply_rng(hk.transform(lambda *inputs: build()(*inputs)))

    def draw(seed):
        for params in made.init(jax.random.key(seed), *[jnp.zeros(s) for s in shapes]).values():
            for name, values in params.items():
                yield name, np.asarray(values), None
    return draw


def haiku_lstm(seed):
    made = hk.transform(lambda x: hk.LSTM(100)(x, hk.LSTM(100).initial_state(1)))
    for params in made.init(jax.random.key(seed), jnp.zeros((1, 60))).values():
        for name, values in params.items():
            yield name, np.asarray(values), None


def haiku_embed(seed):
    made = hk.transform(lambda x: hk.Embed(500, 96)(x))
    yield "embeddings", np.asarray(made.init(jax.random.key(seed), jnp.zeros((1,), int))["embed"]["embeddings"]), None


HK = "haiku@0.0.17"
for i, o in [(300, 400), (1000, 70)]:
    record(HK, "linear", {"in": i, "out": o}, haiku_layer(lambda: hk.Linear(o), (1, i)))
for i, o, g, k in [(24, 60, 1, [3, 5]), (40, 24, 4, [3, 3])]:
    record(HK, "conv", {"in": i, "out": o, "kernel": k, "groups": g}, haiku_layer(lambda: hk.Conv2D(o, k, feature_group_count=g), (1, 9, 9, i)))
record(HK, "embed", {"vocab": 500, "width": 96}, haiku_embed)
record(HK, "lstm", {"in": 60, "hidden": 100}, haiku_lstm)

pathlib.Path(__file__).with_name("presets.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
