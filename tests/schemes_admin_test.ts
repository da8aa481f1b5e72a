import { expect } from "@std/expect";
import {
  admin,
  cnn,
  deepNorm,
  initialize,
  mlp,
  moments,
  normal,
  relu,
  rng,
  type Scheme,
  tensor,
} from "../lib/mod.ts";
import { weightOutputs } from "../lib/schemes/weightOutputs.ts";
import { small } from "./schemeModels.ts";

const tokens = tensor([3, 20], Float32Array.from({ length: 60 }, (_, i) => i * i % 77));

Deno.test("admin() divides each branch by the root of 1 and the variances before it", () => {
  const model = small({ norm: "post", blocks: 4 });
  const deep = deepNorm();
  // Biases too, which are to be divided as the weights are.
  const scheme: Scheme = (spec, of) => spec.role === "bias" ? normal({ std: 0.1 }) : deep(spec, of);
  const params = initialize(model, scheme, rng("admin"));
  const { params: calibrated, rows } = admin(model, params, tokens);
  expect(rows.map(({ parameter }) => parameter)).toEqual(
    [1, 2, 3, 4].flatMap((
      b,
    ) => [`block${b}.attentionOut.weight`, `block${b}.feedForwardOut.weight`]),
  );
  let sum = 1;
  const final = new Map(
    weightOutputs(
      model,
      calibrated,
      tokens,
      ({ spec, output }) => [spec.name, moments(output.data).variance] as const,
    ),
  );
  const divided = new Map<string, number>();
  for (const { parameter, variance, omega } of rows) {
    expect(omega).toBeCloseTo(Math.sqrt(sum), 12);
    sum += variance;
    expect(variance).toBeGreaterThan(0);
    // Profiled with the branches before it already divided: so it is what the finished network has, times omega^2.
    expect(final.get(parameter)! * omega ** 2 / variance).toBeCloseTo(1, 4);
    divided.set(parameter, omega).set(parameter.replace("weight", "bias"), omega);
  }
  for (const { name } of model.params) {
    const omega = divided.get(name) ?? 1;
    expect(calibrated[name].data).toEqual(params[name].data.map((w) => w * (1 / omega)));
  }
  expect(rows.at(-1)!.omega).toBeGreaterThan(rows[0].omega);
});

Deno.test("admin() refuses what is not a post-LN gpt", () => {
  expect(() => admin(small(), {}, tokens)).toThrow('make the gpt with norm: "post"');
  expect(() => admin(mlp({ widths: [2, 3], activation: relu }), {}, tokens)).toThrow("with an mlp");
  const images = cnn({ image: [2, 2, 1], channels: [2], outputs: 2, activation: relu });
  expect(() => admin(images, {}, tokens)).toThrow("with a cnn: it is made for a transformer");
});
