"""Writes checkpointNames.json, what new models' checkpoints hold: python tests/vectors/make_checkpointNames.py [folder of nanoGPT's model.py]

torch 2.13.0, transformers 5.24.0, timm 1.0.31, nanoGPT 3adf61e. Of each tensor [shape, mean, std, kurtosis, largest abs, row of zeros or
-1], of what save_pretrained keeps or, where there is none, of the state_dict.
"""
import json
import pathlib
import sys
import tempfile

import torch

for name in ["nms", "qnms"]:  # a torchvision that is built for another torch imports after this
    torch.library.define(f"torchvision::{name}", "(Tensor boxes, Tensor scores, float threshold) -> Tensor")

import transformers as hf
from safetensors.torch import load_file
from timm.models.vision_transformer import VisionTransformer

torch.manual_seed(0)
cases = []


def row(t):
    x = t.double()
    std = x.std(correction=0).item()
    kurtosis = ((x - x.mean()) ** 4).mean().item() / std**4 if std > 0 else 0
    zero = [i for i in range(t.shape[0]) if std > 0 and t.ndim == 2 and not t[i].any()]
    return [list(t.shape), float(f"{x.mean().item():.7g}"), float(f"{std:.7g}"), round(kurtosis, 3), float(f"{x.abs().max().item():.7g}"), zero[0] if zero else -1]


def record(checkpoint, tensors):
    cases.append(dict(checkpoint=checkpoint, tensors={name: row(t.detach()) for name, t in tensors.items()}))


def saved(checkpoint, model):
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        record(checkpoint, load_file(f"{folder}/model.safetensors"))


H, sizes = "transformers@5.24:", dict(vocab_size=500)
gpt2 = hf.GPT2Config(n_positions=60, n_embd=96, n_layer=3, n_head=4, **sizes)
saved(H + "gpt2", hf.GPT2LMHeadModel(gpt2))
saved(H + "gpt2", hf.GPT2Model(gpt2))
bert = dict(hidden_size=96, num_hidden_layers=2, num_attention_heads=4)
saved(H + "bert", hf.BertForPreTraining(hf.BertConfig(intermediate_size=200, max_position_embeddings=60, **bert, **sizes)))
saved(H + "llama", hf.LlamaForCausalLM(hf.LlamaConfig(num_key_value_heads=2, intermediate_size=200, **bert, **sizes)))
t5 = dict(d_model=96, num_layers=2, num_heads=4, d_kv=20, d_ff=200, **sizes)
saved(H + "t5", hf.T5ForConditionalGeneration(hf.T5Config(**t5)))
saved(H + "t5", hf.T5ForConditionalGeneration(hf.T5Config(feed_forward_proj="gated-gelu", tie_word_embeddings=False, **t5)))
saved(H + "opt", hf.OPTForCausalLM(hf.OPTConfig(ffn_dim=200, max_position_embeddings=60, word_embed_proj_dim=96, **bert, **sizes)))
if len(sys.argv) > 1:
    sys.path.insert(0, sys.argv[1])
    from model import GPT, GPTConfig

    tensors = GPT(GPTConfig(block_size=60, vocab_size=500, n_layer=3, n_head=4, n_embd=96)).state_dict()
    del tensors["lm_head.weight"]  # the embedding again
    record("nanogpt@3adf61e:gpt", tensors)
for layer, mode in [("vit", ""), ("vitJax", "jax")]:
    record(f"timm@1.0:{layer}", VisionTransformer(img_size=32, patch_size=8, num_classes=40, embed_dim=96, depth=2, num_heads=4, weight_init=mode).state_dict())

lines = [json.dumps(case) for case in cases]
pathlib.Path(__file__).with_name("checkpointNames.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
