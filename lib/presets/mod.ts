/**
 * How other libraries start each of their layers.
 *
 * @module
 */
export { preset, presets } from "./preset.ts";
export { againstPreset, checkpointPresets } from "./tensorNames.ts";
export type { PresetExpectation } from "./tensorNames.ts";
export type { LayerSizes, PresetParam, PresetParams } from "./layer.ts";
export { jaxFans, kerasEinsumFans, kerasFans, tfjsFans, torchFans } from "./libraryFans.ts";
export type { JaxAxes } from "./libraryFans.ts";
