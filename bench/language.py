"""A small GPT, as one would write it in PyTorch: queries, keys and values in one product, attention by the library's own kernel.

Run by itself with a file's name, it writes logits, loss and gradients of a tiny one for tests/nn_gpt_test.ts.
"""

import json
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def noise(length, first=0):
    x = 43758.5453 * np.sin(np.arange(first + 1, first + length + 1, dtype=np.float64))
    return x - np.floor(x)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.projections = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.feed_norm = nn.LayerNorm(width)
        self.feed_in = nn.Linear(width, 4 * width)
        self.feed_out = nn.Linear(4 * width, width)

    def forward(self, x):
        batch, positions, width = x.shape
        parts = self.projections(self.attention_norm(x)).split(width, dim=2)
        q, k, v = (y.view(batch, positions, self.heads, -1).transpose(1, 2) for y in parts)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attention_out(y.transpose(1, 2).reshape(batch, positions, width))
        return x + self.feed_out(F.gelu(self.feed_in(self.feed_norm(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary, context, width, heads, blocks):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(blocks)))
        self.norm = nn.LayerNorm(width)

    def forward(self, ids):
        h = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        return self.norm(self.blocks(h)) @ self.tokens.weight.T

    def parts(self):
        """The parameters in the library's order, each (inputs, outputs)."""

        def both(layer):
            return [layer.weight.t(), layer.bias]

        parts = [self.tokens.weight, self.positions.weight]
        for block in self.blocks:
            width = len(block.attention_norm.weight)
            parts += both(block.attention_norm)
            for i in range(3):
                rows = slice(i * width, (i + 1) * width)
                parts += [block.projections.weight[rows].T, block.projections.bias[rows]]
            parts += both(block.attention_out) + both(block.feed_norm)
            parts += both(block.feed_in) + both(block.feed_out)
        return parts + both(self.norm)


def fill(model, spread):
    """Parameter number k: spread (2 noise - 1), from noise 10^6 k on, added to 1 for gains."""
    gains = {layer.weight for layer in model.modules() if isinstance(layer, nn.LayerNorm)}
    gains = {gain.data_ptr() for gain in gains}
    with torch.no_grad():
        for k, part in enumerate(model.parts()):
            values = spread * (2 * noise(part.numel(), 10**6 * k) - 1) + (part.data_ptr() in gains)
            part.copy_(torch.from_numpy(values.astype(np.float32)).reshape(part.shape))


def text(length, vocabulary):
    return torch.from_numpy((vocabulary * noise(length)).astype(np.int64))


def language_step(vocabulary, context, width, heads, blocks, batch, learningRate, spread):
    model = Gpt(vocabulary, context, width, heads, blocks)
    fill(model, spread)
    ids = text(batch * context + 1, vocabulary)
    inputs, targets = ids[:-1].reshape(batch, context), ids[1:]
    optimizer = torch.optim.Adam(model.parameters(), lr=learningRate)
    loss = torch.nan

    def step():
        nonlocal loss
        optimizer.zero_grad()
        value = F.cross_entropy(model(inputs).flatten(0, 1), targets)
        value.backward()
        optimizer.step()
        loss = value.item()

    return step, lambda: loss


def vectors():
    sizes = {"vocabulary": 13, "context": 6, "width": 8, "heads": 2, "blocks": 2}
    model = Gpt(**sizes)
    fill(model, 0.5)
    ids = text(13, 13)
    logits = model(ids[:-1].reshape(2, 6)).flatten(0, 1)
    loss = F.cross_entropy(logits, ids[1:])
    loss.backward()
    for parameter in model.parameters():
        parameter.data = parameter.grad
    numbers = {"logits": logits, "loss": loss, "gradients": torch.cat([x.flatten() for x in model.parts()])}
    return sizes, {name: [round(v, 6) for v in x.flatten().tolist()] for name, x in numbers.items()}


if __name__ == "__main__":
    sizes, numbers = vectors()
    with open(sys.argv[1], "w") as file:
        json.dump({"torch": torch.__version__, "command": "python bench/language.py FILE", "sizes": sizes, **numbers}, file)
        file.write("\n")
