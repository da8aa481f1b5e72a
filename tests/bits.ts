/**
 * Prints the SHA-256 of what the library promises to the last bit: draws, products, ten training
 * steps. The test in runtimes_test.ts runs it on several runtimes, as it is and as a bundle.
 */
import {
  adam,
  everywhere,
  gelu,
  heNormal,
  initialize,
  mlp,
  orthogonal,
  relu,
  rng,
  tanh,
  type Tensor,
  tensor,
  train,
  xavierUniform,
} from "../lib/mod.ts";
import { kernels } from "../lib/numerics/kernels.ts";

async function digest(arrays: Iterable<Float32Array | Uint32Array>): Promise<string> {
  // Copies: an array may be a view of the kernels' memory.
  const bytes = await new Blob([...arrays].map((array) => array.slice())).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One of each kind, with sizes that end inside a block of sixteen. */
function* draws(): Generator<Float32Array | Uint32Array> {
  const stream = rng("runtimes").child("draws");
  yield stream.child("uniform").uniform([1001]).data;
  yield stream.child("normal").normal([100_003]).data;
  yield stream.child("truncated").truncatedNormal([1003]).data;
  yield stream.child("permutation").permutation(997);
  yield heNormal()([37, 53], stream.child("He")).data;
  yield xavierUniform()([3, 3, 5, 7], stream.child("Xavier")).data;
  yield orthogonal()([65, 33], stream.child("orthogonal")).data;
}

function* products(): Generator<Float32Array> {
  for (const [m, k, n] of [[1, 1, 1], [7, 129, 33], [64, 784, 100]]) {
    const stream = rng("runtimes").child(`${m} ${k} ${n}`);
    const operand = (t: Tensor) => ({ data: t.data, rowStride: t.shape[1], columnStride: 1 });
    const a = operand(stream.child("a").normal([m, k]));
    const b = operand(stream.child("b").normal([k, n]));
    const c = new Float32Array(m * n);
    kernels.matmul(c, 0, n, m, k, n, a, b, false);
    yield c;
  }
}

/** Small networks on made-up labels: forward, loss, backward and update, ten times. */
function* training(): Generator<Float32Array> {
  for (const activation of [relu, tanh, gelu]) {
    const stream = rng("runtimes").child(activation.name);
    const model = mlp({ widths: [20, 33, 17, 5], activation });
    const inputs = stream.child("inputs").normal([200, 20]);
    const targets = Uint8Array.from({ length: 200 }, (_, i) => i * i % 5);
    const steps = train(
      model,
      initialize(model, everywhere(heNormal()), stream.child("weights")),
      { inputs, targets },
      { steps: 10, batchSize: 32, optimizer: adam({ learningRate: 0.01 }), rng: stream },
    );
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield tensor([1], [step.value.loss]).data;
    for (const parameter of Object.values(step.value)) yield parameter.data;
  }
}

console.log(JSON.stringify({
  kernels: kernels.name,
  draws: await digest(draws()),
  products: await digest(products()),
  training: await digest(training()),
}));
