/** Checks that a public function makes of a number it is given; each returns the number or throws a RangeError. */

export function finite(what: string, value: number): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new RangeError(
    `Cannot use ${what} as it must be a finite number: current value is ${value}`,
  );
}

export function atLeastZero(what: string, value: number): number {
  if (finite(what, value) >= 0) return value;
  throw new RangeError(`Cannot use ${what} as it must be >= 0: current value is ${value}`);
}

export function aboveZero(what: string, value: number): number {
  if (finite(what, value) > 0) return value;
  throw new RangeError(`Cannot use ${what} as it must be > 0: current value is ${value}`);
}

export function count(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(
    `Cannot use ${what} as it must be an integer >= 1: current value is ${value}`,
  );
}

/** The value, where it is one of `choices`. */
export function oneOf<T extends string>(what: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new RangeError(`Cannot use ${what} "${value}": choose one of ${choices.join(", ")}`);
}

/** Refuses options whose names are not known, so that a misspelt option is never silently ignored. */
export function onlyOptions(what: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const choice = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    throw new TypeError(`Cannot pass option "${name}" to ${what}: ${choice}`);
  }
}
