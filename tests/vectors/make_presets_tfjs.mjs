// Writes presets_tfjs.json, how TensorFlow.js starts its layers: in any folder,
// npm i @tensorflow/tfjs@4.22.0, then node <this file>.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";

// Not imported, so that a check of this folder does not ask for the package.
const tf = createRequire(`${process.cwd()}/`)("@tensorflow/tfjs");

console.warn = () => {}; // each orthogonal matrix of over 2,000 elements is called slow
await tf.setBackend("cpu");
const WANTED = 100_000, MOST_DRAWS = 60;
const cases = [];

function record(layer, sizes, inputs, make) {
  const params = {};
  let draws = 0;
  const short = () => Object.values(params).some((p) => p.count < WANTED && p.min !== p.max);
  while (draws < 2 || draws < MOST_DRAWS && short()) {
    const made = make();
    made.build(inputs);
    for (const weight of made.trainableWeights) {
      const name = weight.originalName.split("/").pop();
      const p = params[name] ??= {
        shape: weight.shape,
        count: 0,
        sum: 0,
        squares: 0,
        zeros: 0,
        min: Infinity,
        max: -Infinity,
      };
      for (const x of weight.read().dataSync()) {
        p.count++;
        p.sum += x;
        p.squares += x * x;
        if (x === 0) p.zeros++;
        p.min = Math.min(p.min, x);
        p.max = Math.max(p.max, x);
      }
      weight.dispose();
    }
    draws++;
  }
  for (const p of Object.values(params)) {
    p.mean = p.sum / p.count;
    p.std = Math.sqrt(Math.max(0, p.squares / p.count - p.mean ** 2));
    delete p.sum;
    delete p.squares;
  }
  cases.push({ library: "tfjs@4.22", layer, sizes, seeds: draws, params });
}

for (const [i, o] of [[300, 400], [1000, 70]]) {
  record("dense", { in: i, out: o }, [null, i], () => tf.layers.dense({ units: o }));
}
for (const [i, o, kernel, multiplier] of [[24, 60, [3, 5], 2], [40, 24, [3, 3], 5]]) {
  const inputs = [null, 9, 9, i];
  record(
    "conv",
    { in: i, out: o, kernel },
    inputs,
    () => tf.layers.conv2d({ filters: o, kernelSize: kernel }),
  );
  record(
    "convTranspose",
    { in: i, out: o, kernel },
    inputs,
    () => tf.layers.conv2dTranspose({ filters: o, kernelSize: kernel }),
  );
  record(
    "depthwiseConv",
    { in: i, kernel, multiplier },
    inputs,
    () => tf.layers.depthwiseConv2d({ kernelSize: kernel, depthMultiplier: multiplier }),
  );
}
record(
  "embedding",
  { vocab: 500, width: 96 },
  [null, 7],
  () => tf.layers.embedding({ inputDim: 500, outputDim: 96 }),
);
for (
  const [layer, name] of [["simpleRnn", "simpleRNNCell"], ["gru", "gruCell"], ["lstm", "lstmCell"]]
) {
  for (const [i, h] of [[60, 20], [200, 12]]) {
    record(
      layer,
      { in: i, hidden: h },
      [null, i],
      () => tf.layers[name]({ units: h, recurrentActivation: "sigmoid" }),
    );
  }
}
record("layerNormalization", { width: 30 }, [null, 30], () => tf.layers.layerNormalization());
record("batchNormalization", { channels: 30 }, [null, 30], () => tf.layers.batchNormalization());
record("prelu", { shape: [5, 30] }, [null, 5, 30], () => tf.layers.prelu());

const text = "[\n" + cases.map((one) => JSON.stringify(one)).join(",\n") + "\n]\n";
writeFileSync(new URL("presets_tfjs.json", import.meta.url), text);
