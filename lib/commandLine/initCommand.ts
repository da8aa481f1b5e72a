import type { FloatDtype } from "../checkpoints/encoded.ts";
import { writeSafetensors } from "../checkpoints/writeSafetensors.ts";
import { initialize } from "../nn/schemes.ts";
import { describeScheme, type SchemeRow } from "../schemes/describe.ts";
import { oneOf } from "../tensor/arguments.ts";
import { rng } from "../tensor/rng.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { parsed, positionsOf } from "./arguments.ts";
import { modelIn, schemeOf } from "./schemeOf.ts";
import { type ExitCode, type Terminal, UsageError } from "./terminal.ts";

export const INIT_USAGE = `init MODEL.json --scheme SCHEME --seed SEED --out FILE.safetensors
    Draws a model's weights and writes them. MODEL.json holds the settings of a gpt, an mlp or a cnn:
      {"name": "gpt", "vocabulary": 50257, "context": 1024, "width": 768, "heads": 12, "blocks": 12}
      {"name": "mlp", "widths": [784, 256, 10], "activation": "relu"}
      {"name": "cnn", "image": [28, 28, 1], "channels": [16, 32], "outputs": 10, "activation": "relu"}
    and, for skipInit, reZero and layerScale, the "gates" of a gpt: "branch" or "channel".
    SCHEME is a name (gpt2, mitchell, heNormal ...) or JSON with options: '{"name": "megatron", "std": 0.006}';
    the base of mup, depthMup and completeP is as MODEL.json, its scheme as SCHEME. Schemes of a part of the
    model (skipInit, reZero, layerScale, mimetic) take "otherwise", a SCHEME for the rest, gpt2 when left out,
    and mimetic a "seed": '{"name": "mimetic", "seed": "pairs", "otherwise": "mitchell"}'. Where a scheme also says
    what weights are multiplied by in use, or their shares of the learning rate, the file's metadata has them.
    --layout torch   writes dense weights (out, in), as PyTorch's Linear keeps them; (in, out) otherwise
    --dtype BF16     F32, when left out, F16, BF16 or F64`;

/** `init spec.json --scheme gpt2 --seed 0 --out w.safetensors`. */
export function initCommand(args: readonly string[], { out }: Terminal): ExitCode {
  const names = { scheme: true, seed: true, out: true, layout: true, dtype: true };
  const { positions, values } = parsed(args, names);
  const [file] = positionsOf(positions, ["MODEL.json"]);
  const given = (name: keyof typeof names): string => {
    if (values[name] !== undefined) return values[name];
    throw new UsageError(`--${name} is missing`);
  };
  const model = modelIn(file), scheme = schemeOf("--scheme", given("scheme"));
  const layout = oneOf("layout", values.layout ?? "keras", ["keras", "torch"]);
  const dtype = oneOf("dtype", (values.dtype ?? "F32") as FloatDtype, [
    "F32",
    "F16",
    "BF16",
    "F64",
  ]);
  const path = given("out");
  if (!path.endsWith(".safetensors")) {
    throw new UsageError(
      `--out must end in .safetensors, as that is what is written: it is ${path}`,
    );
  }
  const params = initialize(model, scheme, rng(given("seed")));
  const dense = new Set(
    model.params.filter(({ role }) => role !== "embedding").map(({ name }) => name),
  );
  const written = Object.entries(params).map(([name, tensor]) =>
    [name, layout === "torch" && dense.has(name) ? transposed(tensor) : tensor] as const
  );
  const rows = describeScheme(model, scheme);
  const multipliers = factorsIn(rows, "multiplier"), rates = factorsIn(rows, "learningRate");
  writeSafetensors(path, Object.fromEntries(written), {
    dtype,
    metadata: {
      scheme: given("scheme"),
      seed: given("seed"),
      layout,
      ...multipliers.size > 0 && { multipliers: jsonOf(multipliers) },
      ...rates.size > 0 && { learningRates: jsonOf(rates) },
    },
  });
  const count = written.reduce((sum, [, { data }]) => sum + data.length, 0);
  out(`${path}: ${written.length} tensors, ${count.toLocaleString("en")} weights`);
  if (multipliers.size > 0) {
    out(`${multipliers.size} tensors are multiplied in use: see multipliers in its metadata`);
  }
  if (rates.size > 0) {
    out(
      `${rates.size} tensors have a share of the learning rate: see learningRates in its metadata`,
    );
  }
  return 0;
}

/** The factors of a kind that are not 1, by parameter. */
function factorsIn(
  rows: readonly SchemeRow[],
  kind: "multiplier" | "learningRate",
): Map<string, number> {
  return new Map(rows.filter((row) => row[kind] !== 1).map((row) => [row.parameter, row[kind]]));
}

function jsonOf(factors: ReadonlyMap<string, number>): string {
  return JSON.stringify(Object.fromEntries(factors));
}

/** A matrix with its axes exchanged; other tensors as they are. */
function transposed({ shape, data }: Tensor): Tensor {
  if (shape.length !== 2) return { shape, data };
  const [rows, columns] = shape, out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  }
  return { shape: [columns, rows], data: out };
}
