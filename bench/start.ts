/** Prints the milliseconds that a fresh process takes to import the library, and then to compute its first product. */
const before = performance.now();
const { dot, Tape, tensor } = await import("../lib/mod.ts");
const imported = performance.now();
const n = 256, tape = new Tape(), values = new Float32Array(n * n).fill(1);
const x = tape.constant(tensor([n, n], values)), w = tape.constant(tensor([n, n], values));
if (dot(x, w).data[0] !== n) throw new Error("The product is wrong");
console.log(
  JSON.stringify({ imported: imported - before, multiplied: performance.now() - imported }),
);
