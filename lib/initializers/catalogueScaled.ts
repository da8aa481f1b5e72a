/** The rows of the table for entries that are independent of each other. */
import { type CatalogueEntry, haiku, jax, keras, neox, of, tfjs, torch } from "./catalogueEntry.ts";

const ONE_FAN = ["fanIn", "fanOut"] as const;
const CUT_DEFAULT = { truncated: true, mode: "fanIn" } as const;
const NORMAL_FAN = { truncated: false, mode: ONE_FAN } as const;
const PARENT = { std: undefined, cut: 2 } as const;

export const SCALED: Readonly<Record<string, CatalogueEntry>> = {
  zeros: {
    formula: "0",
    law: "constant",
    use: "biases; the last layer of a residual branch",
    reference: "none needed",
    elsewhere: [torch("zeros_"), jax("zeros"), keras("Zeros"), tfjs("zeros")],
  },
  ones: {
    formula: "1",
    law: "constant",
    use: "gains of normalizations",
    reference: "none needed",
    elsewhere: [torch("ones_"), jax("ones"), keras("Ones"), tfjs("ones")],
  },
  constant: {
    formula: "v",
    law: "constant",
    use: "gates and temperatures",
    reference: "none needed",
    elsewhere: [
      torch("constant_"),
      jax("constant"),
      keras("Constant"),
      tfjs("constant"),
      haiku("Constant"),
    ],
  },
  normal: {
    formula: "N(\\mu, \\sigma^2)",
    law: "normal",
    use: "embeddings, and models with a published std",
    reference: "none needed",
    elsewhere: [
      torch("normal_"),
      jax("normal", { mean: 0 }),
      keras("RandomNormal"),
      tfjs("randomNormal"),
      haiku("RandomNormal"),
    ],
  },
  uniform: {
    formula: "U[l, h)",
    law: "uniform, variance (h - l)^2 / 12",
    use: "a range that is known",
    reference: "none needed",
    elsewhere: [
      torch("uniform_"),
      jax("uniform", { low: 0 }),
      keras("RandomUniform"),
      tfjs("randomUniform"),
      haiku("RandomUniform"),
    ],
    beware: "JAX's uniform(scale) is [0, scale), not symmetric",
  },
  truncatedNormal: {
    formula: "N(\\mu, \\sigma_p^2) \\text{ given } \\lvert w - \\mu \\rvert \\le c \\sigma_p",
    law: "cut normal, std 0.8796 of its parent's at c = 2",
    use: "vision transformers, embeddings",
    reference: "none needed",
    elsewhere: [
      torch("trunc_normal_", { std: undefined, cut: undefined }),
      jax("truncated_normal", PARENT),
      keras("TruncatedNormal", PARENT),
      tfjs("truncatedNormal", PARENT),
      haiku("TruncatedNormal", PARENT),
    ],
    beware: "PyTorch's bounds are absolute: std 0.02 with -2 and 2 cuts nothing",
  },
  varianceScaling: {
    formula: "\\mathrm{Var}\\, w = s / k, \\; k \\in \\{n, m, (n + m)/2, \\sqrt{n m}\\}",
    law: "normal, cut normal or uniform",
    use: "any of the named rules with another factor",
    reference: "JAX's variance_scaling",
    elsewhere: [
      jax("variance_scaling"),
      keras("VarianceScaling", { mode: ["fanIn", "fanOut", "fanAvg"] }),
      haiku("VarianceScaling", { mode: ["fanIn", "fanOut", "fanAvg"] }),
      tfjs("varianceScaling", { distribution: "uniform", mode: ["fanIn", "fanOut", "fanAvg"] }),
    ],
    beware: "Keras' \"normal\" is the cut one, tfjs' is cut and 12 % too narrow",
  },
  complexVarianceScaling: {
    formula:
      "\\mathrm{E} \\lvert z \\rvert^2 = s / k, \\; z = (w_0, w_1) \\text{ on a last axis of } 2",
    law: "each part normal or that of a disc, variance s / (2 k)",
    use: "complex weights; 2 / n for ReLUs of both parts, 2 / (n + m) else",
    reference: "Trabelsi and others (2018), section 3.6",
    elsewhere: [
      jax("variance_scaling(dtype=complex64)", { distribution: ["normal", "uniform"] }),
    ],
    beware: "JAX's truncated_normal of a complex dtype has 1.87 % too much variance",
  },
  lecunNormal: {
    formula: "N(0, 1/n)",
    law: "normal",
    use: "linear layers, SELU, tanh near 0",
    reference: "LeCun, Bottou, Orr and Müller (1998), section 4.6",
    elsewhere: [
      torch('kaiming_normal_(nonlinearity="linear")', NORMAL_FAN),
      jax("lecun_normal", CUT_DEFAULT),
      keras("LecunNormal", CUT_DEFAULT),
      of("timm")("lecun_normal_", CUT_DEFAULT),
      haiku("VarianceScaling()", CUT_DEFAULT),
    ],
    beware:
      "tfjs' leCunNormal and the default of Haiku's layers are 12 % too narrow, OLMo's fan_in 1.3 % (cut at 3)",
  },
  lecunUniform: {
    formula: "U\\left(\\pm\\sqrt{3/n}\\right)",
    law: "uniform, variance 1 / n",
    use: "as lecunNormal, with bounds",
    reference: "LeCun, Bottou, Orr and Müller (1998), section 4.6",
    elsewhere: [
      torch('kaiming_uniform_(nonlinearity="linear")', { mode: ONE_FAN }),
      jax("lecun_uniform", { mode: "fanIn" }),
      keras("LecunUniform", { mode: "fanIn" }),
      tfjs("leCunUniform", { mode: "fanIn" }),
    ],
  },
  xavierNormal: {
    formula: "N\\left(0, g^2 \\, 2/(n + m)\\right)",
    law: "normal",
    use: "tanh, and layers whose gradient matters as much as their signal",
    reference: "Glorot and Bengio (2010), equation 12",
    elsewhere: [
      torch("xavier_normal_", { truncated: false, mode: "fanAvg" }),
      jax("glorot_normal", { truncated: true, mode: "fanAvg", gain: 1 }),
      keras("GlorotNormal", { truncated: true, mode: "fanAvg", gain: 1 }),
      neox("xavier_normal", { truncated: false, mode: "fanAvg", gain: 1 }),
    ],
    beware: "tfjs' glorotNormal, its default for dense layers, is 12 % too narrow",
  },
  xavierUniform: {
    formula: "U\\left(\\pm g\\sqrt{6/(n + m)}\\right)",
    law: "uniform, variance 2 g^2 / (n + m)",
    use: "as xavierNormal, with bounds",
    reference: "Glorot and Bengio (2010), equation 16",
    elsewhere: [
      torch("xavier_uniform_", { mode: "fanAvg" }),
      jax("glorot_uniform", { mode: "fanAvg", gain: 1 }),
      keras("GlorotUniform", { mode: "fanAvg", gain: 1 }),
      tfjs("glorotUniform", { mode: "fanAvg", gain: 1 }),
      neox("xavier_uniform", { mode: "fanAvg", gain: 1 }),
      of("Caffe")("xavier", { mode: "fanIn", gain: 1 }),
    ],
    beware: "tinygrad's glorot_uniform leaves the kernel out of m",
  },
  heNormal: {
    formula: "N\\left(0, \\tfrac{2}{(1 + a^2) n}\\right)",
    law: "normal",
    use: "ReLU and its leaky kin",
    reference: "He, Zhang, Ren and Sun (2015), equations 10 and 15",
    elsewhere: [
      torch("kaiming_normal_", NORMAL_FAN),
      jax("he_normal", { ...CUT_DEFAULT, negativeSlope: 0 }),
      keras("HeNormal", { ...CUT_DEFAULT, negativeSlope: 0 }),
      of("tinygrad")("Tensor.kaiming_normal", {
        truncated: false,
        mode: "fanIn",
        negativeSlope: 0.01,
      }),
    ],
    beware: "tfjs' heNormal is 12 % too narrow",
  },
  heUniform: {
    formula: "U\\left(\\pm\\sqrt{\\tfrac{6}{(1 + a^2) n}}\\right)",
    law: "uniform, variance 2 / ((1 + a^2) n)",
    use: "as heNormal, with bounds",
    reference: "He, Zhang, Ren and Sun (2015), equations 10 and 15",
    elsewhere: [
      torch("kaiming_uniform_", { mode: ONE_FAN }),
      torch("nn.Linear, nn.Conv", { mode: "fanIn", negativeSlope: Math.sqrt(5) }),
      jax("he_uniform", { mode: "fanIn", negativeSlope: 0 }),
      keras("HeUniform", { mode: "fanIn", negativeSlope: 0 }),
      tfjs("heUniform", { mode: "fanIn", negativeSlope: 0 }),
      of("tinygrad")("Tensor.kaiming_uniform", { mode: "fanIn", negativeSlope: 0.01 }),
    ],
    beware: "the default of PyTorch's layers, a = sqrt 5, has variance 1 / (3 n), not 2 / n",
  },
  uniformScaling: {
    formula: "U\\left(\\pm f\\sqrt{3/n}\\right)",
    law: "uniform, variance f^2 / n",
    use: "models written with Sonnet, Haiku or TensorFlow 1",
    reference: "Haiku and Sonnet, UniformScaling",
    elsewhere: [
      haiku("UniformScaling"),
      of("TensorFlow 1")("uniform_unit_scaling_initializer"),
    ],
  },
  scaledUniform: {
    formula: "U(\\pm 1/\\sqrt{N}), \\; N \\text{ entries}",
    law: "uniform, variance 1 / (3 N)",
    use: "models written with tinygrad; no rule of fans",
    reference: "tinygrad, scaled_uniform",
    elsewhere: [of("tinygrad")("scaled_uniform")],
  },
  randomWalk: {
    formula: "N(0, g^2/n), \\; g = \\sqrt{2}\\, e^{1.2/(\\max(n, 6) - 2.4)} \\text{ or } e^{1/2n}",
    law: "normal",
    use: "very deep, narrow networks without normalization",
    reference: "Sussillo and Abbott (2014), section 2.3",
  },
  sirenFirst: {
    formula: "U(\\pm 1/n)",
    law: "uniform, variance 1 / (3 n^2)",
    use: "the first layer of a network of sines",
    reference: "Sitzmann and others (2020), section 3.2",
    elsewhere: [of("SIREN")("first_layer_sine_init")],
  },
  sirenHidden: {
    formula: "U\\left(\\pm\\sqrt{6/n}\\,/\\,\\omega\\right)",
    law: "uniform, variance 2 / (omega^2 n)",
    use: "later layers of a network of sines",
    reference: "Sitzmann and others (2020), supplement, section 1.5",
    elsewhere: [of("SIREN")("sine_init", { omega: 30 })],
  },
  lora: {
    formula: "A \\sim U(\\pm 1/\\sqrt{n}), \\; B = 0",
    law: "uniform, variance 1 / (3 n); constant",
    use: "low-rank updates of a trained weight",
    reference: "Hu and others (2021); loralib",
    elsewhere: [
      of("loralib")("lora_A", { part: "down" }),
      of("loralib")("lora_B", { part: "up" }),
    ],
    beware: "the paper says that A is normal; its code is uniform",
  },
};
