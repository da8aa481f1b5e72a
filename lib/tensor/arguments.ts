/** Checks that a public function makes of what it is given; each returns it, or throws. */

export function finite(what: string, value: number): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new RangeError(`Cannot use ${what} as it must be a finite number: ${found(value)}`);
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

/** What stands where something else should; text in quotes, so that "2" is not taken for 2. */
export function found(value: unknown): string {
  if (value === undefined) return "it is missing";
  return `current value is ${typeof value === "string" ? `"${value}"` : String(value)}`;
}

/** The value, where it is one of `choices`. */
export function oneOf<T extends string>(what: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  const which = value === undefined ? "Cannot do without" : "Cannot use";
  const given = value === undefined ? "" : ` "${value}"`;
  throw new RangeError(`${which} ${what}${given}: choose one of ${choices.join(", ")}`);
}

/** Refuses options whose names are not known, so that a misspelt option is never silently ignored. */
export function onlyOptions(what: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    const given = options === undefined ? "nothing" : String(options);
    throw new TypeError(`Cannot pass ${given} to ${what}: it takes { ${known.join(", ")} }`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const choice = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    throw new TypeError(`Cannot pass option "${name}" to ${what}: ${choice}`);
  }
}
