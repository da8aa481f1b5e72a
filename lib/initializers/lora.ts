import { oneOf, onlyOptions } from "../tensor/arguments.ts";
import { zeros } from "./constant.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { heUniform } from "./named.ts";

/**
 * The two factors of a low-rank update x A B: "down", A (in, rank), is U(-1 / sqrt(fanIn), 1 / sqrt(fanIn)); "up", B (rank, out), is 0.
 *
 * Their product is 0: the model starts as it was. A has variance 1 / (3 fanIn), PyTorch's default for linear layers (its
 * kaiming_uniform_ with a = sqrt 5); the paper draws A normal and states no variance.
 *
 * @throws {RangeError} where part is neither "down" nor "up".
 *
 * Reference: Hu, Shen, Wallis, Allen-Zhu, Li, Wang, Wang and Chen (2021), and loralib.
 *
 * @example
 * ```ts
 * import { lora } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(lora({ part: "down" }).law([64, 8]).high).toBeCloseTo(1 / 8, 12);
 * expect(lora({ part: "up" }).law([8, 64]).std).toBe(0);
 * ```
 */
export function lora(options: { part: "down" | "up" }): Initializer {
  onlyOptions("lora", options, ["part"]);
  const part = oneOf("part", options.part, ["down", "up"]);
  const like = part === "down" ? heUniform({ negativeSlope: Math.sqrt(5) }) : zeros();
  return initializer(
    { name: "lora", part },
    like.law,
    (shape, rng, fans) => like(shape, rng, fans),
  );
}
