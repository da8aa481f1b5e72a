import {
  completeP,
  depthMup,
  edgeOfChaos,
  fixup,
  gpt,
  isometry,
  layerScale,
  mimetic,
  mup,
  nanoGpt,
  pytorchDefault,
  reZero,
  rng,
  skipInit,
  spectral,
  uMup,
  unitScaling,
  zeroProjections,
} from "../lib/mod.ts";
import { type SchemeEntry, SHAPE } from "./schemeEntry.ts";

const narrow = (blocks: number) => gpt({ ...SHAPE, width: 192, heads: 3, blocks, tiedHead: false });

/** Schemes that silence branches, or that follow depth and width; and what happens when nobody chooses. */
export const SCALING: Readonly<Record<string, SchemeEntry>> = {
  fixup: {
    scheme: fixup(),
    formula: "\\sqrt{2/m} \\times (2L)^{-1/(2w-2)}, w \\text{ weights a branch; ends and head } 0",
    use: "residual networks without normalization",
    reference: "Zhang, Dauphin and Ma (2019)",
  },
  zeroProjections: {
    scheme: zeroProjections(nanoGpt()),
    formula: "\\text{ends of branches } 0",
    use: "any pre-LN model: each block starts as nothing",
    reference: "Goyal et al. (2017); Zhang, Dauphin and Ma (2019)",
  },
  skipInit: {
    scheme: skipInit(nanoGpt()),
    formula: "x + g f(x), g = 0",
    use: "networks without normalization, one gate a branch",
    reference: "De and Smith (2020)",
    needs: { gates: true },
  },
  reZero: {
    scheme: reZero(nanoGpt()),
    formula: "x + g f(x), g = 0",
    use: "as skipInit",
    reference: "Bachlechner et al. (2020)",
    needs: { gates: true },
  },
  layerScale: {
    scheme: layerScale(nanoGpt()),
    formula: "x + g \\odot f(x), g = 0.1, 10^{-5} \\text{ or } 10^{-6} \\text{ by depth}",
    use: "deep vision transformers, one gate a channel",
    reference: "Touvron et al. (2021)",
    needs: { gates: true },
  },
  mimetic: {
    scheme: mimetic({ rng: rng("catalogue"), otherwise: nanoGpt() }),
    formula: "W_Q W_K^T \\approx 0.7 Z + 0.7 I, \\; W_V W_O = 0.4 Z - 0.4 I",
    use: "vision transformers on small data",
    reference: "Trockman and Kolter (2023)",
  },
  isometry: {
    scheme: isometry(),
    formula: "g Q, \\; Q^T Q = I \\text{ or } Q Q^T = I \\; (g = 1)",
    use: "deep plain networks, convolutions too, by their middle tap",
    reference: "Saxe et al. (2014); Pennington et al. (2017); Xiao et al. (2018)",
  },
  edgeOfChaos: {
    scheme: edgeOfChaos({ biasVariance: 0.05 }),
    formula:
      "\\sigma_w/\\sqrt{n}, \\text{ biases } \\sigma_b, \\; \\sigma_w^2 E f'(z)^2 = 1 \\text{ at } E z^2 = \\sigma_w^2 E f(z)^2 + \\sigma_b^2",
    use: "very deep mlps and cnns without norms or skips; not a gpt",
    reference: "Poole et al. (2016); Schoenholz et al. (2017); Xiao et al. (2018)",
    needs: "mlp",
  },
  spectral: {
    scheme: spectral(),
    formula: "\\min(1, \\sqrt{m/n})/\\sqrt{n}",
    use: "features that are learned at any width",
    reference: "Yang, Simon and Bernstein (2023)",
  },
  mup: {
    scheme: mup({ base: narrow(12), scheme: nanoGpt() }),
    formula:
      "\\sigma/\\sqrt{n/n_0}, \\text{ head } \\times n_0/n, \\text{ scores } 1/k \\text{ (here } d_0 = 192)",
    use: "settings tuned on a narrow model, kept for a wide one",
    reference: "Yang et al. (2022); microsoft/mup",
  },
  depthMup: {
    scheme: depthMup({ base: narrow(3), scheme: nanoGpt() }),
    formula: "\\text{as mup, branches } \\sqrt{L_0/L} \\text{ (here } L_0 = 3)",
    use: "and for a deeper one",
    reference: "Yang, Yu, Zhu and Hayou (2023)",
  },
  completeP: {
    scheme: completeP({ base: narrow(3), scheme: nanoGpt() }),
    formula: "\\text{as mup, branches } L_0/L",
    use: "as depthMup, with every layer learning features",
    reference: "Dey et al. (2025)",
  },
  unitScaling: {
    scheme: unitScaling(),
    formula: "1, \\times 1/\\sqrt{n} \\text{ in use}",
    use: "low-precision training",
    reference: "Blake, Orr and Luschi (2023)",
  },
  uMup: {
    scheme: uMup({ positions: 1024 }),
    formula: "1, \\times 1/\\sqrt{n} \\text{ in use, head } 1/n, \\text{ branches } 1/\\sqrt{L}",
    use: "muP in low precision",
    reference: "Blake et al. (2024); graphcore-research/unit-scaling",
  },
  pytorchDefault: {
    scheme: pytorchDefault(),
    formula: "U(\\pm 1/\\sqrt{n}), \\text{ embeddings } N(0, 1)",
    use: "to see what happens when nobody chooses",
    reference: "torch 2.13",
  },
};
