"""Files of the real packages, and their verdict on ours.

    python tests/vectors/checkpoints.py make > tests/vectors/checkpoints.json
    python tests/vectors/checkpoints.py check FOLDER

Made with torch 2.13.0, safetensors 0.8.0 and numpy 2.4.6. `make` prints files as base64; `check`
reads what tests/checkpoints_peers_test.ts wrote to the folder, writes it again with the packages,
and prints whether the bytes are the same and what a network of those weights says.
"""

import base64
import io
import json
import os
import sys

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch

FLOATS = [0.0, -0.0, 1.0, -2.5, 1 / 3, 2.0**-24, 3 * 2.0**-24, -(2.0**-14), 65504.0]
SPECIAL = [float("inf"), float("-inf"), float("nan")]
INTEGERS = {"i1": 7, "u1": 8, "i2": 15, "u2": 16, "i4": 31, "u4": 32, "i8": 63, "u8": 64}


def integers(name):
    bits = INTEGERS[name]
    low = -(2**bits) if name[0] == "i" else 0
    return np.array([low, 0, 1, 77, 2**bits - 2, 2**bits - 1], dtype=name)


def arrays():
    found = {name: integers(name) for name in INTEGERS}
    found["b1"] = np.array([True, False, True])
    for name in ["f2", "f4", "f8"]:
        found[name] = np.array(FLOATS + SPECIAL, dtype=name)
    return found


def tensors():
    found = {name: torch.from_numpy(array) for name, array in arrays().items()}
    found["bf"] = torch.tensor(FLOATS + SPECIAL, dtype=torch.float64).to(torch.bfloat16)
    found["empty"] = torch.zeros((0, 3))
    found["scalar"] = torch.tensor(1.5)
    found["é\n😀"] = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    return found


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def npz(save, members):
    out = io.BytesIO()
    save(out, **members)
    return out.getvalue()


def network(weights, x):
    hidden = torch.relu(x @ weights["layer1.weight"] + weights["layer1.bias"])
    return hidden @ weights["layer2.weight"] + weights["layer2.bias"]


def make():
    files = {"all.safetensors": safetensors.torch.save(tensors(), metadata={"format": "pt"})}
    files["none.safetensors"] = safetensors.torch.save({})
    for name, array in arrays().items():
        files[f"{name}.npy"] = npy(array)
        files[f"{name}-big.npy"] = npy(array.astype(array.dtype.newbyteorder(">")))
    cube = np.arange(24, dtype="f4").reshape(2, 3, 4)
    files["cube.npy"] = npy(cube)
    files["cube-fortran.npy"] = npy(np.asfortranarray(cube))
    files["cube-v2.npy"] = npy(cube, (2, 0))
    files["cube-v3.npy"] = npy(cube, (3, 0))
    files["scalar.npy"] = npy(np.array(1.5))
    # The longest header that fits 192 bytes with the room that NumPy leaves for a longer first size.
    files["axes.npy"] = npy(np.ones((1,) * 36, dtype="f4"))
    files["empty.npy"] = npy(np.zeros((0, 3), dtype="f4"))
    members = {"w": cube, "fortran": np.asfortranarray(cube), "é": np.arange(3, dtype=">i2")}
    files["plain.npz"] = npz(np.savez, {"w": cube, "é": np.arange(3, dtype="i2")})
    files["stored.npz"] = npz(np.savez, members)
    long = np.arange(20_000, dtype="f4") % 7
    files["deflated.npz"] = npz(np.savez_compressed, {**members, "long": long})

    torch.manual_seed(1)
    weights = {
        "layer1.weight": torch.randn(5, 7),
        "layer1.bias": torch.randn(7),
        "layer2.weight": torch.randn(7, 3),
        "layer2.bias": torch.randn(3),
    }
    x = torch.randn(4, 5)
    files["network.safetensors"] = safetensors.torch.save(weights)
    result = {
        "network": {"x": x.flatten().tolist(), "y": network(weights, x).flatten().tolist()},
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
    }
    print(json.dumps(result, indent=2, ensure_ascii=True))


def same(folder, name, data):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read() == data


def check(folder):
    result = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".safetensors"):
            with safetensors.safe_open(path, framework="pt") as file:
                metadata = file.metadata()
            again = safetensors.torch.save(safetensors.torch.load_file(path), metadata=metadata)
        elif name.endswith(".npy"):
            again = npy(np.load(path))
        elif name.endswith(".npz"):
            again = npz(np.savez, dict(np.load(path)))
        else:
            with open(path) as index:
                shards = json.load(index)["weight_map"]
            for key, shard in shards.items():
                with safetensors.safe_open(os.path.join(folder, shard), framework="pt") as file:
                    file.get_tensor(key)
            result[name] = True
            continue
        result[name] = same(folder, name, again)
    weights = safetensors.torch.load_file(os.path.join(folder, "network.safetensors"))
    y = network(weights, weights["x"]).flatten().tolist()
    print(json.dumps({"same": result, "y": y}))


make() if sys.argv[1] == "make" else check(sys.argv[2])
