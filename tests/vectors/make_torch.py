"""Writes torch.json, what PyTorch draws: python tests/vectors/make_torch.py (torch 2.13.0, numpy, an x86 CPU with AVX2)."""
import base64
import hashlib
import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

SEEDS = [0, 42, -1, 2**32 + 5]
SHAPES = [[1], [7], [15], [16], [17], [31], [48], [1000], [5, 3], [24, 40]]
WEIGHTS = [[5, 3], [24, 40], [7, 100], [10, 4, 3], [6, 5, 3, 3], [4, 3, 2, 3, 2]]
cases = []


def record(call, seed, draw, shape=None, whole=False, **options):
    torch.manual_seed(seed)
    data = draw().detach().contiguous().numpy()
    data = data.astype("<u4" if data.dtype == np.int64 else "<f4").ravel()
    case = {"call": call, "seed": seed, "shape": shape, "options": options}
    if whole:
        case["data"] = base64.b64encode(data.tobytes()).decode()
    else:
        case["sha256"] = hashlib.sha256(data.tobytes()).hexdigest()
        case["ends"] = [float(data[0]), float(data[-1])]
    cases.append(case)


def fill(call, seed, shape, whole=False, **options):
    function = getattr(nn.init, call)
    record(call, seed, lambda: function(torch.empty(shape), **options), shape, whole, **options)


for seed in SEEDS:
    for shape in SHAPES:
        fill("uniform_", seed, shape, a=-0.3, b=0.7)
        fill("normal_", seed, shape, mean=0.1, std=0.7)
        fill("trunc_normal_", seed, shape)
    for n in [1, 2, 10, 1000, 70000]:
        record("randperm", seed, lambda: torch.randperm(n), [n])
for seed in [3, 7]:
    for shape in [[7], [16], [50], [24, 40]]:
        fill("uniform_", seed, shape)
        fill("normal_", seed, shape)
        fill("uniform_", seed, shape, a=1.0, b=1.0000002)  # few values: the upper bound becomes the lower
        fill("trunc_normal_", seed, shape, std=0.02)  # bounds are absolute: nothing is cut
        fill("trunc_normal_", seed, shape, mean=0.5, std=1.5, a=0.7, b=1.4)  # by uniform candidates
        fill("trunc_normal_", seed, shape, std=1.0, a=3.0, b=5.0)  # in the tail
        fill("trunc_normal_", seed, shape, std=1.0, a=-0.38, b=0.38)  # 0.296 lies inside: by candidates
        fill("trunc_normal_", seed, shape, std=1.0, a=-0.4, b=0.4)  # 0.311: by normal numbers
    for shape in WEIGHTS:
        fill("xavier_uniform_", seed, shape)
        fill("xavier_normal_", seed, shape, gain=5 / 3)
        fill("kaiming_uniform_", seed, shape, a=math.sqrt(5))
        fill("kaiming_normal_", seed, shape)
        fill("kaiming_uniform_", seed, shape, mode="fan_out", nonlinearity="relu")
        fill("kaiming_normal_", seed, shape, mode="fan_out", nonlinearity="tanh")
    for shape in [[10, 7], [7, 10], [40, 3]]:
        fill("sparse_", seed, shape, sparsity=0.3)
        fill("sparse_", seed, shape, sparsity=0.75, std=1.0)
        # With a generator of its own the zeros still come from the global one.
        record("sparse_ with generator 5", seed, lambda: nn.init.sparse_(
            torch.empty(shape), 0.3, generator=torch.Generator().manual_seed(5)), shape)
    for shape in [[5, 3], [3, 5], [8, 8], [16, 10], [4, 2, 3], [6, 5, 2, 2]]:
        fill("orthogonal_", seed, shape, whole=True)
    fill("orthogonal_", seed, [4, 9], whole=True, gain=2.0)
for shape in [[5, 3, 4], [6, 2, 3, 4], [6, 4, 3, 1, 2]]:
    for groups in [1, 2, 3]:
        if shape[0] % groups == 0:
            fill("dirac_", 0, shape, groups=groups)
for shape in [[3, 5], [5, 3]]:
    fill("eye_", 0, shape)
for seed in [3, 7]:

    def parameters(module):
        return torch.cat([p.ravel() for p in module.parameters()])

    # The order of draws: several calls on one generator.
    record("Linear(2, 3)", seed, lambda: parameters(nn.Linear(2, 3)))
    record("Linear(40, 30)", seed, lambda: parameters(nn.Linear(40, 30)))
    record("Conv2d(6, 4, (3, 5), groups=2)", seed, lambda: parameters(nn.Conv2d(6, 4, (3, 5), groups=2)))
    record("Embedding(10, 4, padding_idx=2)", seed, lambda: parameters(nn.Embedding(10, 4, padding_idx=2)))
    record("LSTM(3, 5)", seed, lambda: parameters(nn.LSTM(3, 5)))
    record("MultiheadAttention(8, 2)", seed, lambda: parameters(nn.MultiheadAttention(8, 2)))
    record("normal_ of 7, 20, 3, 5", seed, lambda: torch.cat(
        [torch.empty(n).normal_() for n in (7, 20, 3, 5)]))  # the spare sine half outlives the 20

out = pathlib.Path(__file__).with_name("torch.json")
head = {"torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability()}
lines = ",\n".join(json.dumps(case) for case in cases)
out.write_text(f'{{"made": {json.dumps(head)},\n"cases": [\n{lines}\n]}}\n')
print(len(cases), "cases,", out.stat().st_size, "bytes")
