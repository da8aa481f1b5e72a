/**
 * What the course asks of a kernel, on its own (Deno 2.8.1) and on a newer one behind the notebook
 * module's guard: no output lost, none under another cell, none after the cell has ended.
 */
import { expect } from "@std/expect";
import { type Cell, show, type Shown } from "./kernelCells.ts";
import { newestDeno } from "./newestDeno.ts";

const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const lines = (cell: number) => count(300).map((i) => `cell ${cell} line ${i}\n`).join("");

const guard = 'import { md } from "step-zero/notebook";';
const printing = count(40).map((cell) =>
  `for (let i = 0; i < 300; i++) console.log("cell ${cell} line " + i);`
);
/** Sent one after the other; the cells of a batch all at once, as "Run All" does. */
const batches = {
  guard: [guard],
  values: count(200).map((i) => `${i} + 0.5`),
  printing,
  displays: count(100).map((i) =>
    `await Deno.jupyter.display({ "text/plain": "display ${i}" }, { raw: true })`
  ),
  crowded: [
    'import { display } from "step-zero/notebook"; const things = Array.from({ length: 129 }, (_, i) => i);',
    "for (const i of things.slice(1)) display(`thing ${i}`)",
    "for (const i of things) display(`thing ${i}`)",
  ],
  formula: ["md`$\\sigma^2 = \\frac{2}{n}$`"],
  unusual: ["NaN", "Infinity", "-Infinity", "-0", "null", "10n"],
  syntaxError: ["let broken = (1;"],
  unknownFile: ['import { x } from "./no-such-file.ts";'],
  unknownName: ['import { x } from "no-such-module";'],
  rejected: ['await Promise.reject(new Error("rejected on purpose"));'],
  background: ['Promise.reject(new Error("nobody awaits me")); 1'],
  state: ["const kept = 42;"],
  interrupted: [{ source: 'console.log("begun"); for (;;) {}', interrupt: 1 }],
  after: ["kept + 1"],
} satisfies Record<string, Cell[]>;
type Batch = keyof typeof batches;

const late = (shown: Shown[]) => shown.flatMap((cell) => cell.outputs).filter((o) => o.late).length;
const printed = (cell: Shown) => cell.outputs.map((output) => output.text).join("");
const values = (shown: Shown[]) =>
  shown.map((cell) => cell.outputs.map((output) => output.data["text/plain"]).join("|"));

const newest = await newestDeno();
const kernels = [
  { name: "the course's kernel", deno: undefined, ignore: false, newer: false },
  { name: "a newer kernel with the guard", deno: newest, ignore: !newest, newer: true },
];
for (const { name, deno, ignore, newer } of kernels) {
  // One run serves all tests of a kernel; it starts with the first of them.
  let run: Promise<Shown[][]> | undefined;
  const shown = async (batch: Batch) =>
    (await (run ??= show(Object.values(batches), deno)))[Object.keys(batches).indexOf(batch)];
  const test = (behaviour: string, body: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, { ignore }, body);

  test("shows 200 values, each once and under its own cell", async () => {
    const cells = await shown("values");
    expect(values(cells)).toEqual(count(200).map((i) => String(i + 0.5)));
    expect(late(cells)).toBe(0);
  });
  test("keeps 300 printed lines in each of 40 cells, in order", async () => {
    const cells = await shown("printing");
    expect(cells.map(printed)).toEqual(count(40).map(lines));
    expect(late(cells)).toBe(0);
  });
  test("shows 100 displays, each once and under its own cell", async () => {
    const cells = await shown("displays");
    expect(values(cells)).toEqual(count(100).map((i) => `display ${i}`));
    expect(late(cells)).toBe(0);
  });
  test("shows all that one cell displays without a pause, or says that it cannot", async () => {
    const [, full, crowded] = await shown("crowded");
    const all = count(128).map((i) => `thing ${i + 1}`), seen = values([full])[0].split("|");
    // A newer kernel only queues what is shown, and drops some where the machine is busy; the rest is in order.
    expect(seen).toEqual(newer ? all.filter((thing) => seen.includes(thing)) : all);
    expect(crowded.outputs.map(({ error }) => error).join(""))
      .toContain("Cannot show more than 128 things in one cell");
  });
  test("keeps LaTeX whole in md", async () => {
    const [cell] = await shown("formula");
    expect(cell.outputs[0].data["text/markdown"]).toBe("$\\sigma^2 = \\frac{2}{n}$");
  });
  test(`shows ${newer ? "nothing for " : ""}NaN, infinities, -0, null and a BigInt`, async () => {
    const expected = newer ? Array(6).fill("") : batches.unusual;
    expect(values(await shown("unusual"))).toEqual(expected);
  });
  test(`shows ${newer ? "nothing for " : ""}a syntax error`, async () => {
    const [cell] = await shown("syntaxError");
    expect(cell.status).toBe("error");
    if (newer) expect(cell.outputs).toEqual([]);
    else expect(cell.outputs[0].error).toContain("SyntaxError: Expected ',', got ';'");
  });
  test("shows an import that is not found", async () => {
    const [file] = await shown("unknownFile");
    expect(file.outputs[0].error).toContain("Module not found");
    const [name] = await shown("unknownName");
    expect(name.outputs[0].error).toContain('"no-such-module" not a dependency');
  });
  test("shows a rejected promise, also one that nobody awaits", async () => {
    const [awaited] = await shown("rejected");
    expect(awaited.status).toBe("error");
    expect(awaited.outputs[0].error).toContain("rejected on purpose");
    const [background] = await shown("background");
    expect(printed(background)).toContain("nobody awaits me");
  });
  test("stops a synchronous loop on Interrupt and keeps its state", async () => {
    const [cell] = await shown("interrupted");
    expect(cell.status).toBe("error");
    expect(cell.outputs[0].text).toBe("begun\n");
    expect(values(await shown("after"))).toEqual(["43"]);
  });
}

Deno.test("a newer kernel without the guard loses order: the tests above would see it", {
  ignore: !newest,
}, async () => {
  const [cells] = await show([printing], newest);
  const misplaced = cells.filter((cell, i) => printed(cell) !== lines(i)).length;
  expect(misplaced + late(cells)).toBeGreaterThan(0);
});
