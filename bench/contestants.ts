/** Who is timed, each in a process of its own on one thread; what is missing is installed on first use. */
import { join } from "node:path";
import { findPython } from "../tasks/python.ts";
import * as place from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { Stop } from "../tasks/stop.ts";
import { lines } from "./lines.ts";
import * as works from "./works.ts";

const here = import.meta.dirname!;
const venv = join(place.venv, "bench");
const python = place.windows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");

const digitsFile = join(venv, "digits.bin");

const versions = { numpy: "2.4.6", torch: "2.13.0", tfjs: "4.22.0", jaxJs: "0.1.25" };

const settings = JSON.stringify({
  fill: works.FILL,
  batch: works.BATCH,
  widths: works.WIDTHS,
  learningRate: works.LEARNING_RATE,
  language: works.language,
  convolution: works.convolution,
  stepsToLoss: works.STEPS_TO_LOSS,
  matmulSizes: works.matmulSizes,
  orthogonalSizes: works.orthogonalSizes,
  digitsFile,
  digits: works.DIGITS,
  curves: works.curves,
  deepCurves: works.deepCurves,
  signals: works.signals,
  deep: works.deep,
  round: works.ROUND,
  warmUp: works.WARM_UP,
});

interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const script = (name: string) => [Deno.execPath(), "run", "-A", join(here, name)];
/** Without the lock file: the peer's package is none of the course's. */
const peerScript = (name: string, version: string) => [
  ...[Deno.execPath(), "run", "-A", "--no-lock", join(here, name)],
  version,
];
const pythonScript = (name: string) => [python, join(here, "python.py"), name, settings];

export const contestants: readonly Contestant[] = [
  { name: "Step Zero", command: script("stepZero.ts") },
  { name: "NumPy", command: pythonScript("numpy") },
  {
    name: "NumPy, AVX2",
    command: pythonScript("numpy"),
    env: { OPENBLAS_CORETYPE: "Haswell" },
  },
  { name: "PyTorch", command: pythonScript("torch") },
  {
    name: "PyTorch, AVX2",
    command: pythonScript("torch"),
    env: {
      ATEN_CPU_CAPABILITY: "avx2",
      MKL_ENABLE_INSTRUCTIONS: "AVX2",
      ONEDNN_MAX_CPU_ISA: "AVX2",
    },
  },
  { name: "plain JavaScript", command: script("plainJavaScript.ts") },
  { name: "TensorFlow.js", command: peerScript("tfjs.ts", versions.tfjs) },
  { name: "jax-js", command: peerScript("jaxJs.ts", versions.jaxJs) },
];

const oneThread = Object.fromEntries(
  ["OMP", "OPENBLAS", "MKL"].map((library) => [`${library}_NUM_THREADS`, "1"]),
);

/** Makes the Python environment of the benchmarks, with the digits in it. @throws {Stop} with what pip said. */
export async function install(): Promise<void> {
  if (!place.exists(python)) await must([...await findPython(), "-m", "venv", venv]);
  const packages = [`numpy==${versions.numpy}`, `torch==${versions.torch}`];
  await must([python, "-m", "pip", "install", "--quiet", ...packages]);
  await must([...script("digits.ts"), digitsFile]);
}

async function must(command: readonly string[]): Promise<void> {
  const { ok, text } = await run(command);
  if (!ok) throw new Stop(`Cannot install the contestants: ${command.join(" ")}\n${text}`);
}

/** The versions of everybody, for the report. */
export function describeVersions(): string {
  const { deno, v8 } = Deno.version;
  return `Deno ${deno} (V8 ${v8}), NumPy ${versions.numpy}, PyTorch ${versions.torch}, ` +
    `TensorFlow.js ${versions.tfjs} (wasm), jax-js ${versions.jaxJs}`;
}

/** What one round of one work gives: CPU seconds per call, and the number that all contestants agree on. */
export interface Answer {
  readonly seconds: number;
  readonly result: number;
}

/** A contestant at work. */
export class Worker {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;

  constructor({ name, command: [program, ...args], env }: Contestant) {
    this.name = name;
    this.#child = new Deno.Command(program, {
      args,
      env: { ...oneThread, ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = lines(this.#child.stdout);
  }

  /** Times one round; null where the contestant does not do this work. */
  async round(work: string): Promise<Answer | null> {
    await this.#input.write(new TextEncoder().encode(`${work}\n`));
    for await (
      const line of { [Symbol.asyncIterator]: () => ({ next: () => this.#answers.next() }) }
    ) {
      if (/^(null|\{"seconds.*\})$/.test(line)) return JSON.parse(line); // libraries print banners
    }
    throw new Stop(`${this.name} ended at ${work}: run \`${this.name}\` alone to see why`);
  }

  async end(): Promise<void> {
    await this.#input.close();
    await this.#child.status;
  }
}
