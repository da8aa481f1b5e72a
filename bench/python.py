"""NumPy or PyTorch, whichever the first argument names: the Python side of serve.ts and works.ts."""

import json
import math
import sys
import time

import numpy as np

settings = json.loads(sys.argv[2])
FILL, BATCH, WIDTHS = settings["fill"], settings["batch"], settings["widths"]


def noise(length, first=0):
    x = 43758.5453 * np.sin(np.arange(first + 1, first + length + 1, dtype=np.float64))
    return x - np.floor(x)


def factors(n):
    return [(noise(n * n, first) - 0.5).astype(np.float32).reshape(n, n) for first in (0, n * n)]


def weights(layer):
    inputs, outputs = WIDTHS[layer - 1], WIDTHS[layer]
    w = (2 * noise(inputs * outputs, 10**6 * layer) - 1) * math.sqrt(6 / inputs)
    return w.astype(np.float32).reshape(inputs, outputs)


def root_mean_square(x):
    return float(np.sqrt(np.mean(np.square(x, dtype=np.float64))))


def fill(draw, out, numbers=lambda x: x):
    """Draws into an array that is there already."""
    return lambda: (lambda: draw(out), lambda: root_mean_square(numbers(out)))


def matrix(draw):
    return lambda: (draw, lambda: root_mean_square(np.asarray(draw())))


def numpy_works():
    random = np.random.default_rng(1)

    def matmul(n):
        a, b = factors(n)
        c = np.empty((n, n), np.float32)
        return lambda: np.matmul(a, b, out=c), lambda: float(np.abs(c).mean(dtype=np.float64))

    def orthogonal(n):
        return matrix(lambda: np.linalg.qr(random.standard_normal((n, n), dtype=np.float32))[0])

    return {
        **{f"matmul {n}": lambda n=n: matmul(n) for n in settings["matmulSizes"]},
        "normal fill": fill(lambda x: random.standard_normal(out=x, dtype=np.float32), np.empty(FILL, np.float32)),
        "uniform fill": fill(lambda x: random.random(out=x, dtype=np.float32), np.empty(FILL, np.float32)),
        **{f"orthogonal {n}": orthogonal(n) for n in settings["orthogonalSizes"]},
    }


def torch_works():
    import torch
    from experiments import experiments
    from language import language_step
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(1)

    def matmul(n):
        a, b = map(torch.from_numpy, factors(n))
        c = torch.empty(n, n)
        return lambda: torch.matmul(a, b, out=c), lambda: float(c.abs().double().mean())

    def training_step():
        layers = []
        for i in range(1, len(WIDTHS)):
            linear = nn.Linear(WIDTHS[i - 1], WIDTHS[i])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weights(i)).T)
                linear.bias.zero_()
            layers += [linear, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        inputs = torch.from_numpy((2 * noise(BATCH * WIDTHS[0]) - 1).astype(np.float32)).reshape(BATCH, -1)
        labels = torch.arange(BATCH) % 10
        optimizer = torch.optim.SGD(model.parameters(), lr=settings["learningRate"])
        cross_entropy = nn.CrossEntropyLoss()
        loss = math.nan

        def step():
            nonlocal loss
            optimizer.zero_grad()
            value = cross_entropy(model(inputs), labels)
            value.backward()
            optimizer.step()
            loss = value.item()

        return step, lambda: loss

    def convolution(images, size, channels, kernelSize, out):
        def filled(shape, order, first):
            values = noise(math.prod(shape), first).astype(np.float32) - 0.5
            x = torch.from_numpy(values).reshape(shape).permute(order)
            return x.contiguous().requires_grad_()

        x = filled((images, size, size, channels), (0, 3, 1, 2), 0)
        w = filled((kernelSize, kernelSize, channels, out), (3, 2, 0, 1), 10**6)

        def step():
            x.grad = w.grad = None
            nn.functional.conv2d(x, w, padding="same").square().mean().backward()

        return step, lambda: root_mean_square(w.grad.numpy())

    def draw(law):
        return fill(law, torch.empty(FILL), lambda x: x.numpy())

    def orthogonal(n):
        return matrix(lambda: nn.init.orthogonal_(torch.empty(n, n)).numpy())

    return {
        **{f"matmul {n}": lambda n=n: matmul(n) for n in settings["matmulSizes"]},
        "training step": training_step,
        "language model step": lambda: language_step(**settings["language"]),
        "convolution": lambda: convolution(**settings["convolution"]),
        "normal fill": draw(lambda x: x.normal_()),
        "uniform fill": draw(lambda x: x.uniform_()),
        "truncated normal fill": draw(nn.init.trunc_normal_),
        **{f"orthogonal {n}": orthogonal(n) for n in settings["orthogonalSizes"]},
        **experiments(settings),
    }


def measure(call, seconds):
    """CPU seconds per call, over at least `seconds`."""
    before, end, calls = time.process_time(), time.perf_counter() + seconds, 0
    while True:
        call()
        calls += 1
        if time.perf_counter() >= end:
            return (time.process_time() - before) / calls


contestant = {"numpy": numpy_works, "torch": torch_works}[sys.argv[1]]()
prepared = {}
for line in sys.stdin:
    name = line.strip()
    if name not in contestant:
        print("null", flush=True)
        continue
    if name not in prepared:
        call, result = contestant[name]()
        for _ in range(settings["stepsToLoss"]):
            call()
        agreed = result()
        measure(call, settings["warmUp"])
        prepared[name] = call, agreed
    call, agreed = prepared[name]
    print(json.dumps({"seconds": measure(call, settings["round"]), "result": agreed}), flush=True)
