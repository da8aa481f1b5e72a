import { chrono, focalPrior, forgetGate } from "./biases.ts";
import { specMeantBy } from "./catalogue.ts";
import { complexVarianceScaling } from "./complex.ts";
import { constant, ones, zeros } from "./constant.ts";
import { deltaOrthogonal, dirac } from "./dirac.ts";
import { normal, truncatedNormal, uniform } from "./distributions.ts";
import { icnr } from "./icnr.ts";
import { identity, idInit, idInitZero } from "./identity.ts";
import type { Initializer, InitializerSpec } from "./initializer.ts";
import { looksLinear } from "./looksLinear.ts";
import { lora } from "./lora.ts";
import { mimeticQueryKey, mimeticValueOutput } from "./mimetic.ts";
import {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  xavierNormal,
  xavierUniform,
} from "./named.ts";
import { orthogonal, scaledOrthogonal } from "./orthogonal.ts";
import { paddedNormal } from "./padded.ts";
import { randomWalk } from "./randomWalk.ts";
import { scaledUniform } from "./scaledUniform.ts";
import { sirenFirst, sirenHidden } from "./siren.ts";
import { sparse } from "./sparse.ts";
import { uniformScaling } from "./uniformScaling.ts";
import { varianceScaling } from "./varianceScaling.ts";
import { zerO } from "./zerO.ts";

// Each factory checks its own options, so that a spec from a file is trusted no further than a call.
export const FACTORIES: Readonly<Record<string, (options: never) => Initializer>> = {
  zeros,
  ones,
  constant,
  normal,
  uniform,
  truncatedNormal,
  varianceScaling,
  complexVarianceScaling,
  lecunNormal,
  lecunUniform,
  xavierNormal,
  xavierUniform,
  heNormal,
  heUniform,
  uniformScaling,
  scaledUniform,
  randomWalk,
  sirenFirst,
  sirenHidden,
  lora,
  orthogonal,
  scaledOrthogonal,
  deltaOrthogonal,
  looksLinear,
  identity,
  idInit,
  idInitZero,
  dirac,
  zerO,
  sparse,
  icnr,
  mimeticQueryKey,
  mimeticValueOutput,
  focalPrior,
  forgetGate,
  chrono,
  paddedNormal,
};

/** The names of all initializers. */
export const initializerNames: readonly string[] = Object.keys(FACTORIES);

/**
 * The initializer of a spec: `fromSpec(init.spec)` draws what `init` draws.
 *
 * @throws {TypeError} where the spec has no known name, or an option that its initializer does not take. A name that
 * another library knows is told in ours.
 *
 * @example
 * ```ts
 * import { fromSpec, heNormal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const text = JSON.stringify(heNormal({ mode: "fanOut" }).spec);
 * expect(fromSpec(JSON.parse(text)).law([8, 32]).std).toBe(0.25);
 * ```
 */
export function fromSpec(spec: InitializerSpec): Initializer {
  const { name, ...options } = Object(spec) as InitializerSpec;
  if (typeof name !== "string") {
    throw new TypeError(
      `Cannot make an initializer of ${
        JSON.stringify(spec)
      }: give a spec, such as { "name": "heNormal" }`,
    );
  }
  if (Object.hasOwn(FACTORIES, name)) return FACTORIES[name](options as never);
  const meant = specMeantBy(name);
  throw new TypeError(
    `Cannot make an initializer named "${name}": ` +
      (meant
        ? `${meant.library ? `${meant.library}'s is` : "write"} ${JSON.stringify(meant.spec)}`
        : `choose one of ${initializerNames.join(", ")}`),
  );
}
