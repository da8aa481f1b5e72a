import { expect } from "@std/expect";
import { join } from "node:path";
import { openCheckpoint, writeSafetensors } from "../lib/checkpoints/mod.ts";
import { commandLine } from "../lib/commandLine/main.ts";
import {
  describeScheme,
  gpt,
  gpt2,
  heNormal,
  initialize,
  lecunNormal,
  megatron,
  mlp,
  mup,
  normal,
  rng,
  tanh,
  zeros,
} from "../lib/mod.ts";
import { root } from "../tasks/place.ts";

const folder = Deno.makeTempDirSync();
const at = (name: string) => join(folder, name);

/** Runs a command line and keeps what it wrote. */
function run(...args: string[]) {
  const written = { out: [] as string[], error: [] as string[], progress: [] as string[] };
  const code = commandLine(args, {
    out: (line) => written.out.push(line),
    error: (line) => written.error.push(line),
    progress: (line) => written.progress.push(line),
  });
  return { code, ...written, out: written.out.join("\n"), error: written.error.join("\n") };
}

const stream = (name: string) => rng("command line").child(name);
writeSafetensors(at("good.safetensors"), {
  "layer1.weight": heNormal()([784, 100], stream("w1")),
  "layer1.bias": zeros()([100], stream("b1")),
  "layer2.weight": heNormal()([100, 40], stream("w2")),
});
writeSafetensors(at("bad.safetensors"), {
  "layer1.weight": lecunNormal()([784, 100], stream("w1")),
  "norm.weight": normal({ std: 1 })([300], stream("n")),
});

Deno.test("audit ends with 0 where nothing is found, and shows its progress", () => {
  const { code, out, progress } = run("audit", at("good.safetensors"), "--against", "heNormal");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^3 tensors, 2 with an expected law, read as \(\.\.\.kernel, in, out\): nothing found\n/,
  );
  expect(out).toMatch(/layer1\.weight +\(784, 100\) .* std 0\.0[45]\d+ \(0\.05051\) +heNormal/);
  expect(progress.slice(0, 2)).toEqual([
    "0 of 3 tensors",
    "1 of 3 tensors, layer1.bias",
  ]);
  expect(progress.at(-1)).toBe("");
});

Deno.test("audit ends with 1 where something is wrong, and says it first", () => {
  const { code, out } = run("audit", at("bad.safetensors"), "--against", "heNormal");
  expect(code).toBe(1);
  expect(out).toMatch(/^WARNING {2}layer1\.weight: .*the gain sqrt\(2\) is missing/);
});

Deno.test("audit tells once what is wrong with many tensors, and names it in each one's line", () => {
  const names = ["a", "b", "c", "d", "e"].map((name) => `${name}.weight`);
  writeSafetensors(
    at("many.safetensors"),
    Object.fromEntries(names.map((name) => [name, lecunNormal()([200, 50], stream(name))])),
  );
  const { code, out } = run("audit", at("many.safetensors"), "--against", "heNormal");
  const lines = out.split("\n");
  expect([code, lines.length]).toEqual([1, 2 + 1 + 1 + 5]);
  expect(lines[0]).toMatch(
    /^WARNING {2}5 tensors, such as a\.weight: .*the gain sqrt\(2\) is missing/,
  );
  for (const name of names) {
    const own = lines.filter((line) => line.startsWith(`${name} `));
    expect(own.length).toBe(1);
    expect(own[0]).toMatch(/ \(0\.1\) {2}lecunNormal.*, gainMissing$/);
  }
});

Deno.test("audit takes laws by pattern, the first that fits counting", () => {
  Deno.writeTextFileSync(
    at("laws.json"),
    JSON.stringify({ "norm*": "ones", "*.weight": { name: "lecunNormal" } }),
  );
  const { code, out } = run("audit", at("bad.safetensors"), "--against", at("laws.json"));
  expect(code).toBe(1);
  expect(out).toMatch(/^(ERROR|WARNING) {2}norm\.weight: /);
  expect(out).not.toMatch(/(ERROR|WARNING|NOTE) +layer1/);
});

Deno.test("audit takes an initializer with options, and patterns, as JSON", () => {
  const against = (text: string) => run("audit", at("bad.safetensors"), "--against", text);
  expect(against('{"name": "lecunNormal"}').code).toBe(0);
  expect(against('{"layer1.*": "heNormal"}').out).toContain("the gain sqrt(2) is missing");
  expect(against('{"name": "normal", "std": 0.5}').out).toContain("times the 0.5 of normal");
  expect(against('{"layer1.*": ').error).toContain(
    "--against must be JSON: an initializer, such as",
  );
  expect(against('{"layer1.*": 3}').error).toContain("Cannot make an initializer of 3");
  expect(against('{"norm*": "heNormal"}').error).toMatch(
    /heNormal: give .*as it has fewer than two/,
  );
});

Deno.test("audit names two laws, and counts more, and notes leave its exit code at 0", () => {
  writeSafetensors(at("small.safetensors"), {
    "a.weight": heNormal()([6, 8], stream("a")),
    "a.bias": normal({ std: 0.02 })([10], stream("a")),
    "b.weight": normal({ std: 0.02 })([5000, 64], stream("b")), // sqrt(2 / 5000) is 0.02
    "c.weight": zeros()([30], stream("c")),
    "d.weight": normal({ std: 0.02 })([5000, 64], stream("b")),
  });
  const { code, out } = run("audit", at("small.safetensors"));
  expect(code).toBe(0);
  expect(out).toMatch(/^NOTE {2}d\.weight: every entry equals that of "b\.weight"/);
  expect(out).toMatch(/c\.weight .* zeros\(\)\n/);
  expect(out).toMatch(/a\.bias .* too few entries to tell\n/);
  expect(out).toContain("\n5 tensors, read as (...kernel, in, out): 1 note\n");
  expect(out).toMatch(/a\.weight .* or \d+ other laws\n/);
  expect(out).toMatch(/b\.weight .*(heNormal\(\) or normal\(.*\)|normal\(.*\) or heNormal\(\))\n/);
});

Deno.test("audit refuses a page that cannot be written before it measures", () => {
  const { code, progress } = run("audit", at("bad.safetensors"), "--html", at("none/report.html"));
  expect({ code, progress }).toEqual({ code: 2, progress: [""] });
});

Deno.test("audit writes a page and JSON", () => {
  const page = at("report.html");
  const { out } = run(
    "audit",
    at("bad.safetensors"),
    "--against=heNormal",
    "--json",
    "--html",
    page,
  );
  const rows = JSON.parse(out);
  expect(rows.map((row: { name: string }) => row.name)).toEqual(["layer1.weight", "norm.weight"]);
  expect(rows[0].findings[0].kind).toBe("gainMissing");
  const html = Deno.readTextFileSync(page);
  expect(html).toContain("<title>bad.safetensors: audit</title>");
  expect(html).toContain("the gain sqrt(2) is missing");
});

Deno.test("init writes the weights that initialize() draws, (out, in) where asked", () => {
  const settings = { vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 2 };
  Deno.writeTextFileSync(at("gpt.json"), JSON.stringify({ name: "gpt", ...settings }));
  const model = gpt(settings), params = initialize(model, gpt2(), rng("7"));
  const args = ["init", at("gpt.json"), "--scheme", "gpt2", "--seed", "7", "--out"];
  expect(run(...args, at("w.safetensors")).code).toBe(0);
  using written = openCheckpoint(at("w.safetensors"));
  expect(written.metadata).toEqual({ scheme: "gpt2", seed: "7", layout: "keras" });
  for (const { name } of model.params) expect(written.read(name)).toEqual(params[name]);

  expect(run(...args, at("t.safetensors"), "--layout", "torch").code).toBe(0);
  using turned = openCheckpoint(at("t.safetensors"));
  expect(run("audit", at("t.safetensors")).out).toContain("read as (out, in, ...kernel)");
  const { shape, data } = turned.read("block1.feedForwardIn.weight");
  expect(shape).toEqual([64, 16]);
  expect(data[5 * 16 + 3]).toBe(params["block1.feedForwardIn.weight"].data[3 * 64 + 5]);
  expect(turned.read("tokenEmbedding.weight")).toEqual(params["tokenEmbedding.weight"]);
});

Deno.test("init takes a scheme with options, and an mlp", () => {
  Deno.writeTextFileSync(
    at("mlp.json"),
    JSON.stringify({ name: "mlp", widths: [8, 6, 2], activation: "tanh" }),
  );
  const out = at("m.safetensors");
  const { code } = run(
    ...["init", at("mlp.json"), "--seed", "0", "--out", out],
    ...["--scheme", '{"name": "megatron", "std": 0.006}', "--dtype", "BF16"],
  );
  expect(code).toBe(0);
  using written = openCheckpoint(out);
  const model = mlp({ widths: [8, 6, 2], activation: tanh });
  const params = initialize(model, megatron({ std: 0.006 }), rng("0"));
  for (const { name } of model.params) {
    const drawn = params[name].data, stored = written.read(name).data;
    // BF16 keeps 8 bits: an error of at most 2^-8 of each number.
    expect(stored.every((w, i) => Math.abs(w - drawn[i]) <= 2 ** -8 * Math.abs(drawn[i]))).toBe(
      true,
    );
    expect(written.tensors.find((tensor) => tensor.name === name)!.dtype).toBe("BF16");
  }
});

Deno.test("init keeps what a scheme multiplies and learns by, as describeScheme() says it", () => {
  const settings = { vocabulary: 27, context: 8, width: 32, heads: 2, blocks: 2 };
  const base = { name: "gpt", ...settings, width: 16 };
  Deno.writeTextFileSync(at("wide.json"), JSON.stringify({ name: "gpt", ...settings }));
  const scheme = JSON.stringify({ name: "mup", base, scheme: "gpt2" });
  const path = at("wide.safetensors");
  const { code, out } = run(
    ...["init", at("wide.json"), "--scheme", scheme, "--seed", "0", "--out", path],
  );
  expect(code).toBe(0);
  const model = gpt(settings),
    meant = mup({ base: gpt({ ...settings, width: 16 }), scheme: gpt2() });
  const rows = describeScheme(model, meant), params = initialize(model, meant, rng("0"));
  const factors = (kind: "multiplier" | "learningRate") =>
    rows.filter((row) => row[kind] !== 1).map((row) => [row.parameter, row[kind]]);
  using written = openCheckpoint(path);
  const { multipliers, learningRates } = written.metadata;
  expect(Object.entries(JSON.parse(multipliers))).toEqual(factors("multiplier"));
  expect(Object.entries(JSON.parse(learningRates))).toEqual(factors("learningRate"));
  expect(out).toContain(`${factors("multiplier").length} tensors are multiplied in use`);
  expect(out).toContain(`${factors("learningRate").length} tensors have a share of the learning`);
  expect(factors("multiplier").length * factors("learningRate").length).toBeGreaterThan(0);
  for (const { name } of model.params) expect(written.read(name)).toEqual(params[name]);
});

Deno.test("init draws gates where a model has them", () => {
  const settings = { vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 2 };
  Deno.writeTextFileSync(
    at("gated.json"),
    JSON.stringify({ name: "gpt", ...settings, gates: "branch" }),
  );
  const rest = ["--seed", "0", "--out", at("gated.safetensors")];
  expect(run("init", at("gated.json"), "--scheme", "skipInit", ...rest).code).toBe(0);
  using written = openCheckpoint(at("gated.safetensors"));
  expect([...written.read("block2.feedForwardOut.gate").data]).toEqual([0]);
});

Deno.test("explain says what an initializer draws, with its own options", () => {
  const { code, out } = run("explain", "heNormal", "3,3,64,128");
  expect(code).toBe(0);
  expect(out).toContain("fans: fanIn 576, fanOut 1152");
  expect(out).toContain("variance 0.00347222 = 2 / fanIn");
  expect(run("explain", "heNormal", "784,256", "--mode=fanOut").out).toContain("= 2 / fanOut");
  expect(run("explain", "heNormal", "128,64,3,3", "--layout", "torch").out).toBe(out);
  expect(run("explain", "heNormal", "10", "--fans", "50,10").out).toContain("0.04 = 2 / fanIn");
  expect(run("explain", "constant", "2,2", "--value", "-1").out).toContain("every entry is -1");
});

Deno.test("what cannot be done ends with 2 and a sentence", () => {
  const { code, out, error } = run("audit", at("none.safetensors"));
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toContain("there is no such file");
  Deno.writeFileSync(at("empty.safetensors"), new Uint8Array());
  Deno.writeTextFileSync(at("words.txt"), "words");
  Deno.writeTextFileSync(at("deep.json"), '{"name": "mlp", "activation": "tanh", "depth": 3}');
  Deno.writeTextFileSync(at("bare.json"), JSON.stringify({ name: "mlp", widths: [8, 2] }));
  for (
    const [args, says] of [
      [["paint"], 'there is no command "paint": choose one of audit, init, explain'],
      [["audit"], "FILE is missing"],
      [["audit", at("empty.safetensors")], "as its 0 bytes are too few for a header"],
      [["audit", at("words.txt")], "its name must end in .safetensors"],
      [["audit", at("good.safetensors"), "--html", folder], folder],
      [["init", at("none.json"), "--scheme", "gpt2"], "there is no such file"],
      [["init", folder, "--scheme", "gpt2"], "as it is no regular file"],
      [["init", at("words.txt"), "--scheme", "gpt2"], "words.txt is not JSON"],
      [["init", at("deep.json"), "--scheme", "gpt2"], 'Cannot pass option "depth" to mlp'],
      [["init", at("gpt.json"), "--scheme", "gpt22"], 'Cannot find a scheme named "gpt22"'],
      [["audit", "a", "b"], '"b" is one word too many'],
      [
        ["audit", at("good.safetensors"), "--against", "heNormall"],
        "neither an initializer, a library's",
      ],
      [["audit", at("good.safetensors"), "--layout", "rows"], "layout"],
      [["audit", at("good.safetensors"), "--loud"], "Error: Unknown option '--loud'\n"],
      [["explain", "heNormal", "3x-1"], '"3x-1" is no shape'],
      [["explain", "heNormal", "3,4", "--mode"], "--mode needs a value"],
      [["explain", "heNorm", "3,4"], 'Cannot make an initializer named "heNorm"'],
      [["explain", "kaiming_normal_", "3,4"], 'PyTorch\'s is {"name":"heNormal"'],
      [["explain", "heNormal", "3", "--fans", "4"], "--fans takes two sizes, as 784,256: it is 4"],
      [["explain", "heNormal", "3,4", "--layout", "rows"], "choose one of jax, keras, torch"],
      [["init", at("gpt.json"), "--seed", "1"], "--scheme is missing"],
      [
        ["init", at("gpt.json"), "--scheme=gpt2", "--seed=1", "--out", at("w.npz")],
        "--out must end in .safetensors",
      ],
      [
        ["init", at("gpt.json"), "--scheme", '{"name": "mup"}'],
        "Cannot do without model: choose one of mlp, cnn, gpt",
      ],
      [["init", at("bare.json"), "--scheme", "gpt2"], 'The model\'s "activation" is missing'],
      [
        ["init", at("laws.json"), "--scheme", "gpt2"],
        'must be "gpt", "mlp" or "cnn": it is undefined',
      ],
    ] as [string[], string][]
  ) {
    const result = run(...args);
    expect({ args, code: result.code }).toEqual({ args, code: 2 });
    expect(`${result.error}\n`).toContain(says);
    expect(result.error).not.toMatch(/\n {4}at /); // no trace
  }
  Deno.writeTextFileSync(at("lost.json"), JSON.stringify({ "encoder*": "ones" }));
  expect(run("audit", at("good.safetensors"), "--against", at("lost.json")).error)
    .toContain('The pattern "encoder*" fits none of 3 tensors');
});

Deno.test("an audit needs no permission but to read its file", async () => {
  const main = join(root, "lib", "commandLine", "main.ts");
  const config = join(root, "deno.json");
  const start = (allowed: string) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", `--config=${config}`, `--allow-read=${allowed}`, main]
        .concat(["audit", at("bad.safetensors"), "--against", "heNormal"]),
      env: { NO_COLOR: "1" },
    }).output();
  const { code, stdout } = await start(at("bad.safetensors"));
  expect(code).toBe(1);
  expect(new TextDecoder().decode(stdout)).toContain("the gain sqrt(2) is missing");
  const refused = await start(at("good.safetensors"));
  expect(refused.code).toBe(2);
  expect(new TextDecoder().decode(refused.stderr)).toContain("Error: ");
});
