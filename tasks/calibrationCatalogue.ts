/** The table of what looks at a batch, or at theory, to start a model: a part of the page of schemes. */

export interface CalibrationEntry {
  /** What becomes of a weight, in TeX. */
  readonly formula: string;
  /** What then holds. */
  readonly law: string;
  /** The models that it takes. */
  readonly models: string;
  readonly use: string;
  /** What its authors' code calls it, and does otherwise. */
  readonly elsewhere: string;
  readonly reference: string;
}

export const CALIBRATIONS: Readonly<Record<string, CalibrationEntry>> = {
  lsuv: {
    formula: "W \\leftarrow W / \\mathrm{std}(x W + b), \\text{ in order of use, at most 10 times}",
    law: "std of x W + b, all units together, within 0.1 of 1 on the batch",
    models: "all; start from `orthogonal`",
    use: "deep networks without normalization, any activation",
    elsewhere:
      "LSUV-pytorch `LSUVinit` (also moves biases to mean 0); LSUVinit `lsuv_init.py` (variance within 0.02, 20 times)",
    reference: "Mishkin and Matas (2016)",
  },
  krahenbuhl: {
    formula:
      "W_k \\leftarrow W_k / s_k, \\; b_k \\leftarrow (b_k - m_k) / s_k, \\; m_k, s_k \\text{ mean and std of channel } k",
    law: "mean 0 and std 1 of every channel on the batch",
    models: "all; without a bias the mean stays",
    use: "data whose channels differ in size; fine-tuning",
    elsewhere: "magic_init `magicInitialize`",
    reference: "Krähenbühl, Doersch, Donahue and Darrell (2016), algorithm 1",
  },
  equalizeRates: {
    formula:
      "W_l \\leftarrow W_l \\sqrt{C_l / C}, \\; C_l = \\mathrm{rms}(dy/dW_l) / \\mathrm{rms}(W_l), \\; C \\text{ their geometric mean}",
    law: "all C_l equal, the function unchanged",
    models: "mlp of relu, leakyRelu, prelu or linear",
    use: "one learning rate for all layers, after `krahenbuhl`",
    elsewhere: "magic_init `calibrateGradientRatio` (up to 10 steps, one random draw each)",
    reference: "Krähenbühl, Doersch, Donahue and Darrell (2016), algorithm 2",
  },
  admin: {
    formula:
      "LN(x + f_i(x) / \\omega_i), \\; \\omega_i = \\sqrt{1 + \\textstyle\\sum_{j < i} \\mathrm{Var} f_j}, \\text{ in the ends of branches}",
    law: "branch i has 1/omega_i of the std it had, measured branch by branch",
    models: "gpt, norm post",
    use: "deep post-LN stacks",
    elsewhere:
      "Transformer-Clinic `--init-type adaptive-profiling`, then `adaptive` (LN(omega x + f(x)), omega trained)",
    reference: "Liu et al. (2020)",
  },
  autoInit: {
    formula: "\\sigma^2 = 1 / (n \\, E x^2), \\; E x^2 \\text{ followed through the layers}",
    law: "mean 0 and variance 1 of what every weight puts out, by theory; truncated normal",
    models: "mlp; cnn; gpt with a head of its own",
    use: "new activations, norms and depths, without data",
    elsewhere:
      "autoinit `AutoInit().initialize_model` (embeddings, attention: taken to change nothing)",
    reference: "Bingham and Miikkulainen (2023)",
  },
};

/** The table, each name a link to the code. */
export function calibrationTable(): string {
  const rows = Object.entries(CALIBRATIONS).map(([name, entry]) => {
    const { formula, law, models, use, elsewhere, reference } = entry;
    const cells = [`[${name}](${name}.ts)`, `$\`${formula}\`$`, law, models, use, elsewhere];
    return `| ${[...cells, reference].join(" | ")} |`;
  });
  return `| name | what it does | law of the result | models | use it for | elsewhere | reference |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}`;
}
