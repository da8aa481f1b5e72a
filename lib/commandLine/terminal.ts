/** Where a command writes: results to standard output, progress and errors to standard error. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** A line that the next one replaces, where somebody looks on; nothing otherwise. */
  readonly progress: (line: string) => void;
}

/** What the caller asked for cannot be done: the message says why, and no trace of the code is of use. */
export class UsageError extends Error {}

/** What a command's exit code says: 0 nothing found, 1 findings, 2 not done. */
export type ExitCode = 0 | 1 | 2;
