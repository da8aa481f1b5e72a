import fs from "node:fs";
import type { AuditOptions } from "../audit/audit.ts";
import type { Layout } from "../initializers/fans.ts";
import type { InitializerSpec } from "../initializers/initializer.ts";
import { fromSpec, initializerNames } from "../initializers/spec.ts";
import { againstPreset } from "../presets/tensorNames.ts";
import { againstScheme } from "../schemes/againstScheme.ts";
import { schemeNames } from "../schemes/schemeFrom.ts";
import { type Shape, show } from "../tensor/tensor.ts";
import { modelIn, schemeOf } from "./schemeOf.ts";
import { UsageError } from "./terminal.ts";

/** What is known of the tensors before they are read. */
export interface Expectations {
  readonly against: AuditOptions["against"];
  /** How dense weights lie, where what they are to be says it. */
  readonly layout?: Layout;
}

type Named = { readonly name: string; readonly shape: Shape };

/**
 * What tensors should be, from `--against`: a checkpoint of a library, as "transformers@5.24:gpt2"; an initializer, by name or
 * as JSON, for all tensors of two or more axes; or JSON, or a file of it, that maps patterns of names, in which * stands for any
 * text, to initializers; the first that fits counts.
 *
 * @throws {UsageError} where it is none of these, or a pattern fits no tensor.
 * @throws {RangeError} where the library has no such checkpoint, or the tensors are not its.
 */
export function expectationsFrom(against: string, tensors: readonly Named[]): Expectations {
  if (PRESET.test(against)) return againstPreset(against, tensors);
  if (isScheme(against)) {
    throw new UsageError(
      `--against ${against} is a scheme for a whole model: add --model MODEL.json, as init takes it`,
    );
  }
  const given = initializerNames.includes(against) ? { name: against } : jsonOf(against);
  if (isSpec(given)) {
    const init = fromSpec(given);
    return { against: (_, shape) => shape.length >= 2 ? init : undefined };
  }
  const rules = Object.entries(given).map(([pattern, spec]) => {
    const text = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const matches = new RegExp(`^${text.join(".*")}$`);
    if (!tensors.some(({ name }) => matches.test(name))) {
      throw new UsageError(`The pattern "${pattern}" fits none of ${namesOf(tensors)}`);
    }
    return { matches, init: fromSpec(typeof spec === "string" ? { name: spec } : spec) };
  });
  return { against: (name) => rules.find(({ matches }) => matches.test(name))?.init };
}

/**
 * What the tensors of a model should be under a scheme; the model and the scheme as `init` takes them.
 *
 * @throws {UsageError} where the file has not the model's tensors, each in its shape.
 */
export function expectationsOfModel(
  path: string,
  scheme: string,
  tensors: readonly Named[],
  layout: Layout,
): Expectations {
  const model = modelIn(path), against = againstScheme(model, schemeOf("--against", scheme));
  const missing = model.params.find(({ name }) => tensors.every((tensor) => tensor.name !== name));
  if (missing) {
    throw new UsageError(
      `${path} has a ${missing.name}, which is none of ${namesOf(tensors)}`,
    );
  }
  for (const { name, shape } of tensors) {
    const param = model.params.find((param) => param.name === name);
    if (!param) throw new UsageError(`${path} makes no ${name}, which is in the file`);
    const isTurned = layout === "torch" && param.role !== "embedding";
    const wanted = isTurned ? param.shape.toReversed() : param.shape;
    if (show(shape) !== show(wanted)) {
      throw new UsageError(
        `${path} makes a ${name} of ${show(wanted)}: in the file it is ${show(shape)}`,
      );
    }
  }
  return { against };
}

/** "transformers@5.24:gpt2", known or not. */
const PRESET = /^[\w-]+@[^:/\\]+:\w+$|^(?:transformers|nanogpt|timm)[@:]/;

function isScheme(name: string): boolean {
  return schemeNames.includes(name) || ["mup", "depthMup", "completeP"].includes(name);
}

function namesOf(tensors: readonly Named[]): string {
  const some = tensors.slice(0, 3).map(({ name }) => name).join(", ");
  return `${tensors.length} tensors, such as ${some}`;
}

type Laws = InitializerSpec | Readonly<Record<string, string | InitializerSpec>>;

function isSpec(laws: Laws): laws is InitializerSpec {
  return initializerNames.includes(laws.name as string);
}

function jsonOf(against: string): Laws {
  const isInline = against.trimStart().startsWith("{");
  const text = isInline ? against : textOf(against);
  try {
    const laws = JSON.parse(text);
    if (typeof laws === "object" && laws !== null && !Array.isArray(laws)) return laws;
  } catch {
    // said below
  }
  throw new UsageError(
    `${
      isInline ? "--against" : against
    } must be JSON: an initializer, such as {"name": "normal", "std": 0.02}, ` +
      "or a map of patterns of names to initializers",
  );
}

function textOf(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    throw new UsageError(
      `--against ${path} is neither an initializer, a library's checkpoint nor a file that can be read: ${
        whyNoInitializer(path)
      }`,
    );
  }
}

function whyNoInitializer(name: string): string {
  try {
    return fromSpec({ name }).spec.name;
  } catch (error) {
    return (error as Error).message;
  }
}
