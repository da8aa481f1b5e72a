import type { TrainingState } from "../nn/trainingState.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { malformed } from "./file.ts";
import { openCheckpoint } from "./open.ts";
import { writeSafetensors } from "./writeSafetensors.ts";
import { array, object } from "../tensor/arguments.ts";

const FORMAT = "step-zero training";

/**
 * Saves where a training stands to a .safetensors file: parameters under their own names, what the optimizer carries along
 * as `optimizer<i>.<name>`, step and rng in the metadata.
 *
 * Data and settings are not in it. The file appears whole or not at all. Needs --allow-read and --allow-write of its folder.
 *
 * @throws {TypeError} where a name cannot be stored.
 *
 * @example
 * ```ts
 * import { loadTraining, saveTraining } from "step-zero/checkpoints";
 * import { adam, collect, everywhere, heNormal, initialize, mlp, relu, rng, tensor, trainFrom } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const sign = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const options = { steps: 10, optimizer: adam({ learningRate: 0.1 }), rng: rng("example") };
 * const state = collect(trainFrom(model, { params }, sign, options)).result;
 *
 * const path = `${Deno.makeTempDirSync()}/training.safetensors`;
 * saveTraining(path, state);
 * expect(loadTraining(path)).toEqual(state);
 * const { rows } = collect(trainFrom(model, loadTraining(path), sign, options));
 * expect(rows[0].step).toBe(10);
 * ```
 */
export function saveTraining(path: string, state: TrainingState): void {
  const { step, rng, params, carried } = object("state", state, "what trainFrom(...) returns");
  array("carried", carried);
  const tensors: Record<string, Tensor> = { ...params };
  for (const [i, arrays] of carried.entries()) {
    for (const [name, tensor] of Object.entries(arrays)) tensors[nameOf(i, name)] = tensor;
  }
  const metadata = { format: FORMAT, step: String(step), rng, carried: String(carried.length) };
  writeSafetensors(path, tensors, { metadata });
}

/**
 * The state in a file of {@linkcode saveTraining}, to the last bit; `trainFrom` goes on from it. Needs --allow-read of the file.
 *
 * @throws {TypeError} where there is no such file, or it holds no training.
 */
export function loadTraining(path: string): TrainingState {
  using checkpoint = openCheckpoint(path);
  const { format, step, rng, carried } = checkpoint.metadata;
  if (format !== FORMAT || ![step, carried].every((text) => /^\d+$/.test(text))) {
    throw malformed(path, "its metadata names no training");
  }
  const names = checkpoint.tensors.map(({ name }) => name);
  const arrays = Array.from({ length: Number(carried) }, (_, i) => nameOf(i, ""));
  const own = names.filter((name) => !arrays.some((prefix) => name.startsWith(prefix)));
  const read = (prefix: string) =>
    Object.fromEntries(own.map((name) => [name, checkpoint.read(prefix + name)]));
  return { step: Number(step), rng, params: read(""), carried: arrays.map(read) };
}

/** Of what array i, from 0, holds for a parameter. */
function nameOf(i: number, name: string): string {
  return `optimizer${i + 1}.${name}`;
}
