/** Right calls of figures, of what notebooks need, of data sets and of files. */
import { join } from "node:path";
import { saveTraining, writeSafetensors } from "../lib/checkpoints/mod.ts";
import { line } from "../lib/figures/mod.ts";
import { signalTask } from "../lib/mod.ts";
import { type Calls, inputs, options, params, picture, point, rows, stream } from "./apiValues.ts";

const bins = [0, 1].map((low) => ({ name: "He", low, high: low + 1, density: 0.5, layer: 1 }));
const grid = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => ({ x, y, p: (x + y) / 4 })));
const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const files = { weight: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } };

export const FIGURE_CALLS: Calls = {
  band: [rows, options({ x: "learningRate", y: "loss", by: "name" })],
  line: [rows, options({ x: "seed", y: "loss", by: "name" })],
  scatter: [rows, options({ x: "seed", y: "loss", by: "name" })],
  theory: [rows, options({ x: "seed", y: "loss", by: "name" })],
  strip: [rows, options({ x: "loss", by: "name" })],
  boundary: [
    grid,
    options({ x: "x", y: "y", fill: "p", points: [{ x: 1, y: 1, label: 0 }], label: "label" }),
  ],
  heatMap: [grid, options({ x: "x", y: "y", fill: "p" })],
  confusion: [[{ actual: 1, predicted: 2 }], options({ actual: "actual", predicted: "predicted" })],
  density: [bins, options({ by: "name" })],
  histograms: [bins, options({ by: "layer" })],
  digits: [
    [{ pixels: new Float32Array(784), label: 3 }],
    options({ pixels: "pixels", label: "label", columns: 2 }),
  ],
  guide: [options({ label: "here", x: 1 })],
  figure: [
    options({ alt: "A line.", title: "Line", marks: [line(rows, { x: "seed", y: "loss" })] }),
  ],
  colorOf: ["He"],
  dashOf: ["He"],
  symbolOf: ["He"],
  schemeOf: ["He"],
  rampColor: [0.5],
};

export const NOTEBOOK_CALLS: Calls = {
  claim: ["Two is two", options({ measured: 2, predicted: 2, within: 0.1 })],
  display: [picture],
  explore: [
    options({
      frames: [1, 2].map((label) => ({ label, figure: picture })),
      label: "step",
      alt: "Lines.",
    }),
  ],
  live: [countdown(), options({ total: 2, y: "loss", title: "Run" })],
  progress: [options({ total: 2, title: "Runs" })],
  "notebook sweep": [signalTask, [point], { inputs }],
  md: [template("He uses ", "."), 2],
  tex: [template("x = ", ""), 2],
};

export const DATA_CALLS: Calls = {
  circles: [options({ count: 4, noise: 0.1, rng: stream })],
  spirals: [options({ count: 4, noise: 0.1, rng: stream, classes: 2 })],
  characters: ["to be"],
  bytePairs: ["to be or not to be", 258],
  Digits: [new Uint8Array(2 * 784), Uint8Array.of(1, 2)],
};

const state = { step: 1, rng: "1|3:api", params, carried: [] };
writeSafetensors(join(folder, "kept.safetensors"), files);
saveTraining(join(folder, "kept.training.safetensors"), state);

export const FILE_CALLS: Calls = {
  writeNpy: [join(folder, "a.npy"), files.weight, options({ dtype: "F32" })],
  writeNpz: [join(folder, "a.npz"), files, options({ dtype: "F32" })],
  writeSafetensors: [
    join(folder, "a.safetensors"),
    files,
    options({ dtype: "F32", metadata: { format: "pt" } }),
  ],
  writeShards: [
    join(folder, "a.safetensors.index.json"),
    files,
    options({ shardBytes: 100, dtype: "F32" }),
  ],
  openCheckpoint: [join(folder, "kept.safetensors")],
  saveTraining: [join(folder, "a.training.safetensors"), state],
  loadTraining: [join(folder, "kept.training.safetensors")],
};

function* countdown() {
  yield { loss: 2 };
  yield { loss: 1 };
}

function template(...strings: string[]) {
  return Object.assign(strings, { raw: strings });
}
