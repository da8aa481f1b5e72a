/** Compiles the vector kernels and embeds them in the library: `deno task kernels`. */
import asc from "assemblyscript/asc";

const folder = new URL("../lib/numerics/simd/", import.meta.url);
const target = new URL("kernels.wasm.ts", folder);

// Level 1: above it Binaryen moves loads into the inner loop of the product, a third slower. 32 pages hold constants and work
// space: V8 checks no bounds of constant addresses below them.
const settings =
  "--optimizeLevel 1 --runtime stub --importMemory --initialMemory 32 --maximumMemory 16384 --noAssert --enable simd";

/** The module's bytes. @throws {Error} with the compiler's messages. */
export async function compileKernels(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([
    "index.ts",
    "--outFile",
    "kernels.wasm",
    ...settings.split(" "),
  ], {
    readFile: (name) => readAssembly(name),
    writeFile: (_, contents) => void (binary = contents as Uint8Array),
    listFiles: () => [],
  });
  if (error || binary === undefined) {
    throw new Error(`Cannot compile the kernels\n${stderr.toString()}`);
  }
  return binary;
}

async function readAssembly(name: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(new URL(`assembly/${name}`, folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null; // the compiler asks for several names
    throw error;
  }
}

/** The source file that embeds a module. */
export function embed(binary: Uint8Array): string {
  const text = btoa(String.fromCharCode(...binary));
  return `/** The compiled kernels, made from assembly/ by \`deno task kernels\`. */\nexport const base64 = "${text}";\n`;
}

if (import.meta.main) {
  const binary = await compileKernels();
  await Deno.writeTextFile(target, embed(binary));
  console.log(`${binary.length} bytes of kernels`);
}
