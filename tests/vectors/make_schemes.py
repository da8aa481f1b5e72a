"""Writes schemes.json, what libraries start models from: python tests/vectors/make_schemes.py

(torch 2.13.0, transformers 5.24.0, mup 1.0.0, unit-scaling 0.3.5). Stds are of what was drawn, over all entries.
"""
import importlib.metadata
import json
import pathlib

import mup
import torch
import unit_scaling as uu
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM
from transformers import T5Config, T5ForConditionalGeneration
from unit_scaling.optim import lr_scale_func_adam

torch.manual_seed(0)
WIDTH, BLOCKS, HEADS, TOKENS = 96, 3, 4, 300


def std(tensor):
    return {"std": float(tensor.detach().double().std(unbiased=False)), "count": tensor.numel()}


def stds(model, names):
    params = dict(model.named_parameters())
    return {ours: std(params[theirs]) for ours, theirs in names.items()}


def gpt2():
    model = GPT2LMHeadModel(GPT2Config(vocab_size=TOKENS, n_positions=80, n_embd=WIDTH, n_layer=BLOCKS, n_head=HEADS))
    names = {"tokenEmbedding.weight": "transformer.wte.weight", "positionEmbedding.weight": "transformer.wpe.weight"}
    ours = {"query": "attn.c_attn", "attentionOut": "attn.c_proj", "feedForwardIn": "mlp.c_fc", "feedForwardOut": "mlp.c_proj"}
    for b in range(BLOCKS):
        for name, theirs in ours.items():
            for part in ["weight", "bias"]:
                names[f"block{b + 1}.{name}.{part}"] = f"transformer.h.{b}.{theirs}.{part}"
    return stds(model, names)


def llama():
    model = LlamaForCausalLM(LlamaConfig(vocab_size=TOKENS, hidden_size=WIDTH, intermediate_size=256, num_hidden_layers=BLOCKS, num_attention_heads=HEADS))
    names = {"tokenEmbedding.weight": "model.embed_tokens.weight", "head.weight": "lm_head.weight"}
    ours = {"query": "self_attn.q_proj", "key": "self_attn.k_proj", "value": "self_attn.v_proj", "attentionOut": "self_attn.o_proj",
            "feedForwardGate": "mlp.gate_proj", "feedForwardIn": "mlp.up_proj", "feedForwardOut": "mlp.down_proj"}
    for b in range(BLOCKS):
        names |= {f"block{b + 1}.{name}.weight": f"model.layers.{b}.{theirs}.weight" for name, theirs in ours.items()}
    return stds(model, names)


def t5():
    model = T5ForConditionalGeneration(T5Config(vocab_size=TOKENS, d_model=WIDTH, d_kv=WIDTH // HEADS, d_ff=4 * WIDTH, num_layers=BLOCKS, num_heads=HEADS))
    names = {"tokenEmbedding.weight": "shared.weight"}
    ours = {"query": "0.SelfAttention.q", "key": "0.SelfAttention.k", "value": "0.SelfAttention.v", "attentionOut": "0.SelfAttention.o",
            "feedForwardIn": "2.DenseReluDense.wi", "feedForwardOut": "2.DenseReluDense.wo"}
    for b in range(BLOCKS):
        names |= {f"block{b + 1}.{name}.weight": f"decoder.block.{b}.layer.{theirs}.weight" for name, theirs in ours.items()}
    return stds(model, names)


def pytorch():
    linear, attention, embedding = nn.Linear(WIDTH, 4 * WIDTH), nn.MultiheadAttention(WIDTH, HEADS), nn.Embedding(TOKENS, WIDTH)
    return {"linear": {"weight": std(linear.weight), "bias": std(linear.bias)}, "embedding": std(embedding.weight),
            "multihead": {"query": std(attention.in_proj_weight), "queryBias": std(attention.in_proj_bias),
                          "attentionOut": std(attention.out_proj.weight), "attentionOutBias": std(attention.out_proj.bias)}}


class Perceptron(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1, self.layer2, self.layer3 = nn.Linear(50, width), nn.Linear(width, 2 * width), mup.MuReadout(2 * width, 10)


def mu():
    """A base of width 64, widened to 256; every weight starts from N(0, 0.1^2) at the base's width."""
    model = Perceptron(256)
    mup.set_base_shapes(model, Perceptron(64), delta=Perceptron(65))
    for layer in [model.layer1, model.layer2]:
        mup.init.normal_(layer.weight, std=0.1)
    mup.init.normal_(model.layer3.weight, std=0.1)
    rows = {}
    for name, parameter in model.named_parameters():
        rows[name] = std(parameter) if name.endswith("weight") else {}
        rows[name]["multiplier"] = 1 / model.layer3.width_mult() if name == "layer3.weight" else 1
    for kind, optimizer in [("adam", mup.MuAdam), ("sgd", mup.MuSGD)]:
        for group in optimizer(model.parameters(), lr=1.0).param_groups:
            for name, parameter in model.named_parameters():
                if any(parameter is other for other in group["params"]):
                    rows[name][kind] = group["lr"]
    return rows


def pattern(parameter, offset):
    """Weights that any language can make: u = (7919 i + offset) mod 2003, sqrt(12) ((u + 1/2) / 2003 - 1/2), (in, out) order."""
    out, inner = parameter.shape
    u = (7919 * torch.arange(out * inner) + offset) % 2003
    values = 12 ** 0.5 * ((u + 0.5) / 2003 - 0.5)
    parameter.data = values.reshape(inner, out).T.contiguous().float()


def u_mu():
    width, tokens, blocks, heads, positions = 32, 20, 3, 2, 6
    model = uu.TransformerDecoder(hidden_size=width, vocab_size=tokens, layers=blocks, heads=heads)
    names = {"tokenEmbedding.weight": "embedding.weight", "head.weight": "projection.weight"}
    ours = {"attentionOut": "mhsa.linear_o", "feedForwardIn": "mlp.linear_1", "feedForwardGate": "mlp.linear_gate", "feedForwardOut": "mlp.linear_2"}
    for b in range(blocks):
        names |= {f"block{b + 1}.{name}.weight": f"layers.{b}.{theirs}.weight" for name, theirs in ours.items()}
    params = dict(model.named_parameters())
    rates = {name: lr_scale_func_adam(params[theirs]) for name, theirs in names.items()}
    for b in range(blocks):
        rates[f"block{b + 1}.query.weight"] = lr_scale_func_adam(params[f"layers.{b}.mhsa.linear_qkv.weight"])
    for i, (name, theirs) in enumerate(names.items()):
        if name == "tokenEmbedding.weight":
            params[theirs].data = params[theirs].data.T.contiguous()
            pattern(params[theirs], 100 * i)
            params[theirs].data = params[theirs].data.T.contiguous()
        else:
            pattern(params[theirs], 100 * i)
    for b in range(blocks):
        parts = [nn.Parameter(torch.zeros(width, width)) for _ in range(3)]
        for i, part in enumerate(parts):
            pattern(part, 5000 + 300 * b + 100 * i)
        params[f"layers.{b}.mhsa.linear_qkv.weight"].data = torch.cat([part.data for part in parts])
    ids = [[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]]
    logits = model(torch.tensor(ids)).detach().double()
    return {"settings": {"vocabulary": tokens, "context": positions, "width": width, "heads": heads, "blocks": blocks, "feedForwardWidth": 4 * width},
            "names": list(names), "ids": ids, "rates": rates, "logits": logits.flatten().tolist()}


made = {name: importlib.metadata.version(name) for name in ["torch", "transformers", "mup", "unit-scaling"]}
recorded = {"made": made, "gpt2": gpt2(), "llama": llama(), "t5": t5(), "pytorch": pytorch(), "mup": mu(), "uMup": u_mu()}
text = "{" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in recorded.items()) + "}\n"
(pathlib.Path(__file__).parent / "schemes.json").write_text(text)
