import { expect } from "@std/expect";
import { join } from "node:path";
import {
  type NumberArray,
  openCheckpoint,
  type TypedTensor,
  writeNpy,
  writeNpz,
  writeSafetensors,
  writeShards,
} from "../lib/checkpoints/mod.ts";
import { forward, heNormal, mlp, normal, relu, rng, type Tensor, tensor } from "../lib/mod.ts";
import { root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { file, fromBase64, pathOf, toBase64 } from "./checkpointFiles.ts";
import vectors from "./vectors/checkpoints.json" with { type: "json" };

const script = join(root, "tests", "vectors", "checkpoints.py");
const files: Record<string, string> = vectors.files;
const theirs = (name: string) => openCheckpoint(file(name, fromBase64(files[name])));

const smallest = 2 ** -24;
const floats = [0, -0, 1, -2.5, 1 / 3, smallest, 3 * smallest, -(2 ** -14), 65504];
const special = [...floats, Infinity, -Infinity, NaN];
const signed = (bits: number) => [-(2 ** bits), 0, 1, 77, 2 ** bits - 2, 2 ** bits - 1];
const unsigned = (bits: number) => [0, 0, 1, 77, 2 ** bits - 2, 2 ** bits - 1];
const large = (low: bigint, high: bigint) => [low, 0n, 1n, 77n, high - 1n, high];

/** The arrays of the script, by NumPy's names. */
const arrays: Record<string, TypedTensor> = Object.fromEntries(
  Object.entries<NumberArray>({
    i1: Int8Array.from(signed(7)),
    u1: Uint8Array.from(unsigned(8)),
    i2: Int16Array.from(signed(15)),
    u2: Uint16Array.from(unsigned(16)),
    i4: Int32Array.from(signed(31)),
    u4: Uint32Array.from(unsigned(32)),
    i8: BigInt64Array.from(large(-(2n ** 63n), 2n ** 63n - 1n)),
    u8: BigUint64Array.from(large(0n, 2n ** 64n - 1n)),
    f4: Float32Array.from(special),
    f8: Float64Array.from(special),
  }).map(([name, data]) => [name, { shape: [data.length], data }]),
);
arrays.b1 = { shape: [3], data: Uint8Array.of(1, 0, 1), dtype: "BOOL" };
arrays.f2 = { shape: [special.length], data: Float64Array.from(special), dtype: "F16" };

const count = (n: number) => Float32Array.from({ length: n }, (_, i) => i);
const tensors: Record<string, TypedTensor> = {
  ...arrays,
  bf: { shape: [special.length], data: Float64Array.from(special), dtype: "BF16" },
  empty: { shape: [0, 3], data: new Float32Array() },
  scalar: tensor([], [1.5]),
  "é\n😀": tensor([2, 3], count(6)),
};
const cube = tensor([2, 3, 4], count(24));
const members = { w: cube, fortran: cube, é: { shape: [3], data: Int16Array.of(0, 1, 2) } };

/** What a tensor is once its elements are rounded to its dtype. */
function stored({ shape, data, dtype }: TypedTensor) {
  if (dtype === "F16") return { shape, data: Float32Array.from(data as Float64Array, roundTo(11)) };
  if (dtype === "BF16") return { shape, data: Float32Array.from(data as Float64Array, roundTo(8)) };
  return { shape, data };
}

/** The nearest number of so many digits; the test's numbers have no ties and, with 11, no exponent below -14 but multiples of 2^-24. */
function roundTo(digits: number) {
  return (x: number) => {
    if (x === 0 || !Number.isFinite(x)) return x;
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - digits + 1);
    return Math.round(x / unit) * unit;
  };
}

Deno.test("openCheckpoint() reads what the safetensors package wrote, every dtype to the bit", () => {
  using checkpoint = theirs("all.safetensors");
  expect(checkpoint.metadata).toEqual({ format: "pt" });
  expect(checkpoint.tensors.length).toBe(Object.keys(tensors).length);
  for (const [name, expected] of Object.entries(tensors)) {
    const { shape, data } = checkpoint.readExact(name);
    expect({ name, shape, data }).toEqual({ name, ...stored(expected) });
  }
});

Deno.test("openCheckpoint() reads what NumPy wrote: byte orders, versions, Fortran order, deflated", () => {
  for (const [name, expected] of Object.entries(arrays)) {
    for (const ending of ["", "-big"]) {
      using checkpoint = theirs(`${name}${ending}.npy`);
      const { shape, data } = checkpoint.readExact(`${name}${ending}`);
      expect({ name, shape, data }).toEqual({ name, ...stored(expected) });
    }
  }
  for (const name of ["cube", "cube-fortran", "cube-v2", "cube-v3"]) {
    using checkpoint = theirs(`${name}.npy`);
    expect(checkpoint.read(name)).toEqual(cube);
    expect(checkpoint.tensors[0].order).toBe(name === "cube-fortran" ? "F" : "C");
  }
  for (const name of ["stored.npz", "deflated.npz"]) {
    using checkpoint = theirs(name);
    expect(checkpoint.read("w")).toEqual(cube);
    expect(checkpoint.read("fortran")).toEqual(cube);
    expect(checkpoint.readExact("é").data).toEqual(members.é.data);
  }
  using checkpoint = theirs("deflated.npz");
  expect(checkpoint.read("long").data).toEqual(count(20_000).map((i) => i % 7));
});

Deno.test("the writers give the bytes of the safetensors package and of NumPy", () => {
  const written = (name: string, write: (path: string) => void) => {
    const path = pathOf(name);
    write(path);
    return toBase64(Deno.readFileSync(path));
  };
  const metadata = { format: "pt" };
  expect(written("all.safetensors", (path) => writeSafetensors(path, tensors, { metadata })))
    .toBe(files["all.safetensors"]);
  expect(written("none.safetensors", (path) => writeSafetensors(path, {})))
    .toBe(files["none.safetensors"]);
  for (const [name, tensor] of Object.entries(arrays)) {
    expect(written(`${name}.npy`, (path) => writeNpy(path, tensor))).toBe(files[`${name}.npy`]);
  }
  expect(written("cube.npy", (path) => writeNpy(path, cube))).toBe(files["cube.npy"]);
  const axes = tensor(Array(36).fill(1), [1]);
  expect(written("axes.npy", (path) => writeNpy(path, axes))).toBe(files["axes.npy"]);
  const plain = { w: cube, é: members.é };
  expect(written("plain.npz", (path) => writeNpz(path, plain))).toBe(files["plain.npz"]);
  const scalar = { shape: [], data: Float64Array.of(1.5) };
  expect(written("scalar.npy", (path) => writeNpy(path, scalar))).toBe(files["scalar.npy"]);
  expect(written("empty.npy", (path) => writeNpy(path, tensors.empty))).toBe(files["empty.npy"]);
});

const model = mlp({ widths: [5, 7, 3], activation: relu });

/**
 * Whether both are the same network's outputs: a float32 dot product of n terms is off by at most
 * n 2^-24 of the sum of their sizes. Here n < 8 twice, and no sum of sizes exceeds 64: 16 * 64 * 2^-24.
 */
function expectSame(ours: Tensor, theirs: readonly number[]): void {
  const worst = Math.max(...ours.data.map((y, i) => Math.abs(y - theirs[i])));
  expect(theirs.length).toBe(ours.data.length);
  expect(worst).toBeLessThan(16 * 64 * 2 ** -24);
}

Deno.test("weights that PyTorch drew and wrote give PyTorch's forward pass", () => {
  using checkpoint = theirs("network.safetensors");
  const params = Object.fromEntries(
    model.params.map(({ name }) => [name, checkpoint.read(name)]),
  );
  expectSame(forward(model, params, tensor([4, 5], vectors.network.x)), vectors.network.y);
  expect(() =>
    expectSame(forward(model, params, tensor([4, 5], vectors.network.x)), count(12) as never)
  )
    .toThrow();
});

const python = Deno.env.get("STEP_ZERO_PYTHON") ?? "python3";
const hasPackages = (await run([python, "-c", "import numpy, safetensors.torch, torch"])).ok;

Deno.test("PyTorch and NumPy read our files, and write the same bytes again", {
  ignore: !hasPackages, // STEP_ZERO_PYTHON names a Python that has them
}, async () => {
  const folder = await Deno.makeTempDir(), at = (name: string) => join(folder, name);
  const stream = rng("peers"), x = stream.child("x").normal([4, 5]);
  const params = Object.fromEntries(model.params.map(({ name, shape, fans }) => {
    const init = shape.length === 1 ? normal({ std: 0.1 }) : heNormal();
    return [name, init(shape, stream.child(name), fans)];
  }));
  writeSafetensors(at("network.safetensors"), { ...params, x });
  writeSafetensors(at("all.safetensors"), tensors, { metadata: { format: "pt" } });
  writeSafetensors(at("half.safetensors"), params, { dtype: "BF16" });
  writeShards(at("model.safetensors.index.json"), params, { shardBytes: 150 });
  writeNpz(at("members.npz"), { ...members, ...arrays, "layer1.weight": params["layer1.weight"] });
  for (const [name, tensor] of Object.entries(arrays)) writeNpy(at(`${name}.npy`), tensor);

  const { ok, text } = await run([python, script, "check", folder]);
  if (!ok) throw new Error(text);
  const { same, y } = JSON.parse(text.trim().split("\n").at(-1)!);
  expect(Object.keys(same).length).toBe(7 + Object.keys(arrays).length);
  expect(Object.entries(same).filter(([, isSame]) => !isSame)).toEqual([]);
  expectSame(forward(model, params, x), y);
});
