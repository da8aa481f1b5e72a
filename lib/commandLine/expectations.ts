import fs from "node:fs";
import type { Expectation } from "../audit/expectation.ts";
import type { InitializerSpec } from "../initializers/initializer.ts";
import { fromSpec, initializerNames } from "../initializers/spec.ts";
import type { Shape } from "../tensor/tensor.ts";
import { UsageError } from "./terminal.ts";

/**
 * What tensors should be, from `--against`: an initializer's name, for all tensors of two or more axes, or a JSON file
 * that maps patterns of names, in which * stands for any text, to initializers; the first pattern that fits counts.
 *
 * @throws {UsageError} where the file is no such map, or a pattern fits no tensor.
 */
export function expectationsFrom(
  against: string,
  tensors: readonly string[],
): (name: string, shape: Shape) => Expectation | undefined {
  if (initializerNames.includes(against)) {
    const init = fromSpec({ name: against });
    return (_, shape) => shape.length >= 2 ? init : undefined;
  }
  const rules = Object.entries(mapIn(against)).map(([pattern, spec]) => {
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

function mapIn(path: string): Record<string, string | InitializerSpec> {
  let text: string;
  try {
    text = fs.readFileSync(path, "utf8");
  } catch {
    throw new UsageError(
      `--against ${path} is neither an initializer nor a file that can be read: ` +
        `initializers are ${initializerNames.join(", ")}`,
    );
  }
  try {
    const map = JSON.parse(text);
    if (typeof map === "object" && map !== null && !Array.isArray(map)) return map;
  } catch {
    // said below
  }
  throw new UsageError(`${path} must be JSON that maps patterns of names to initializers`);
}
