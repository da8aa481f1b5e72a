import { escapeHtml } from "../figures/html.ts";
import { show } from "./kernel.ts";
import { formatNumber } from "./numbers.ts";
import { found, object, text as checkText } from "../tensor/arguments.ts";

/** What is claimed of a measured value. `within` is absolute, `ratioWithin` a factor above 1, `equals` exact. */
export type Claimed =
  | { readonly measured: number; readonly predicted: number; readonly within: number }
  | { readonly measured: number; readonly predicted: number; readonly ratioWithin: number }
  | { readonly measured: number; readonly above: number }
  | { readonly measured: number; readonly below: number }
  | { readonly measured: number | string | boolean; readonly equals: number | string | boolean };

interface Judgement {
  readonly holds: boolean;
  readonly measured: string;
  readonly claimed: string;
}

const exact = (value: unknown) =>
  typeof value === "number" ? formatNumber(value, 17) : String(value);

// As many digits as show a tenth of the tolerance, at least four.
function digitsFor(tolerance: number, ...values: number[]): number {
  const digits =
    Math.ceil(Math.log10(Math.max(...values.filter(Number.isFinite).map(Math.abs)) / tolerance)) +
    1;
  return Number.isFinite(digits) ? Math.min(Math.max(digits, 4), 17) : 17;
}

function judge(given: Claimed): Judgement {
  if ("equals" in given) {
    const { measured, equals } = given;
    return {
      holds: measured === equals,
      measured: exact(measured),
      claimed: `exactly ${exact(equals)}`,
    };
  }
  const { measured } = given;
  if ("above" in given) {
    const { above } = given;
    return {
      holds: measured > above,
      measured: formatNumber(measured),
      claimed: `above ${formatNumber(above)}`,
    };
  }
  if ("below" in given) {
    const { below } = given;
    return {
      holds: measured < below,
      measured: formatNumber(measured),
      claimed: `below ${formatNumber(below)}`,
    };
  }
  const { predicted } = given;
  const digits = "within" in given ? digitsFor(given.within, measured, predicted) : 4;
  const numbers = (tolerance: string) => ({
    measured: formatNumber(measured, digits),
    claimed: `predicted ${formatNumber(predicted, digits)}${tolerance}`,
  });
  if ("within" in given) {
    const holds = Math.abs(measured - predicted) <= given.within;
    return { holds, ...numbers(` ± ${formatNumber(given.within)}`) };
  }
  const { ratioWithin } = given;
  const ratio = measured / predicted;
  const holds = ratio <= ratioWithin && ratio >= 1 / ratioWithin;
  return { holds, ...numbers(`, within a factor of ${formatNumber(ratioWithin)}`) };
}

const forms = ["predicted, within", "predicted, ratioWithin", "above", "below", "equals"];

// Cells are not type-checked when they run: a misspelt option or a missing number must not pass for a claim.
function check(text: string, given: Claimed): void {
  checkText("text", text);
  object("what is claimed", given, "{ measured, predicted, within } or another form");
  const names = Object.keys(given).filter((name) => name !== "measured");
  if (!("measured" in given) || !forms.some((form) => form === names.sort().join(", "))) {
    throw new TypeError(
      `Cannot judge "${text}" by ${Object.keys(given).join(", ")}: give measured and one of ` +
        forms.map((form) => `{ ${form} }`).join(", "),
    );
  }
  const allowed = "equals" in given ? ["number", "string", "boolean"] : ["number"];
  for (const [name, value] of Object.entries(given)) {
    if (!allowed.includes(typeof value)) {
      throw new TypeError(
        `Cannot judge "${text}" as ${name} must be a ${allowed.join(" or ")}: ${found(value)}`,
      );
    }
  }
}

/**
 * Shows a claim with both its numbers, and whether it holds; in strict mode (environment variable STEP_ZERO_STRICT=1)
 * a claim that does not hold is an error. A NaN never holds.
 *
 * @throws TypeError if the numbers given are not those of one kind of claim.
 * @throws Error in strict mode, if the claim does not hold.
 *
 * @example
 * ```ts
 * import { claim } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const he = { measured: 1.98, predicted: 2, within: 0.05 };
 * expect(() => claim("He keeps the mean square", he)).not.toThrow();
 * ```
 */
export function claim(text: string, given: Claimed): void {
  check(text, given);
  const { holds, measured, claimed } = judge(given);
  const verdict = holds ? "holds" : "does not hold here";
  const color = holds ? "#00875F" : "#D55E00";
  show({
    "text/html":
      `<div style="border-left:4px solid ${color};padding:2px 0 2px 12px;margin:4px 0">` +
      `<strong style="color:${color}">${holds ? "✓" : "✗"}</strong> ${
        escapeHtml(text)
      }: <strong>${verdict}</strong><br>` +
      `measured <strong>${escapeHtml(measured)}</strong>, ${escapeHtml(claimed)}</div>`,
    "text/plain": `${holds ? "✓" : "✗"} ${text}: ${verdict}\n  measured ${measured}, ${claimed}`,
  });
  if (!holds && Deno.env.get("STEP_ZERO_STRICT") === "1") {
    throw new Error(`Claim does not hold: ${text}: measured ${measured}, ${claimed}`);
  }
}
