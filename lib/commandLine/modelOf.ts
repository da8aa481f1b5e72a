import { activationFrom } from "../nn/activations.ts";
import { gpt, type GptOptions } from "../nn/gpt.ts";
import { mlp, type MlpOptions } from "../nn/mlp.ts";
import type { Model } from "../nn/model.ts";
import { UsageError } from "./terminal.ts";

/** The options of `gpt` or `mlp` as plain data, the activation by its name or with its parameter. */
export type ModelSettings = Readonly<Record<string, unknown>> & { readonly name?: unknown };

/**
 * The model that settings from a file describe; what is left out is as in `gpt` and `mlp`.
 *
 * @throws {UsageError} where the settings are no object, or name no model.
 * @throws {TypeError | RangeError} where a setting is wrong.
 */
export function modelOf(settings: ModelSettings): Model {
  const { name, activation: named, ...options } = Object(settings) as ModelSettings;
  const activation = named === undefined
    ? {}
    : { activation: activationFrom(typeof named === "string" ? { name: named } : named as never) };
  if (name === "gpt") return gpt({ ...options, ...activation } as unknown as GptOptions);
  if (name === "mlp") return mlp({ ...options, ...activation } as unknown as MlpOptions);
  throw new UsageError(`A model's "name" must be "gpt" or "mlp": it is ${JSON.stringify(name)}`);
}
