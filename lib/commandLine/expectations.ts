import fs from "node:fs";
import type { Expectation } from "../audit/expectation.ts";
import type { InitializerSpec } from "../initializers/initializer.ts";
import { fromSpec, initializerNames } from "../initializers/spec.ts";
import type { Shape } from "../tensor/tensor.ts";
import { UsageError } from "./terminal.ts";

/**
 * What tensors should be, from `--against`: an initializer, by name or as JSON, for all tensors of two or more axes; or JSON,
 * or a file of it, that maps patterns of names, in which * stands for any text, to initializers; the first that fits counts.
 *
 * @throws {UsageError} where it is none of these, or a pattern fits no tensor.
 */
export function expectationsFrom(
  against: string,
  tensors: readonly string[],
): (name: string, shape: Shape) => Expectation | undefined {
  const given = initializerNames.includes(against) ? { name: against } : jsonOf(against);
  if (isSpec(given)) {
    const init = fromSpec(given);
    return (_, shape) => shape.length >= 2 ? init : undefined;
  }
  const rules = Object.entries(given).map(([pattern, spec]) => {
    const text = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const matches = new RegExp(`^${text.join(".*")}$`);
    if (!tensors.some((name) => matches.test(name))) {
      throw new UsageError(
        `The pattern "${pattern}" fits none of ${tensors.length} tensors, such as ${
          tensors.slice(0, 3).join(", ")
        }`,
      );
    }
    return { matches, init: fromSpec(typeof spec === "string" ? { name: spec } : spec) };
  });
  return (name) => rules.find(({ matches }) => matches.test(name))?.init;
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
      `--against ${path} is neither an initializer nor a file that can be read: ${
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
