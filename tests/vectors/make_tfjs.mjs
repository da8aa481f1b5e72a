// Writes tfjs.json, what TensorFlow.js draws: in any folder, npm i @tensorflow/tfjs@4.22.0 seedrandom@3.0.5,
// then node <this file>.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(`${process.cwd()}/`);
const tf = require("@tensorflow/tfjs"), seedrandom = require("seedrandom");

const SEEDS = [1, 42, 0.5, -3];
const SHAPES = [[1], [7], [30, 20]];
const cases = [];

function record(call, seed, data, shape, options = {}) {
  const floats = Float32Array.from(data);
  cases.push({
    call,
    seed,
    shape,
    options,
    sha256: createHash("sha256").update(new Uint8Array(floats.buffer)).digest("hex"),
    ends: [floats[0], floats[floats.length - 1]],
  });
}

for (const seed of SEEDS) {
  for (const shape of SHAPES) {
    record(
      "randomUniform",
      seed,
      tf.randomUniform(shape, -0.3, 0.7, "float32", seed).dataSync(),
      shape,
    );
    record(
      "randomNormal",
      seed,
      tf.randomNormal(shape, 0.1, 0.7, "float32", seed).dataSync(),
      shape,
    );
    record(
      "truncatedNormal",
      seed,
      tf.truncatedNormal(shape, 0.1, 0.7, "float32", seed).dataSync(),
      shape,
    );
  }
  for (
    const [name, scale, mode, distribution] of [
      ["glorotUniform", 1, "fanAvg", "uniform"],
      ["glorotNormal", 1, "fanAvg", "normal"],
      ["heUniform", 2, "fanIn", "uniform"],
      ["heNormal", 2, "fanIn", "normal"],
      ["leCunUniform", 1, "fanIn", "uniform"],
      ["leCunNormal", 1, "fanIn", "normal"],
    ]
  ) {
    const data = tf.initializers[name]({ seed }).apply([3, 2, 5, 4]).dataSync();
    record(name, seed, data, [3, 2, 5, 4], { scale, mode, distribution });
  }
}
for (const name of ["arc4", "alea", "xor128", "xorwow", "xorshift7", "xor4096", "tychei"]) {
  for (const seed of ["hello.", "", 1, -7]) {
    const next = (name === "arc4" ? seedrandom : seedrandom[name])(seed);
    record(name, seed, Array.from({ length: 100 }, next), [100]);
  }
}
for (const seed of [1, 42]) {
  const order = Array.from({ length: 50 }, (_, i) => i), random = Math.random;
  Math.random = seedrandom.alea(String(seed));
  tf.util.shuffle(order);
  Math.random = random;
  record("shuffle", seed, order, [50]);
}
const made = { tfjs: tf.version.tfjs, seedrandom: "3.0.5" };
const lines = cases.map((one) => JSON.stringify(one)).join(",\n");
writeFileSync(
  new URL("tfjs.json", import.meta.url),
  `{"made": ${JSON.stringify(made)},\n"cases": [\n${lines}\n]}\n`,
);
console.log(cases.length, "cases");
