"""Writes jax_complex.json, what JAX draws of dtype complex64: python tests/vectors/make_jax_complex.py (jax 0.10.2, an x86 CPU with FMA)."""
import base64
import hashlib
import json
import pathlib

import jax
import numpy as np

cases = []


def record(call, seed, data, shape, **options):
    data = np.asarray(data, np.complex64).view("<f4").ravel()  # real, imaginary, real, ...
    case = {"call": call, "seed": seed, "partitionable": partitionable, "shape": [*shape, 2], "options": options}
    if call == "normal" or options["distribution"] == "normal":
        case["sha256"] = hashlib.sha256(data.tobytes()).hexdigest()
    else:
        case["data"] = base64.b64encode(data.tobytes()).decode()
    cases.append(case)


for partitionable in [True, False]:
    jax.config.update("jax_threefry_partitionable", partitionable)
    for seed in [0, 42, -1]:
        key = jax.random.key(seed)
        for shape in [[1], [7], [10_000]]:
            record("normal", seed, jax.random.normal(key, shape, np.complex64), shape)
        for distribution in ["normal", "uniform", "truncated_normal"]:
            for shape, scale, mode in [([6, 5], 1.0, "fan_in"), ([20, 30], 2.0, "fan_out"),
                                       ([3, 4, 5], 3.0, "fan_avg"), ([3, 2, 7, 8], 0.5, "fan_geo_avg")]:
                init = jax.nn.initializers.variance_scaling(scale, mode, distribution)
                record("variance_scaling", seed, init(key, shape, np.complex64), shape,
                       scale=scale, mode=mode, distribution=distribution)

out = pathlib.Path(__file__).with_name("jax_complex.json")
lines = ",\n".join(json.dumps(case) for case in cases)
out.write_text(f'{{"made": {json.dumps({"jax": jax.__version__})},\n"cases": [\n{lines}\n]}}\n')
print(len(cases), "cases,", out.stat().st_size, "bytes")
