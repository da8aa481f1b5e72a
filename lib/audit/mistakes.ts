import type { Fans } from "../initializers/fans.ts";
import type { Law } from "../initializers/initializer.ts";
import { truncatedStd } from "../tensor/truncation.ts";
import { FRAMEWORK_DEFAULT, frameworkDefault, lawWith } from "./catalogue.ts";
import { type FindingKind, short } from "./finding.ts";

/** The law a tensor should have, and what is known of where it comes from. */
export interface Expected {
  /** As a message names it: "heNormal". */
  readonly name: string;
  readonly law: Law;
  readonly fans: Fans | undefined;
  /** The product of the kernel's sizes. */
  readonly taps: number;
  /** The gains that the rule multiplies the std by. */
  readonly gains: readonly number[];
  /** L, where the tensor is in one of L blocks. */
  readonly blocks?: number;
  /** The law for other fans, where the rule is known. */
  readonly withFans: ((fans: Fans) => Law) | undefined;
}

/** The law that a tensor has where a known mistake was made. */
export interface Mistake {
  readonly kind: FindingKind;
  readonly law: Law;
  readonly because: string;
  readonly fix: string;
}

/** Another std, and how it comes about. */
type Slip = Omit<Mistake, "law"> & { readonly std: number };

const FORMS = ["normal", "uniform", "truncatedNormal"] as const;

/** Every known mistake's law for an expectation of independent entries, in the order in which a tie is told. */
export function mistakesOf(expected: Expected): Mistake[] {
  const { law, fans } = expected;
  const mistakes: Mistake[] = [];
  for (const { std, ...slip } of slipsOf(expected)) {
    if (Math.abs(std / law.std - 1) < 1e-9) continue;
    mistakes.push({ ...slip, law: scaledTo(law, std) });
    for (const form of FORMS.filter((form) => form !== law.distribution)) {
      const because = `${slip.because}, and the entries are ${inWords(form)}, not ${
        inWords(law.distribution)
      }`;
      mistakes.push({ ...slip, because, law: lawWith(form, law.mean, std) });
    }
  }
  if (fans) {
    mistakes.push({
      kind: "frameworkDefault",
      law: frameworkDefault(fans),
      because: `it is ${FRAMEWORK_DEFAULT}: the layer was never initialized`,
      fix: "check that the rule that selects this parameter's name or layer matches",
    });
  }
  mistakes.push({
    kind: "stdAsMean",
    law: lawWith("normal", law.std, 1),
    because: "the std was passed as the mean, and the std left at its default of 1",
    fix: "name the argument: normal({ std }), or std= in PyTorch",
  });
  return [...mistakes, ...formsOf(law)];
}

/** Right std, wrong distribution; and cuts that were not, or wrongly, corrected for. */
function formsOf(law: Law): Mistake[] {
  const other = FORMS.filter((form) => form !== law.distribution).map((form): Mistake => ({
    kind: "wrongDistribution",
    law: lawWith(form, law.mean, law.std),
    because: `the entries are ${inWords(form)}, not ${inWords(law.distribution)}`,
    fix: 'use the other kind (in Keras and JAX "normal" often means truncated)',
  }));
  const shrink = truncatedStd(2);
  const cut: Mistake[] = [{
    kind: "correctionMissing",
    law: lawWith("truncatedNormal", law.mean, law.std * shrink),
    because: `a normal law was cut at two stds and not divided by ${short(shrink)}`,
    fix: `divide the std before the cut by ${short(shrink)}: truncatedNormal({ std })`,
  }];
  const divided = `divided by ${short(shrink)}`;
  if (law.distribution === "truncatedNormal") {
    cut.push({
      kind: "correctionUnexpected",
      law: lawWith("truncatedNormal", law.mean, law.std / shrink),
      because: `the std before the cut was ${divided} once too often`,
      fix: `leave out one division by ${short(shrink)}`,
    }, {
      kind: "correctionTwice",
      law: lawWith("truncatedNormal", law.mean, law.std / shrink ** 2),
      because: `the std before the cut was ${divided} twice too often`,
      fix: `leave out both divisions by ${short(shrink)}`,
    });
  }
  if (law.distribution === "normal") {
    cut.push({
      kind: "correctionUnexpected",
      law: lawWith("normal", law.mean, law.std / shrink),
      because: `the std was ${divided} as for a cut law, and nothing was cut`,
      fix: `leave out the division by ${short(shrink)}`,
    }, {
      kind: "correctionTwice",
      law: lawWith("truncatedNormal", law.mean, law.std / shrink),
      because: `a normal law was cut at two stds, and its std ${divided} twice`,
      fix: `divide by ${short(shrink)} once: truncatedNormal({ std })`,
    });
  }
  return [...cut, ...other];
}

function slipsOf({ law, fans, taps, gains, withFans, blocks = 1 }: Expected): Slip[] {
  const { std } = law, slips: Slip[] = [];
  for (const gain of gains) {
    slips.push({
      kind: "gainMissing",
      std: std / gain,
      because: `the gain ${root(gain)} is missing`,
      fix: `multiply the std by ${root(gain)}`,
    });
  }
  if (fans) {
    const swapped = { fanIn: fans.fanOut, fanOut: fans.fanIn };
    const ratio = Math.sqrt(fans.fanIn / fans.fanOut);
    const stds = withFans ? [withFans(swapped).std] : [std * ratio, std / ratio];
    for (const std of stds) {
      slips.push({
        kind: "fansSwapped",
        std,
        because: `fanIn ${fans.fanIn} and fanOut ${fans.fanOut} are swapped`,
        fix: "say the weight's layout, or its fans, or use the other mode",
      });
    }
    if (taps > 1) {
      const narrow = { fanIn: fans.fanIn / taps, fanOut: fans.fanOut / taps };
      slips.push({
        kind: "receptiveFieldForgotten",
        std: withFans ? withFans(narrow).std : std * Math.sqrt(taps),
        because: `the ${taps} taps of the kernel are not counted in the fans`,
        fix: `multiply the fans by ${taps}, the product of the kernel's sizes`,
      });
    }
  }
  if (blocks > 1) {
    const depth = Math.sqrt(2 * blocks), told = `sqrt(2 L) of L = ${blocks} blocks`;
    slips.push({
      kind: "depthScaleMissing",
      std: std * depth,
      because: `it was not divided by ${told}, as the end of a residual branch is`,
      fix: "check that the rule for the ends of branches, such as c_proj, matches its name",
    }, {
      kind: "depthScaleUnexpected",
      std: std / depth,
      because: `it was divided by ${told}, as only the end of a residual branch is`,
      fix: "check that the rule for the ends of branches matches no other name",
    });
  }
  slips.push(
    {
      kind: "boundAsStd",
      std: std * Math.sqrt(3),
      because: "a uniform law's bound was used as a std, which is sqrt(3) too large",
      fix: "divide by sqrt(3)",
    },
    {
      kind: "stdAsBound",
      std: std / Math.sqrt(3),
      because: "the std was used as a uniform law's bound, which is sqrt(3) too small",
      fix: "multiply the bound by sqrt(3)",
    },
    {
      kind: "varianceAsStd",
      std: std * std,
      because: "the variance was used as the std",
      fix: "take the square root of the variance",
    },
    {
      kind: "stdAsVariance",
      std: Math.sqrt(std),
      because: "the std was used as a variance",
      fix: "do not take the square root of a std",
    },
    {
      kind: "gainUnexpected",
      std: std * Math.SQRT2,
      because: `a gain of ${root(Math.SQRT2)} was applied that is not expected`,
      fix: `divide the std by ${root(Math.SQRT2)}, or expect He's law`,
    },
  );
  return slips;
}

/** The same law with another std, cut at as many stds. */
function scaledTo(law: Law, std: number): Law {
  const { distribution, mean } = law, factor = std / law.std;
  const low = mean + (law.low - mean) * factor, high = mean + (law.high - mean) * factor;
  return { distribution, mean, std, low, high };
}

function root(gain: number): string {
  return Math.abs(gain - Math.SQRT2) < 1e-9 ? "sqrt(2)" : short(gain);
}

function inWords(distribution: Law["distribution"]): string {
  return distribution === "truncatedNormal" ? "normal with both tails cut" : distribution;
}
