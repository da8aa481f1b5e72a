import { activationFrom, type ActivationSpec } from "../nn/activations.ts";
import { cnn, type CnnOptions } from "../nn/cnn.ts";
import { gpt, type GptOptions } from "../nn/gpt.ts";
import { mlp, type MlpOptions } from "../nn/mlp.ts";
import type { Model } from "../nn/model.ts";
import { type GateKind, withGates } from "../schemes/gates.ts";
import { UsageError } from "./terminal.ts";

/** The options of `gpt`, `mlp` or `cnn` as plain data: the activation by its name or with its parameter, for a gpt "gates" if it has some. */
export type ModelSettings = Readonly<Record<string, unknown>> & { readonly name?: unknown };

/**
 * The model that settings from a file describe; what is left out is as in these.
 *
 * @throws {UsageError} where the settings are no object, or name no model.
 * @throws {TypeError | RangeError} where a setting is wrong.
 */
export function modelOf(settings: ModelSettings): Model {
  const { name, activation: named, gates, ...options } = Object(settings) as ModelSettings;
  if ((name === "mlp" || name === "cnn") && named === undefined) {
    throw new UsageError('The model\'s "activation" is missing: give its name, such as "relu"');
  }
  const activation = named === undefined ? {} : {
    activation: activationFrom(
      (typeof named === "string" ? { name: named } : named) as ActivationSpec,
    ),
  };
  if (name === "gpt") {
    const model = gpt({ ...options, ...activation } as unknown as GptOptions);
    return gates === undefined ? model : withGates(model, gates as GateKind);
  }
  if (name === "mlp") return mlp({ ...options, ...activation } as unknown as MlpOptions);
  if (name === "cnn") return cnn({ ...options, ...activation } as unknown as CnnOptions);
  throw new UsageError(
    `A model's "name" must be "gpt", "mlp" or "cnn": it is ${JSON.stringify(name)}`,
  );
}
