import { expect } from "@std/expect";
import { mnist } from "../lib/data/mnist.ts";
import {
  type BrokenNetwork,
  brokenNetwork,
  type Repair,
  rescue,
} from "../lib/experiments/brokenNetwork.ts";
import { seeds } from "../lib/experiments/compare.ts";
import { diagnose } from "../lib/experiments/diagnose.ts";
import { learningCurve } from "../lib/experiments/learningCurve.ts";
import { spread } from "../lib/experiments/quantiles.ts";
import { varianceScaling } from "../lib/initializers/varianceScaling.ts";
import { zeros } from "../lib/initializers/constant.ts";
import { relu } from "../lib/nn/activations.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { gain } from "../lib/theory/gain.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { takeExamples } from "../lib/tensor/examples.ts";
import { rng } from "../lib/tensor/rng.ts";

const digits = (await mnist()).train.slice(0, 1000);
const pixels = digits.inputs.data.filter((_, i) => i % 2 === 0 && Math.floor(i / 28) % 2 === 0);
const examples = { inputs: { shape: [1000, 196], data: pixels }, targets: digits.targets };
const batch = takeExamples(examples, [...Array(256).keys()]);
const RATE = 0.08;

/** The one fault of a network: the layer, 0 for the rate, and what is wrong there. */
function faultOf({ model, params, learningRate }: BrokenNetwork): [layer: number, kind: string] {
  if (learningRate !== RATE) return [0, "rate"];
  const { activation, widths } = model.spec, most = activation.name === "relu" ? 2 : 2.54;
  for (let layer = 1; layer < widths.length; layer++) {
    const { data, shape } = params[`layer${layer}.weight`],
      bias = params[`layer${layer}.bias`].data;
    if (bias.some((value) => value !== 0)) return [layer, "bias"];
    const std = Math.sqrt(data.reduce((sum, w) => sum + w * w, 0) / data.length);
    // 320 entries or more: a std strays by 4 % at most, a layer of 32 distinct values by 13 %.
    if (std > 10 * Math.sqrt(most / shape[0])) return [layer, "loud"];
    if (data.subarray(0, shape[1]).every((w) => w === data[0])) return [layer, "equal"];
  }
  throw new Error("no fault was found");
}

const repairOf = (network: BrokenNetwork): Repair => {
  const [layer, kind] = faultOf(network), { params, model: { spec } } = network;
  const scale = spec.activation.name === "relu" ? 2 : 2.54;
  const weight = `layer${layer}.weight`, bias = `layer${layer}.bias`;
  if (kind === "rate") return { learningRate: RATE };
  if (kind === "bias") return { [bias]: zeros()(params[bias].shape, rng("repair")) };
  return { [weight]: varianceScaling({ scale })(params[weight].shape, rng("repair")) };
};

const ward = Array.from({ length: 40 }, (_, i) => brokenNetwork(rng("ward").child(i)));
const kinds = ward.map((network) => `${network.model.spec.activation.name} ${faultOf(network)[1]}`);

Deno.test("brokenNetwork() has one fault of five, in either activation, in any hidden layer but the first", () => {
  const expected = ["relu", "tanh"].flatMap((name) =>
    ["bias", "equal", "loud", "rate"].map((kind) => `${name} ${kind}`)
  );
  expect([...new Set(kinds)].toSorted()).toEqual(expected);
  const layers = ward.map((network) => faultOf(network)[0]);
  expect([...new Set(layers)].toSorted()).toEqual([0, 2, 3, 4, 5, 6]);
});

Deno.test("brokenNetwork() gives the same stream the same network", () => {
  const [one, same] = [1, 1].map((i) => brokenNetwork(rng("again").child(i)));
  expect(one.params).toEqual(same.params);
  expect(one.learningRate).toBe(same.learningRate);
  // @ts-expect-error: a name is no stream
  expect(() => brokenNetwork("again")).toThrow(TypeError);
});

Deno.test("rescue() rescues each kind of fault by its own repair, and not without", () => {
  for (const kind of new Set(kinds)) {
    const network = ward[kinds.indexOf(kind)], { learningRate } = network;
    expect([kind, rescue(network, { learningRate }, examples).rescued]).toEqual([kind, false]);
    expect([kind, rescue(network, repairOf(network), examples).rescued]).toEqual([kind, true]);
  }
});

Deno.test("rescue() takes its limit from twelve sound networks, each from its own seed", () => {
  const network = ward[kinds.indexOf("relu rate")], { model } = network;
  const sound = everywhere(varianceScaling({ scale: gain(relu) ** 2 }));
  const losses = seeds(12, "healthy").map((rng) => {
    const options = { steps: 150, batchSize: 16, optimizer: sgd({ learningRate: RATE }), rng };
    const curve = learningCurve(model, initialize(model, sound, rng), examples, options);
    return curve.slice(-30).reduce((sum, { loss }) => sum + loss, 0) / 30;
  });
  const { healthy, limit } = rescue(network, { learningRate: RATE }, examples);
  const [spreadOfAll] = spread(losses.map((loss) => ({ loss, all: 1 })), {
    y: "loss",
    by: ["all"],
  });
  expect(healthy).toBeCloseTo(spreadOfAll.mean, 12);
  expect(limit).toBeCloseTo(spreadOfAll.mean + 3 * spreadOfAll.std, 12);
});

Deno.test("rescue() is not fooled by a change in another place", () => {
  const network = ward[kinds.indexOf("relu bias")], [layer] = faultOf(network);
  const other = `layer${layer === 2 ? 3 : 2}.weight`, { shape } = network.params[other];
  const repair = { [other]: varianceScaling({ scale: 2 })(shape, rng("repair")) };
  expect(rescue(network, repair, examples).rescued).toBe(false);
});

Deno.test("rescue() says Infinity where a repair diverges, and is not impressed", () => {
  const network = ward[kinds.indexOf("relu rate")];
  expect(rescue(network, { learningRate: 1e4 }, examples)).toMatchObject({
    loss: Infinity,
    rescued: false,
  });
});

Deno.test("rescue() refuses what is not one change of what is there", () => {
  const [network] = ward, weight = network.params["layer2.weight"];
  expect(() => rescue(network, {}, examples)).toThrow("it changes nothing");
  const two = { "layer2.weight": weight, "layer3.weight": weight };
  expect(() => rescue(network, two, examples)).toThrow("it changes layer2.weight, layer3.weight");
  expect(() => rescue(network, { layer2: weight }, examples)).toThrow(TypeError);
  expect(() => rescue(network, { "layer6.weight": weight }, examples)).toThrow(RangeError);
  expect(() => rescue(network, { learningRate: 0 }, examples)).toThrow(RangeError);
});

Deno.test("diagnose() finds the layer of every fault of weights or biases first", () => {
  for (const network of ward) {
    const [layer, kind] = faultOf(network), { model, params, learningRate } = network;
    if (kind === "rate") continue;
    const [first] = diagnose(model, params, batch, { optimizer: sgd({ learningRate }) });
    expect([kind, first?.layer]).toEqual([kind, layer]);
  }
});
