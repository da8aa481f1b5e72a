/** Prints SHA-256 of draws, functions, products, orthogonal rows and a training run, for comparing runtimes. */
import {
  adam,
  collect,
  everywhere,
  gelu,
  gpt,
  type GptOptions,
  heNormal,
  initialize,
  jaxRng,
  mlp,
  nextTokens,
  normal,
  orthogonal,
  rng,
  sgd,
  type Tensor,
  tfjsRng,
  torchRng,
  train,
} from "../lib/mod.ts";
import { scalarFunctions } from "../lib/numerics/activations.ts";
import { type ActivationKind, kernels } from "../lib/numerics/kernels.ts";

async function digest(...arrays: readonly Float32Array[]): Promise<string> {
  const bytes = new Uint8Array(await new Blob(arrays.map((x) => x.slice())).arrayBuffer());
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const root = rng("fingerprint");
const draws: Tensor[] = [
  root.normal([100_003]),
  root.uniform([100_003], { low: -1, high: 3 }),
  root.truncatedNormal([100_003]),
  root.truncatedNormal([100_003], { cut: 5 }),
];

const streams: Tensor[] = [
  torchRng(0).normal([10_003]),
  torchRng(0).normal([15]),
  torchRng(0).truncatedNormal([10_003], { parentStd: 1, low: 1, high: 3 }),
  jaxRng(0).normal([100_003]),
  jaxRng(0).truncatedNormal([10_003], { parentStd: 1 }),
  tfjsRng(1).normal([10_003]),
];

/** Two kinds that came later than the others. */
const LATER: readonly ActivationKind[] = ["erf", "exp"];

function activations(kinds: readonly ActivationKind[]): Float32Array[] {
  const x = root.normal([10_007], { std: 10 }).data, ones = new Float32Array(x.length).fill(1);
  return kinds.flatMap((kind) => {
    const value = new Float32Array(x.length), slope = new Float32Array(x.length);
    kernels.activate(kind, value, x, 0.3);
    kernels.activateBackward(kind, slope, x, ones, 0.3);
    return [value, slope];
  });
}

function product(): Float32Array {
  const m = 129, k = 600, n = 83, c = new Float32Array(m * n);
  const a = root.child("a").normal([k, m]).data, b = root.child("b").normal([n, k]).data;
  const x = { data: a, rowStride: 1, columnStride: m },
    y = { data: b, rowStride: 1, columnStride: k };
  kernels.matmul(c, 0, n, m, k, n, x, y, false);
  kernels.matmul(c, 0, n, m, k, n, x, y, true);
  return c;
}

function trained(): Float32Array[] {
  const inputs = root.child("inputs").normal([256, 20]);
  const targets = new Uint8Array(256).map((_, i) => inputs.data[20 * i] > 0 ? 1 : i % 3);
  const model = mlp({ widths: [20, 32, 32, 3], activation: gelu });
  const start = initialize(model, everywhere(heNormal()), root);
  const optimizers = [sgd({ learningRate: 0.1, momentum: 0.9 }), adam({ learningRate: 0.01 })];
  return optimizers.flatMap((optimizer) => {
    const options = { steps: 100, optimizer, rng: root, batchSize: 32, clipNorm: 1 };
    const { rows, result } = collect(train(model, start, { inputs, targets }, options));
    return [
      ...Object.values(result).map(({ data }) => data),
      Float32Array.from(rows, (row) => row.loss),
    ];
  });
}

function language(): Float32Array[] {
  const text = root.child("text").uniform([2001], { low: 0, high: 23 }).data.map(Math.floor);
  const sizes = { vocabulary: 23, context: 20, width: 24, heads: 3, blocks: 2 };
  const kinds: Partial<GptOptions>[] = [{}, {
    ...{ norm: "post", normKind: "rmsNorm", positions: "rotary", feedForward: "swiglu" },
    ...{ tiedHead: false, qkNorm: true, bias: false },
  }];
  return kinds.flatMap((kind) => {
    const model = gpt({ ...sizes, ...kind });
    const start = initialize(model, everywhere(normal({ std: 0.1 })), root);
    const optimizer = adam({ learningRate: 0.01 });
    const options = { steps: 20, optimizer, rng: root, batchSize: 4 };
    const { rows, result } = collect(
      train(model, start, nextTokens(text, { context: 20 }), options),
    );
    return [
      ...Object.values(result).map(({ data }) => data),
      Float32Array.from(rows, (row) => row.loss),
    ];
  });
}

const fingerprint = {
  draws: await digest(...draws.map(({ data }) => data)),
  streams: await digest(...streams.map(({ data }) => data)),
  activations: await digest(
    ...activations(
      (Object.keys(scalarFunctions) as ActivationKind[]).filter((kind) => !LATER.includes(kind)),
    ),
  ),
  laterActivations: await digest(...activations(LATER)),
  product: await digest(product()),
  orthogonal: await digest(orthogonal()([65, 131], root).data),
  training: await digest(...trained()),
  language: await digest(...language()),
};
console.log(JSON.stringify({ kernels: kernels.name, fingerprint }));
