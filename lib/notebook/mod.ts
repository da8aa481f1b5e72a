/**
 * The notebook's door: the library, its figures, and what a cell needs to show text, formulas and checked claims.
 * Importing it also keeps a newer kernel from losing outputs.
 *
 * @module
 */
export * from "../mod.ts";
export * from "../figures/mod.ts";
export { languageRuns } from "../experiments/languageRuns.ts";
export type { LanguageRun } from "../experiments/languageRuns.ts";
export { scalingRuns } from "../experiments/scalingRuns.ts";
export type { ScalingRow } from "../experiments/scalingRuns.ts";
export { claim, type Claimed } from "./claim.ts";
export { display } from "./display.ts";
export { explore, type ExploreOptions, type Frame } from "./explore.ts";
export { live, type LiveOptions, type LiveRun } from "./live.ts";
export { progress } from "./progress.ts";
export { sweep } from "./sweep.ts";
export { type Displayed, md, tex } from "./text.ts";
