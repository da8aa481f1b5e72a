/** Right calls of streams, of other libraries' initializers, and of what functions give: draws, laws and tapes. */
import { bytePairs, characters, Digits } from "../lib/data/mod.ts";
import { heNormal, jaxRng, rng, seedrandomRng, Tape, tensor, torchRng } from "../lib/mod.ts";
import type { Called } from "./apiJunk.ts";
import { type Calls, lossOnTape, options, stream } from "./apiValues.ts";

const torch = torchRng(0), jax = jaxRng(0);
const gained = [[4, 8], torch, options({ gain: 1 })];
const kaiming = [[4, 8], torch, options({ mode: "fan_in", nonlinearity: "relu" })];
const family = [[4, 8], jax, options({ inAxis: -2, outAxis: -1 })];

export const STREAM_CALLS: Calls = {
  rng: ["name"],
  torchRng: [0],
  jaxRng: [0, options({ partitionable: true })],
  seedrandomRng: ["seed", options({ generator: "arc4" })],
  tfjsRng: [1],
  "torchInit.calculateGain": ["relu", 0.1],
  "torchInit.xavierUniform": gained,
  "torchInit.xavierNormal": gained,
  "torchInit.kaimingUniform": kaiming,
  "torchInit.kaimingNormal": kaiming,
  "torchInit.orthogonal": gained,
  "torchInit.sparse": [[4, 8], torch, options({ sparsity: 0.5, std: 1, zeros: torch })],
  "torchInit.dirac": [[4, 4, 3], options({ groups: 1 })],
  "jaxInit.varianceScaling": [
    [4, 8],
    jax,
    options({ scale: 1, mode: "fan_in", distribution: "normal" }),
  ],
  "jaxInit.complexVarianceScaling": [
    [4, 8, 2],
    jax,
    options({ scale: 1, mode: "fan_in", distribution: "normal" }),
  ],
  "jaxInit.glorotUniform": family,
  "jaxInit.glorotNormal": family,
  "jaxInit.lecunUniform": family,
  "jaxInit.lecunNormal": family,
  "jaxInit.heUniform": family,
  "jaxInit.heNormal": family,
  "jaxInit.uniform": [[4, 8], jax, options({ scale: 1 })],
  "jaxInit.normal": [[4, 8], jax, options({ stddev: 1 })],
  "jaxInit.truncatedNormal": [[4, 8], jax, options({ stddev: 1, lower: -2, upper: 2 })],
  "jaxInit.orthogonal": [[4, 8], jax, options({ scale: 1 })],
  "jaxInit.deltaOrthogonal": [[3, 4, 8], jax, options({ scale: 1 })],
};

const GOOD = {}; // stands for a loss, each of which serves once
const images = new Digits(new Uint8Array(2 * 784), Uint8Array.of(1, 2));
const tokenizer = characters("to be"), pairs = bytePairs("to be", 256);

/** What is no export, but given by one. */
export const METHODS: Readonly<Record<string, Called>> = {
  "an initializer": heNormal() as Called,
  "an initializer's law": heNormal().law as Called,
  "rng.child": (...given) => rng("a").child(...given as [string]),
  "new Tape().constant": (...given) => new Tape().constant(...given as [never]),
  "new Tape().parameter": (...given) => new Tape().parameter(...given as [never]),
  "tape.backward": (...given) => {
    const loss = lossOnTape();
    return loss.tape.backward(...(given[0] === GOOD ? [loss] : given) as [never]);
  },
  "digits.image": images.image.bind(images) as Called,
  "digits.slice": images.slice.bind(images) as Called,
  "digits.take": images.take.bind(images) as Called,
  "tokenizer.encode": tokenizer.encode as Called,
  "tokenizer.decode": tokenizer.decode as Called,
  "pairs.encode": pairs.encode as Called,
  "pairs.decode": pairs.decode as Called,
};
const sources = { rng: stream, torchRng: torch, jaxRng: jax, seedrandomRng: seedrandomRng("a") };
for (const [name, source] of Object.entries(sources)) {
  for (const draw of ["uniform", "normal", "truncatedNormal", "permutation"] as const) {
    const method = source[draw] as Called;
    Object.assign(METHODS, { [`${name}.${draw}`]: method.bind(source) });
  }
}

const draws: Calls = Object.fromEntries(
  Object.keys(sources).flatMap((name): [string, readonly unknown[]][] => [
    [`${name}.uniform`, [[2, 3], options({ low: 0, high: 1 })]],
    [`${name}.normal`, [[2, 3], options({ mean: 0, std: 1 })]],
    [`${name}.truncatedNormal`, [[2, 3], options({ mean: 0, std: 1, cut: 2 })]],
    [`${name}.permutation`, [4]],
  ]),
);

export const METHOD_CALLS: Calls = {
  "an initializer": [[4, 8], stream, { fanIn: 4, fanOut: 8 }],
  "an initializer's law": [[4, 8]],
  "rng.child": ["a"],
  "new Tape().constant": [tensor([2], [1, 2])],
  "new Tape().parameter": [tensor([2], [1, 2])],
  "tape.backward": [GOOD],
  "digits.image": [0],
  "digits.slice": [0, 2, options({ scale: "raw" })],
  "digits.take": [[1, 0], options({ scale: "raw" })],
  "tokenizer.encode": ["to"],
  "tokenizer.decode": [[0, 1]],
  "pairs.encode": ["to"],
  "pairs.decode": [[40, 41]],
  ...draws,
};
