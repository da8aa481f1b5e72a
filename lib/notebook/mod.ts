/**
 * The notebook's door: the library, its figures, and what a cell needs to show text, formulas and checked claims.
 * Importing it also keeps a newer kernel from losing outputs.
 *
 * @module
 */
export * from "../mod.ts";
export * from "../figures/mod.ts";
export * from "./claim.ts";
export * from "./text.ts";
