/**
 * Compiles the vector kernels and embeds them in the library: `deno task kernels`. With `--check` it
 * compares instead: exit code 0 where the embedded kernels are what their source compiles to, 1
 * where not, 2 where the compiler cannot be had.
 */

/** Not in deno.json or deno.lock, from which everybody's first start downloads: it is 100 MB. */
const compiler: string = "npm:assemblyscript@0.28.20/asc";

/** The part of the compiler's interface that is used. */
interface Compiler {
  main(argv: readonly string[], host: {
    readFile(name: string): Promise<string | null>;
    writeFile(name: string, contents: Uint8Array): void;
    listFiles(): string[];
  }): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

const folder = new URL("../lib/numerics/simd/", import.meta.url);
const target = new URL("kernels.wasm.ts", folder);

// Level 1: above it Binaryen moves loads into the inner loop of the product, a third slower. 32 pages hold constants and work
// space: V8 checks no bounds of constant addresses below them.
const settings =
  "--optimizeLevel 1 --runtime stub --importMemory --initialMemory 32 --maximumMemory 16384 --noAssert --enable simd";

/** The module's bytes. @throws {Error} with the compiler's messages. */
async function compileKernels(asc: Compiler): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([
    "index.ts",
    "--outFile",
    "kernels.wasm",
    ...settings.split(" "),
  ], {
    readFile: readAssembly,
    writeFile: (_, contents) => void (binary = contents),
    listFiles: () => [],
  });
  if (error || binary === undefined) {
    throw new Error(`Cannot compile the kernels\n${stderr.toString()}`);
  }
  return binary;
}

async function readAssembly(name: string): Promise<string | null> {
  try {
    return unrolled(await Deno.readTextFile(new URL(`assembly/${name}`, folder)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null; // the compiler asks for several names
    throw error;
  }
}

/** The lines from "repeat for STEP < n" to "end of repeat" n times, with 0 to n - 1 for STEP: only then are addresses constant. */
function unrolled(source: string): string {
  const loop = /\/\/ repeat for STEP < (\d+)\n([^]*?)\/\/ end of repeat/g;
  return source.replace(
    loop,
    (_, n: string, body: string) =>
      Array.from({ length: Number(n) }, (_, step) => body.replaceAll("STEP", String(step))).join(
        "",
      ),
  );
}

/** The source file that embeds a module. */
function embed(binary: Uint8Array): string {
  const text = btoa(String.fromCharCode(...binary));
  return `/** The compiled kernels, made from assembly/ by \`deno task kernels\`. */\nexport const base64 = "${text}";\n`;
}

const asc: { default: Compiler } | undefined = await import(compiler).catch(() => undefined);
if (asc === undefined) {
  console.error(`Cannot load ${compiler}: connect to the network and run this again`);
  Deno.exit(2);
}
const binary = await compileKernels(asc.default);
if (Deno.args.includes("--check")) {
  Deno.exit(await Deno.readTextFile(target) === embed(binary) ? 0 : 1);
}
await Deno.writeTextFile(target, embed(binary));
console.log(`${binary.length} bytes of kernels`);
