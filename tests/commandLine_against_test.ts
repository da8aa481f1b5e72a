/** What `audit --against` takes for whole models: what `init` wrote, and libraries' checkpoints. */
import { expect } from "@std/expect";
import { join } from "node:path";
import { writeSafetensors } from "../lib/checkpoints/mod.ts";
import { commandLine } from "../lib/commandLine/main.ts";
import { normal, rng, type Tensor } from "../lib/mod.ts";

const folder = Deno.makeTempDirSync();
const at = (name: string) => join(folder, name);

/** Runs a command line and keeps what it wrote. */
function run(...args: string[]) {
  const out: string[] = [], error: string[] = [];
  const code = commandLine(args, {
    out: (line) => out.push(line),
    error: (line) => error.push(line),
    progress: () => {},
  });
  return { code, out: out.join("\n"), error: error[0] };
}

const settings = { name: "gpt", vocabulary: 77, context: 40, width: 64, heads: 4, blocks: 3 };
const write = (name: string, value: object) =>
  Deno.writeTextFileSync(at(name), JSON.stringify(value));
write("gpt.json", settings);
write("gated.json", { ...settings, gates: "channel" });
write("wide.json", { ...settings, width: 96 });
write("deep.json", { ...settings, blocks: 4 });
write("shallow.json", { ...settings, blocks: 2 });
write("mlp.json", { name: "mlp", widths: [300, 80, 10], activation: "tanh" });

Deno.test("what init wrote is clean against its model and scheme, in either layout", () => {
  const base = { ...settings, width: 32 };
  for (
    const [model, scheme] of [
      ["gpt.json", "gpt2"],
      ["gpt.json", "mitchell"],
      ["gpt.json", '{"name": "megatron", "std": 0.006}'],
      ["gpt.json", JSON.stringify({ name: "mup", base, scheme: "nanoGpt" })],
      ["gpt.json", "orthogonal"],
      ["gated.json", "layerScale"],
      ["gated.json", "skipInit"],
      ["mlp.json", "heNormal"],
      ["mlp.json", "pytorchDefault"],
    ]
  ) {
    for (const layout of ["keras", "torch"]) {
      const out = at("w.safetensors");
      const args = ["--seed", "1", "--layout", layout, "--out", out];
      expect(run("init", at(model), "--scheme", scheme, ...args).code).toBe(0);
      const audit = (against: string) =>
        run("audit", out, "--model", at(model), "--against", against);
      const { code, out: told } = audit(scheme);
      expect([scheme, code, told.match(/(\d+) tensors, \1 with.*: nothing found/) !== null])
        .toEqual([scheme, 0, true]);
      const other = model === "mlp.json" ? "xavierNormal" : "smallInit";
      expect([scheme, audit(other).code]).toEqual([scheme, 1]);
    }
  }
});

Deno.test("audit refuses a model that the file is not of, and a scheme without a model", () => {
  const file = at("g.safetensors");
  run("init", at("gpt.json"), "--scheme", "gpt2", "--seed", "1", "--out", file);
  for (
    const [args, says] of [
      [["--against", "gpt2"], "gpt2 is a scheme for a whole model: add --model MODEL.json"],
      [["--model", at("gpt.json")], "--model needs --against SCHEME"],
      [["--model", at("gpt.json"), "--against", "gpt3"], 'Cannot find a scheme named "gpt3"'],
      [
        ["--model", at("wide.json"), "--against", "gpt2"],
        "of (96): in the file it is (64)",
      ],
      [["--model", at("deep.json"), "--against", "gpt2"], "has a block4.attentionNorm.weight"],
      [
        ["--model", at("shallow.json"), "--against", "gpt2"],
        "makes no block3.attentionNorm.bias",
      ],
      [["--model", at("none.json"), "--against", "gpt2"], "No such file"],
      [["--against", "transformers@5.24:gpt5"], "choose one of transformers@5.24:gpt2, "],
      [["--against", "transformers:gpt2"], "choose one of transformers@5.24:gpt2, "],
      [["--against", "timm@1.0:vit"], "no tensor is its patch_embed.proj.weight"],
    ] as [string[], string][]
  ) {
    const { code, out, error } = run("audit", file, ...args);
    expect({ args, code, out }).toEqual({ args, code: 2, out: "" });
    expect(error.toLowerCase()).toContain(says.toLowerCase());
  }
});

Deno.test("audit knows a library's checkpoint, its layout and its depth by the names in it", () => {
  const weights: Record<string, Tensor> = {};
  const add = (name: string, shape: number[], std: number) => {
    weights[name] = normal({ std })(shape, rng("names").child(name));
  };
  add("transformer.wte.weight", [500, 64], 0.02);
  for (let i = 0; i < 8; i++) {
    add(`transformer.h.${i}.attn.c_attn.weight`, [64, 192], 0.02);
    add(`transformer.h.${i}.attn.c_proj.weight`, [64, 64], i === 5 ? 0.02 : 0.005);
  }
  writeSafetensors(at("hub.safetensors"), weights);
  const { code, out } = run("audit", at("hub.safetensors"), "--against", "transformers@5.24:gpt2");
  expect(code).toBe(1);
  expect(out).toMatch(/^WARNING {2}transformer\.h\.5\.attn\.c_proj\.weight: .* L = 8 blocks/);
  expect(out).toContain(
    "17 tensors, 17 with an expected law, read as (...kernel, in, out): 1 warn",
  );
  expect(run("audit", at("hub.safetensors"), "--against", "nanogpt@3adf61e:gpt").out)
    .toContain("read as (out, in, ...kernel): 1 warning");
});
