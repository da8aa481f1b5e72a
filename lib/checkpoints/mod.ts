/**
 * Weights in files: .safetensors, one or sharded, .npy and .npz, read tensor by tensor and written whole; trainings too.
 *
 * For Deno and Node: files are read through `node:fs`, which browsers do not have.
 *
 * @module
 */
export { openCheckpoint } from "./open.ts";
export type { Checkpoint } from "./open.ts";
export type { Dtype, NumberArray, TypedTensor } from "./dtypes.ts";
export type { TensorInfo } from "./stored.ts";
export { writeSafetensors } from "./writeSafetensors.ts";
export type { SafetensorsOptions } from "./writeSafetensors.ts";
export { writeShards } from "./writeShards.ts";
export type { ShardOptions } from "./writeShards.ts";
export { writeNpy, writeNpz } from "./writeNumpy.ts";
export type { NumpyOptions } from "./writeNumpy.ts";
export type { FloatDtype } from "./encoded.ts";
export { loadTraining, saveTraining } from "./training.ts";
