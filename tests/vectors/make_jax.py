"""Writes jax.json, what JAX draws: python tests/vectors/make_jax.py (jax 0.10.2, an x86 CPU with FMA)."""
import base64
import hashlib
import json
import pathlib

import jax
import numpy as np

SEEDS = [0, 42, -1]
WEIGHTS = [[6, 5], [20, 30], [3, 4, 5], [3, 2, 7, 8]]
init = jax.nn.initializers
cases = []


def record(call, seed, data, shape=None, whole=False, **options):
    data = np.asarray(data)
    data = data.astype("<u4" if data.dtype.kind in "ui" else "<f4").ravel()
    case = {"call": call, "seed": seed, "partitionable": partitionable, "shape": shape,
            "options": options}
    if whole:
        case["data"] = base64.b64encode(data.tobytes()).decode()
    else:
        case["sha256"] = hashlib.sha256(data.tobytes()).hexdigest()
        case["ends"] = [float(data[0]), float(data[-1])]
    cases.append(case)


for partitionable in [True, False]:
    jax.config.update("jax_threefry_partitionable", partitionable)
    for seed in SEEDS:
        key = jax.random.key(seed)
        for n in [1, 7, 16, 1000]:
            record("bits", seed, jax.random.bits(key, (n,)), [n])
            record("split", seed, jax.random.key_data(jax.random.split(key, n)), [n])
            record("fold_in", seed, jax.random.key_data(jax.random.fold_in(key, n)), [n])
            record("uniform", seed, jax.random.uniform(key, (n,)), [n])
            record("uniform", seed, jax.random.uniform(key, (n,), minval=-0.3, maxval=0.7), [n],
                   minval=-0.3, maxval=0.7)
            for lower, upper in [(-2, 2), (-0.6, 1.2), (1, 1.00001)]:  # the last meets both its ends
                record("truncated_normal", seed,
                       jax.random.truncated_normal(key, lower, upper, (n,)), [n], lower=lower,
                       upper=upper)
        for n in [1, 7, 16, 100_000]:  # the last reaches both tails of the inverse erf
            record("normal", seed, jax.random.normal(key, (n,)), [n])
        for n in [1, 10, 1625, 1626] + [200_000] * (seed == 0):  # one sort, then two; then equal words
            record("permutation", seed, jax.random.permutation(key, n), [n])
        for shape in WEIGHTS:
            for name in ["glorot_uniform", "glorot_normal", "lecun_uniform", "lecun_normal",
                         "he_uniform", "he_normal", "uniform", "normal", "truncated_normal"]:
                record(f"initializers.{name}", seed, getattr(init, name)()(key, shape), shape)
    for shape in [[7, 9], [2, 17], [31, 37]]:
        record("initializers.glorot_uniform", 3, init.glorot_uniform()(jax.random.key(3), shape), shape)
    for call, options, shape in [
        ("uniform", {"scale": 0.3}, [5, 7]),
        ("normal", {"stddev": 0.02}, [5, 7]),
        ("truncated_normal", {"stddev": 0.3, "lower": -1.0, "upper": 2.5}, [5, 7]),
        ("he_normal", {"in_axis": 1, "out_axis": 0}, [5, 7, 3]),
        ("glorot_uniform", {"in_axis": [0, 1], "out_axis": [-1]}, [2, 3, 4, 5]),
        ("lecun_normal", {"batch_axis": 0}, [4, 5, 6]),
        ("lecun_uniform", {"in_axis": 0, "out_axis": []}, [9]),
        *[("variance_scaling", {"scale": 3.0, "mode": mode, "distribution": distribution}, [3, 5, 7])
          for mode in ["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]
          for distribution in ["truncated_normal", "normal", "uniform"]],
    ]:
        record(f"initializers.{call}", 3, getattr(init, call)(**options)(jax.random.key(3), shape),
               shape, **options)
    for seed in [3, 7]:
        key = jax.random.key(seed)
        for shape in [[5, 3], [3, 5], [8, 8], [2, 3, 4]]:
            record("initializers.orthogonal", seed, init.orthogonal()(key, shape), shape, whole=True)
        for axis in [0, 1]:
            record("initializers.orthogonal", seed,
                   init.orthogonal(2.0, column_axis=axis)(key, [2, 3, 4]), [2, 3, 4], whole=True,
                   scale=2.0, column_axis=axis)
        for shape in [[4, 3, 5], [2, 3, 3, 3], [2, 1, 3, 2, 4]]:
            record("initializers.delta_orthogonal", seed, init.delta_orthogonal()(key, shape), shape,
                   whole=True)

out = pathlib.Path(__file__).with_name("jax.json")
lines = ",\n".join(json.dumps(case) for case in cases)
out.write_text(f'{{"made": {json.dumps({"jax": jax.__version__})},\n"cases": [\n{lines}\n]}}\n')
print(len(cases), "cases,", out.stat().st_size, "bytes")
