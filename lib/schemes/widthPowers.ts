import { mlpSpecOf, type Model } from "../nn/model.ts";
import { checkScheme, type Scheme } from "../nn/schemes.ts";
import type { WidthPowers } from "../theory/updatePowers.ts";
import { describeScheme } from "./describe.ts";

/**
 * What a scheme makes of the width, read from an mlp at two widths: for each weight, first to last, the powers of the width in its
 * fans, std, multiplier and learning rate, as {@linkcode updatePowers} takes them. Biases are left out.
 *
 * @throws {TypeError} where a model is no mlp.
 * @throws {RangeError} where the wide model is not the narrow one with some widths multiplied by one number, or a std is 0.
 *
 * @example
 * ```ts
 * import { everywhere, lecunNormal, mlp, mup, relu, updatePowers, widthPowers } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const of = (width: number) => mlp({ widths: [16, width, width, 4], activation: relu });
 * const powers = widthPowers(mup({ base: of(64), scheme: everywhere(lecunNormal()) }), of(64), of(256));
 * expect(powers[1]).toEqual({ fanIn: 1, fanOut: 1, std: -0.5, multiplier: 0, learningRate: -1 });
 * expect(updatePowers(powers, "adam").map(({ change }) => change)).toEqual([0, 0, 0]);
 * ```
 */
export function widthPowers(scheme: Scheme, narrow: Model, wide: Model): WidthPowers[] {
  checkScheme("tell the width", scheme);
  const [few, many] = [narrow, wide].map((model) => mlpSpecOf(model, "tell the width").widths);
  const ratios = many.map((width, i) => width / few[i]), ratio = Math.max(...ratios);
  if (few.length !== many.length || ratio === 1 || ratios.some((r) => r !== 1 && r !== ratio)) {
    throw new RangeError(
      `Cannot compare widths ${few.join(", ")} with ${many.join(", ")}: ` +
        "give the same mlp, some of its widths multiplied by one number above 1",
    );
  }
  const power = (a: number, b: number) => Math.log(b / a) / Math.log(ratio) + 0; // -0 is 0
  const rows = [narrow, wide].map((model) => describeScheme(model, scheme));
  return wide.params.flatMap(({ name, role, fans }, i) => {
    if (role === "bias") return [];
    const { fans: before } = narrow.params[i], [small, large] = rows.map((row) => row[i]);
    if (small.std === 0 || large.std === 0) {
      throw new RangeError(`Cannot tell how ${name} depends on the width as its std is 0`);
    }
    return [{
      fanIn: power(before.fanIn, fans.fanIn),
      fanOut: power(before.fanOut, fans.fanOut),
      std: power(small.std, large.std),
      multiplier: power(small.multiplier, large.multiplier),
      learningRate: power(small.learningRate, large.learningRate),
    }];
  });
}
