/** Checks that a public function makes of what it is given; each returns it, or throws. */

export function finite(what: string, value: number): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new RangeError(`Cannot use ${what} as it must be a finite number: ${found(value)}`);
}

/** A number that float32 holds too, rounded or not. */
export function inFloat32(what: string, value: number): number {
  if (Number.isFinite(Math.fround(finite(what, value)))) return value;
  throw new RangeError(`Cannot use ${what} as it must be finite in float32: ${found(value)}`);
}

export function atLeastZero(what: string, value: number): number {
  if (finite(what, value) >= 0) return value;
  throw new RangeError(`Cannot use ${what} as it must be >= 0: ${found(value)}`);
}

export function aboveZero(what: string, value: number): number {
  if (finite(what, value) > 0) return value;
  throw new RangeError(`Cannot use ${what} as it must be > 0: ${found(value)}`);
}

export function count(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Cannot use ${what} as it must be an integer >= 1: ${found(value)}`);
}

export function trueOrFalse(what: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`Cannot use ${what} as it must be true or false: ${found(value)}`);
}

/** The value, where it is right: `be` says what it must be, and how to make one. */
export function must<T>(what: string, value: T, isRight: boolean, be: string): T {
  if (isRight) return value;
  throw new TypeError(`Cannot use ${what} as it must be ${be}: ${found(value)}`);
}

/** A function; `like` says how it is called. */
export function callable<T>(what: string, value: T, like: string): T {
  return must(what, value, typeof value === "function", `a function such as ${like}`);
}

export function text(what: string, value: string): string {
  return must(what, value, typeof value === "string", "text");
}

/** An array; `like` shows one. */
export function array<T extends readonly unknown[]>(what: string, value: T, like = "[1, 2]"): T {
  return must(what, value, Array.isArray(value), `an array such as ${like}`);
}

/** An array or a typed array. */
export function numbers<T extends ArrayLike<number>>(what: string, value: T): T {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  return must(what, value, isList, "an array of numbers");
}

/** An object with properties by name, neither null nor an array; `be` says of what kind. */
export function object<T>(what: string, value: T, be: string): T {
  return must(what, value, isObject(value), be);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands where something else should; text in quotes, so that "2" is not taken for 2. */
export function found(value: unknown): string {
  if (value === undefined) return "it is missing";
  return `current value is ${shown(value)}`;
}

/** A value in a sentence. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** The value, where it is one of `choices`. */
export function oneOf<T extends string>(what: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  const which = value === undefined ? "Cannot do without" : "Cannot use";
  const given = value === undefined ? "" : ` ${shown(value)}`;
  throw new RangeError(`${which} ${what}${given}: choose one of ${choices.join(", ")}`);
}

/** Refuses options whose names are not known, so that a misspelt option is never silently ignored. */
export function onlyOptions(what: string, options: object, known: readonly string[]): void {
  if (!isObject(options)) {
    const given = options === undefined ? "nothing" : shown(options);
    throw new TypeError(`Cannot pass ${given} to ${what}: it takes { ${known.join(", ")} }`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const choice = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    throw new TypeError(`Cannot pass option "${name}" to ${what}: ${choice}`);
  }
}
