/** An end that the reader can act on: its message is printed as it is, without a stack trace. */
export class Stop extends Error {}

/** Runs a task's body and turns a `Stop` into its sentence and exit code 1. */
export async function task(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
