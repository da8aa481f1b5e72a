/** The spectral condition. */
import { expect } from "@std/expect";
import { initialize, mlp, relu, rng, type Scheme, singularValues, spectral } from "../lib/mod.ts";
import { rowOf, small } from "./schemeModels.ts";

Deno.test("spectral() gives weights of norm sqrt(m / n), exactly where orthogonal", () => {
  for (const shape of [[30, 120], [120, 30], [200, 3]]) {
    const [n, m] = shape, model = mlp({ widths: [n, m], activation: relu, bias: false });
    const norm = (scheme: Scheme) => {
      const params = initialize(model, scheme, rng("spectral"));
      return singularValues(params["layer1.weight"].data, n, m)[0] / Math.sqrt(m / n);
    };
    expect(norm(spectral({ distribution: "orthogonal" }))).toBeCloseTo(1, 5);
    const normalNorm = norm(spectral());
    // 1 + sqrt(short / long) in the limit, with fluctuations of order short^(-2/3).
    const limit = 1 + Math.sqrt(Math.min(n, m) / Math.max(n, m));
    expect(Math.abs(normalNorm / limit - 1)).toBeLessThan(0.15);
    expect(rowOf(model, spectral({ optimizer: "sgd" }), "layer1.weight").learningRate).toBe(m / n);
    expect(rowOf(model, spectral(), "layer1.weight").learningRate).toBe(1 / n);
  }
  const at = (optimizer: "sgd" | "adam") => (name: string) =>
    rowOf(small(), spectral({ optimizer }), name);
  expect(at("adam")("tokenEmbedding.weight")).toMatchObject({ std: 1, learningRate: 1 });
  expect(at("sgd")("tokenEmbedding.weight").learningRate).toBe(64);
  expect(at("sgd")("block1.feedForwardIn.bias")).toMatchObject({ std: 0, learningRate: 160 });
  expect(at("adam")("block1.feedForwardNorm.weight").learningRate).toBe(1);
  expect(at("sgd")("finalNorm.weight").learningRate).toBe(64);
  expect(() => spectral({ optimizer: "muon" as never })).toThrow('optimizer "muon"');
});
