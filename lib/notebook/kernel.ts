import { Console } from "node:console";

type Content = Record<string, unknown>;
/** A promise in Deno 2.8; newer kernels only queue the message. */
type Broadcast = (type: string, content: Content) => Promise<void> | void;

/** The kernel's own broadcast, or undefined outside a notebook, where to ask for it throws. */
function findBroadcast(): Broadcast | undefined {
  try {
    return (Deno as unknown as { jupyter: { broadcast: Broadcast } }).jupyter.broadcast;
  } catch {
    return undefined;
  }
}

const send = findBroadcast();
const pending = new Set<Promise<void>>();

/** Whether this code runs in a Jupyter kernel. */
export const inKernel = send !== undefined;

/** How many messages leave while a cell computes without a pause; the kernel loses most of those beyond. */
export const messageLimit = 128;

let unrested = 0;

/**
 * The shortest time between two messages about the same thing, in ms, after `sent` others from a cell without a pause: at
 * first ten a second, then ever fewer, so that an hour's work stays below the limit.
 */
export function messageInterval(sent = unrested): number {
  return 100 * 1.07 ** sent;
}

/** Sends a message to the notebook without waiting for it, so that a synchronous loop can show its progress. */
export function broadcast(type: string, content: Content): void {
  if (send === undefined) return;
  if (unrested++ === 0) setTimeout(() => unrested = 0); // runs once the kernel's loop turns again
  const sent: Promise<void> = Promise.resolve(send(type, content)).catch(() => {})
    .finally(() => pending.delete(sent));
  pending.add(sent);
}

/**
 * Shows a MIME bundle below the running cell; outside a kernel, prints its plain text.
 *
 * @throws {RangeError} where the cell has shown so much without a pause that the kernel would lose it.
 */
export function show(data: Content): void {
  if (unrested >= messageLimit) {
    throw new RangeError(
      `Cannot show more than ${messageLimit} things in one cell: show the rest in the next cell, ` +
        "or let the kernel rest between them: await new Promise((rest) => setTimeout(rest))",
    );
  }
  if (inKernel) broadcast("display_data", { data, metadata: {}, transient: {} });
  else console.log(data["text/plain"]);
}

const names = ["stdout", "stderr"] as const;
const held = { stdout: "", stderr: "" };
let drained = 0;
let queued = false;

function drain(): void {
  queued = false;
  drained = performance.now();
  for (const name of names) {
    const text = held[name];
    held[name] = "";
    if (text !== "") broadcast("stream", { name, text });
  }
}

// Lines go out together: at the end of the running job, now and then during a long one, or when they are many.
function write(name: (typeof names)[number], text: string): void {
  const other = name === "stdout" ? "stderr" : "stdout";
  if (held[other] !== "") drain();
  held[name] += text;
  if (held[name].length > 65_536 || performance.now() - drained > messageInterval()) drain();
  else if (!queued) {
    queued = true;
    queueMicrotask(drain);
  }
}

function coalesceConsole(): void {
  const stream = (name: (typeof names)[number]) => ({ write: (text: string) => write(name, text) });
  const coalescing = new Console({
    stdout: stream("stdout") as unknown as NodeJS.WritableStream,
    stderr: stream("stderr") as unknown as NodeJS.WritableStream,
    ignoreErrors: false,
  }) as unknown as Record<string, unknown>;
  for (const name of Object.keys(console)) {
    const method = coalescing[name];
    if (typeof method === "function") Object.assign(console, { [name]: method.bind(coalescing) });
  }
}

interface Internals {
  readonly jupyter?: { broadcastResult?: (count: number, result: unknown) => Promise<void> };
}

// The kernel awaits broadcastResult after every cell that did not throw. Newer kernels announce the end of a cell before
// its last messages have left: hold the end back until they have.
function settleCells(): void {
  const deno = Deno as unknown as
    & { readonly internal?: symbol }
    & Record<symbol, Internals | undefined>;
  const jupyter = deno.internal && deno[deno.internal]?.jupyter;
  const original = jupyter?.broadcastResult;
  if (!jupyter || !original) return;
  jupyter.broadcastResult = async (count, result) => {
    drain();
    const settling = 15 + 2 * unrested; // ms
    await Promise.all(pending);
    await original(count, result);
    await new Promise((resolve) => setTimeout(resolve, settling));
  };
}

// The kernel lives on after an error in a timer or a promise that nobody awaits, and says nothing.
function showBackgroundErrors(): void {
  addEventListener("error", (event) => {
    event.preventDefault();
    console.error("Uncaught error in the background:", event.error);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("Unhandled rejection in the background:", event.reason);
  });
}

const guarded = Symbol.for("step-zero.guarded");

if (inKernel && !Object.hasOwn(globalThis, guarded)) {
  Object.defineProperty(globalThis, guarded, { value: true });
  coalesceConsole();
  settleCells();
  showBackgroundErrors();
}
