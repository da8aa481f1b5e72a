/** The rows of the table for entries that depend on each other, and for biases. */
import { type CatalogueEntry, haiku, jax, keras, neox, of, tfjs, torch } from "./catalogueEntry.ts";

export const STRUCTURED: Readonly<Record<string, CatalogueEntry>> = {
  orthogonal: {
    formula: "g Q, \\; Q^T Q = I \\text{ or } Q Q^T = I",
    law: "uniform (Haar) among orthogonal matrices, std g / sqrt(longer side)",
    use: "deep networks without normalization, recurrent weights",
    reference: "Saxe, McClelland and Ganguli (2014); Mezzadri (2007)",
    elsewhere: [
      torch("orthogonal_", { columns: "out" }),
      jax("orthogonal", { columns: "out" }),
      jax("orthogonal(column_axis=-2)", { columns: "in" }),
      keras("Orthogonal", { columns: "out" }),
      haiku("Orthogonal", { columns: "out" }),
    ],
  },
  scaledOrthogonal: {
    formula: "\\sqrt{2/L}\\, Q",
    law: "as orthogonal",
    use: "the weights that end a transformer's residual branches",
    reference: "GPT-NeoX, scaled_orthogonal",
    elsewhere: [neox("scaled_orthogonal")],
  },
  deltaOrthogonal: {
    formula: "w_t = g Q \\text{ at the tap } t = \\lfloor (k - 1)/2 \\rfloor, \\text{ else } 0",
    law: "std g / sqrt(taps out)",
    use: "very deep convolutions without normalization",
    reference: "Xiao and others (2018)",
    elsewhere: [jax("delta_orthogonal")],
  },
  looksLinear: {
    formula: "[W; -W], \\; W = g Q",
    law: "std as orthogonal of half the size",
    use: "concatenated ReLU, or plain ReLU in mirrored pairs, without skips",
    reference: "Balduzzi and others (2017)",
  },
  identity: {
    formula: "g \\, \\delta_{ij}",
    law: "a share 1 / (longer side) is g, the rest 0",
    use: "recurrent ReLU units (IRNN), linear paths",
    reference: "Le, Jaitly and Hinton (2015)",
    elsewhere: [
      torch("eye_", { gain: 1, batched: false }),
      keras("Identity", { batched: false }),
      tfjs("identity", { batched: false }),
      haiku("Identity"),
    ],
  },
  idInit: {
    formula: "g \\text{ at row } j \\bmod n \\text{ of column } j, \\text{ else } 0",
    law: "a share 1 / n is g, the rest 0",
    use: "main weights of a residual network that starts as the identity",
    reference: "Pan and others (2025), IDI",
  },
  idInitZero: {
    formula: "\\varepsilon (x_a - x_b)",
    law: "two entries of a column are +-epsilon, the rest 0",
    use: "the end of a residual branch, so that it starts near 0 and still learns",
    reference: "Pan and others (2025), IDIZ",
  },
  dirac: {
    formula: "\\delta_{c c'} \\text{ at the tap } \\lfloor k/2 \\rfloor, \\text{ else } 0",
    law: "ones and zeros",
    use: "convolutions that start as the identity",
    reference: "PyTorch, dirac_; Zagoruyko and Komodakis (2017)",
    elsewhere: [torch("dirac_")],
  },
  zerO: {
    formula:
      "\\delta_{ij} \\text{ where } m \\le n, \\text{ else } (-1)^{\\mathrm{bits}(i \\wedge j)} / \\sqrt{p}",
    law: "fixed; p the power of two from m up",
    use: "training without any randomness, residual networks",
    reference: "Zhao, Schäfer and Anandkumar (2022), algorithms 1 and 2",
    elsewhere: [of("ZerO")("ZerO_Init_on_matrix")],
  },
  sparse: {
    formula: "N(0, \\sigma^2), \\; \\lceil s n \\rceil \\text{ zeros in each column}",
    law: "normal and zeros, variance sigma^2 (1 - zeros / n)",
    use: "wide layers whose units shall differ, recurrent networks",
    reference: "Martens (2010)",
    elsewhere: [torch("sparse_")],
    beware: "PyTorch's weights are (out, in): a column, and its zeros, are those of an input",
  },
  icnr: {
    formula: "w_{o} = v_{\\lfloor o / r^2 \\rfloor}, \\; \\mathrm{Var}\\, v = s/n",
    law: "copies of varianceScaling's entries",
    use: "the convolution before a pixel shuffle",
    reference: "Aitken and others (2017)",
    elsewhere: [
      of("fastai")("icnr_init", {
        order: "pixelShuffle",
        scale: 2,
        mode: "fanIn",
        distribution: "normal",
      }),
    ],
  },
  mimeticQueryKey: {
    formula: "W_Q W_K^T \\approx a Z + b I \\text{ of rank } k",
    law: "mean 0, std of the large-width limit",
    use: "attention of vision transformers on small data",
    reference: "Trockman and Kolter (2023)",
  },
  mimeticValueOutput: {
    formula: "W_V W_O = a Z + b I",
    law: "mean 0, std of the large-width limit",
    use: "as mimeticQueryKey; b < 0 for vision, b > 0 for language",
    reference: "Trockman and Kolter (2023)",
  },
  focalPrior: {
    formula: "-\\ln\\left((1 - \\pi)/\\pi\\right)",
    law: "constant",
    use: "the output bias of a classifier of rare things",
    reference: "Lin and others (2017)",
    elsewhere: [of("torchvision")("RetinaNet", { prior: 0.01 })],
  },
  forgetGate: {
    formula: "b_f = v, \\text{ else } 0",
    law: "a quarter is v, the rest 0",
    use: "biases of an LSTM",
    reference: "Jozefowicz, Zaremba and Sutskever (2015)",
    elsewhere: [keras("LSTM(unit_forget_bias=True)", { value: 1, gates: "ifgo" })],
  },
  paddedNormal: {
    formula: "N(0, \\sigma^2), \\; 0 \\text{ in one row}",
    law: "normal and zeros, variance sigma^2 (1 - 1 / rows)",
    use: "embeddings with a row for padding",
    reference: "PyTorch, Embedding",
    elsewhere: [torch("nn.Embedding(padding_idx)", { std: 1 })],
  },
  chrono: {
    formula: "b_f = \\ln U(1, T - 1), \\; b_i = -b_f",
    law: "logarithm of a uniform, its opposite, and zeros",
    use: "biases of an LSTM that must remember up to T steps",
    reference: "Tallec and Ollivier (2018)",
  },
};
