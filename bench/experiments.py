"""Experiments of the course, as one would write them in PyTorch."""

import math
from statistics import median

import numpy as np
import torch
from torch import nn


def read_digits(path, count):
    """Pixels (count, 784) and labels."""
    data = np.fromfile(path, np.uint8)
    pixels = data[: 4 * 784 * count].view(np.float32).reshape(count, 784)
    return torch.from_numpy(pixels), torch.from_numpy(data[4 * 784 * count :].astype(np.int64))


def mlp(widths, activation, bias=True):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs, bias=bias), activation()]
    return nn.Sequential(*layers[:-1])


def initialize(model, weights, seed):
    torch.manual_seed(seed)
    for layer in model:
        if isinstance(layer, nn.Linear):
            weights(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def experiment(run, result):
    """Ready to be run again and again: the rows of each run replace those before."""
    rows = []

    def call():
        rows[:] = run()

    return call, lambda: result(rows)


def training_curves(widths, steps, batchSize, learningRate, networks, inputs, labels):
    model = mlp(widths, nn.ReLU)
    cross_entropy = nn.CrossEntropyLoss()
    per_epoch = len(inputs) // batchSize

    def curve(seed):
        initialize(model, nn.init.kaiming_normal_, seed)
        optimizer = torch.optim.SGD(model.parameters(), lr=learningRate)
        rows = []
        for step in range(steps):
            if step % per_epoch == 0:
                order = torch.randperm(len(inputs))
            batch = order[step % per_epoch * batchSize :][:batchSize]
            logits = model(inputs[batch])
            loss = cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            accuracy = (logits.argmax(1) == labels[batch]).float().mean()
            rows.append((loss.item(), accuracy.item()))
        return rows

    def last_loss(rows):
        last = rows[-(steps // 5) :]
        return sum(loss for loss, _ in last) / len(last)

    return experiment(
        lambda: [curve(seed) for seed in range(networks)],
        lambda curves: median(map(last_loss, curves)),
    )


def signals(widths, networks, digits, inputs):
    model = mlp(widths, nn.ReLU, bias=False)

    def sizes(seed):
        """Mean squares of each layer's pre-activations, and of their gradients."""
        initialize(model, nn.init.kaiming_normal_, seed)
        model.zero_grad()
        x, kept = inputs[:digits], []
        for layer in model:
            x = layer(x)
            if isinstance(layer, nn.Linear):
                x.retain_grad()
                kept.append(x)
        x.backward(torch.randn_like(x))
        return [(z.square().mean().item(), z.grad.square().mean().item()) for z in kept]

    return experiment(
        lambda: [row for seed in range(networks) for row in sizes(seed)],
        lambda rows: geometric_mean([signal * gradient for signal, gradient in rows]),
    )


def deep_networks(widths, networks):
    model = mlp(widths, nn.ReLU, bias=False)
    body = model[:-1]  # what comes before the output layer

    @torch.no_grad()
    def kept(seed):
        initialize(model, nn.init.kaiming_normal_, seed)
        return body(torch.ones(1, widths[0])).square().mean().item()

    return experiment(lambda: [kept(seed) for seed in range(networks)], geometric_mean)


def experiments(settings):
    inputs, labels = read_digits(settings["digitsFile"], settings["digits"])
    digits = {"inputs": inputs, "labels": labels}
    return {
        "training curves": lambda: training_curves(**settings["curves"], **digits),
        "deep training curves": lambda: training_curves(**settings["deepCurves"], **digits),
        "signals and gradients": lambda: signals(**settings["signals"], inputs=inputs),
        "200 deep networks": lambda: deep_networks(**settings["deep"]),
    }
