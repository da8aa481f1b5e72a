/** Calls a function with junk at each place of a right call, and tells what it did not refuse in words of its own. */
import { isOptions } from "./apiValues.ts";

export type Called = (...given: unknown[]) => unknown;

const JUNK: readonly unknown[] = [undefined, null, NaN, -1, "x", {}, [], () => undefined];

/** Messages of the language or of a package, which do not say what to do. */
const RAW = new RegExp(
  [
    /\(reading|is not (a function|iterable|a constructor|defined|extensible)/,
    /Cannot (convert|destructure|mix|set prop|assign|access|create prop|add prop|redefine)/,
    /of (undefined|null)\b(?!:)|Invalid (array|typed array) length|call stack/,
    /must be of type|Reduce of empty|Received|circular structure/,
  ].map(({ source }) => source).join("|"),
);

/** Whether an error is one of the library's: a sentence that says what cannot be done, and no more than that. */
export function isInWords(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, cause } = error;
  // sweep() says at which point a task threw what.
  const isKnown = error instanceof TypeError || error instanceof RangeError ||
    (name === "Error" && isInWords(cause));
  return isKnown && /^Cannot [^]*[^.\s]$/.test(message) && !RAW.test(message);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function inText(junk: unknown): string {
  if (typeof junk === "function") return "a function";
  return typeof junk === "object" || typeof junk === "string" ? JSON.stringify(junk) : String(junk);
}

/** What a call answers, the rows of a generator too. */
function answerOf(call: Called, args: readonly unknown[]): unknown {
  const isClass = /^class\b/.test(Function.prototype.toString.call(call));
  const answer = isClass ? Reflect.construct(call, args) : call(...args);
  return typeof answer?.next === "function" ? [...answer] : answer;
}

/** How many numbers of an answer are NaN. */
function countNaN(value: unknown, depth = 4): number {
  if (typeof value === "number") return Number.isNaN(value) ? 1 : 0;
  if (value === null || typeof value !== "object" || depth === 0) return 0;
  const inside = ArrayBuffer.isView(value) ? [...value as Float32Array] : Object.values(value);
  return inside.reduce<number>((sum, one) => sum + countNaN(one, depth - 1), 0);
}

/**
 * What a function takes that it should refuse, or refuses in words that are not the library's, one line each.
 *
 * A right call's arguments are replaced one at a time, options also one by one. Junk of the kind that belongs there may be
 * taken, what may be left out may be undefined, an option also null; no answer may have more NaN than the right one.
 */
export function faultsOf(name: string, call: Called, right: readonly unknown[]): string[] {
  const faults: string[] = [], allowed = countNaN(answerOf(call, right));
  const attempt = (where: string, args: readonly unknown[], mayTake: boolean) => {
    try {
      const answer = answerOf(call, args);
      if (!mayTake) faults.push(`${name}(${where}) was taken`);
      else if (countNaN(answer) > allowed) faults.push(`${name}(${where}) gave NaN`);
    } catch (error) {
      if (!isInWords(error)) faults.push(`${name}(${where}) threw ${error}`);
    }
  };
  const given = right.slice(0, call.length);
  attempt("", [], given.every((good) => good === undefined || isOptions(good)));
  right.forEach((good, k) => {
    for (const any of JUNK) {
      // Other text than the right one, but in the same folder where that is a path.
      const junk = typeof any === "string" && typeof good === "string" ? good + any : any;
      const mayTake = kindOf(junk) === kindOf(good) || (junk === undefined && k >= call.length);
      attempt("_, ".repeat(k) + inText(any), right.with(k, junk), mayTake);
    }
    if (!isOptions(good)) return;
    const options = good as Record<string, unknown>;
    for (const option of [...Object.keys(options), "unknown"]) {
      for (const junk of JUNK) {
        const mayTake = option in options &&
          [kindOf(options[option]), "undefined", "null"].includes(kindOf(junk));
        const where = `${"_, ".repeat(k)}{ ${option}: ${inText(junk)} }`;
        attempt(where, right.with(k, { ...options, [option]: junk }), mayTake);
      }
    }
  });
  return faults;
}
