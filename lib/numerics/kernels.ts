import type { Kernels } from "./interface.ts";
import { reference } from "./reference.ts";
import { simd } from "./simd/simdKernels.ts";

export type { ActivationKind, AdamSettings, Kernels, Operand } from "./interface.ts";

/** The implementation in use, chosen once: vector units where there are some, unless STEP_ZERO_NUMERICS is "reference". */
export const kernels: Kernels = wants("reference") ? reference : simd ?? reference;

/** What the environment asks for, where it may be read without a question. */
function wants(name: string): boolean {
  const variable = "STEP_ZERO_NUMERICS";
  if (typeof Deno === "undefined") {
    const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return process?.env?.[variable] === name;
  }
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" && Deno.env.get(variable) === name;
}
