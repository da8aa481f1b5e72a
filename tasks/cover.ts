/** Draws the README's figure: what thirty ReLU layers do to real digits under two initializers. */
import { mnist } from "../lib/data/mod.ts";
import {
  band,
  compare,
  everywhere,
  figure,
  heNormal,
  initialize,
  lecunNormal,
  mlp,
  moments,
  predict,
  propagate,
  relu,
  repeat,
  seeds,
  theory,
} from "../lib/notebook/mod.ts";

export const coverFile = new URL("../notebooks/cover.svg", import.meta.url);

/** The figure as an SVG document. */
export async function cover(): Promise<string> {
  const { inputs } = (await mnist()).train.slice(0, 64);
  const model = mlp({
    widths: [784, ...Array(29).fill(256), 10],
    activation: relu,
    bias: false,
  });
  const schemes = {
    "He: variance 2/n": everywhere(heNormal()),
    "LeCun: variance 1/n": everywhere(lecunNormal()),
  };
  const inputMeanSquare = moments(inputs).meanSquare;
  const rows = compare(
    schemes,
    (scheme) =>
      repeat(seeds(20), (rng) => propagate(model, initialize(model, scheme, rng), inputs)),
  );
  const expected = compare(schemes, (scheme) => predict(model, scheme, { inputMeanSquare }));
  return figure({
    alt:
      "Mean square of each layer's signal over 30 ReLU layers, log scale: He stays level, LeCun " +
      "loses half at every layer, both on their predictions.",
    height: 300,
    x: { label: "layer" },
    y: { type: "log", label: "mean square of the signal, 20 networks each, 64 real digits" },
    marks: [
      band(rows, { x: "layer", y: "meanSquare", by: "name" }),
      theory(expected, { x: "layer", y: "meanSquare", by: "name", label: false }),
    ],
  }).svg;
}

if (import.meta.main) await Deno.writeTextFile(coverFile, await cover());
