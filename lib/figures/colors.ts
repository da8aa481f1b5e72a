import { finite, text } from "../tensor/arguments.ts";

/** A way to initialize, or what it stands for in a figure: it keeps one colour, dash and symbol through the course. */
export type SchemeKey =
  | "zero"
  | "constant"
  | "small"
  | "large"
  | "xavier"
  | "lecun"
  | "he"
  | "orthogonal"
  | "gpt2";

/** How a series is drawn: a CSS colour, an SVG dash pattern (empty = solid) and a Plot symbol. */
export interface SeriesStyle {
  readonly color: string;
  readonly dash: string;
  readonly symbol:
    | "circle"
    | "square"
    | "diamond"
    | "triangle"
    | "triangle2"
    | "star"
    | "hexagon"
    | "wye"
    | "cross";
}

/** The colour of theory, always dashed. */
export const theoryStyle = { color: "black", dash: "6 4" } as const;

// Okabe-Ito, darkened to a contrast of 3:1 on white; vermilion more, since readers without green cones take it for
// the darkened orange. Dashes of measured lines are mostly ink, so that
// the even dashes of theory stay apart from them.
const styles: Readonly<Record<SchemeKey, SeriesStyle>> = {
  zero: { color: "#767676", dash: "1 4", symbol: "square" },
  constant: { color: "#767676", dash: "1 4 8 4", symbol: "cross" },
  small: { color: "#2B93C9", dash: "3 2.5", symbol: "triangle2" },
  large: { color: "#B84300", dash: "10 3 2 3", symbol: "triangle" },
  xavier: { color: "#0072B2", dash: "16 3", symbol: "circle" },
  lecun: { color: "#0072B2", dash: "16 3 3 3", symbol: "wye" },
  he: { color: "#C27C00", dash: "", symbol: "diamond" },
  orthogonal: { color: "#00875F", dash: "10 2.5", symbol: "star" },
  gpt2: { color: "#B5578F", dash: "10 2.5 2 2.5 2 2.5", symbol: "hexagon" },
};

/** Every scheme key, in the order in which the course meets them. */
export const schemeKeys: readonly SchemeKey[] = Object.keys(styles) as SchemeKey[];

const words: Readonly<Record<string, SchemeKey>> = {
  zero: "zero",
  zeros: "zero",
  constant: "constant",
  ones: "constant",
  small: "small",
  tiny: "small",
  large: "large",
  huge: "large",
  xavier: "xavier",
  glorot: "xavier",
  lecun: "lecun",
  he: "he",
  kaiming: "he",
  orthogonal: "orthogonal",
  gpt: "gpt2",
  gpt2: "gpt2",
};

/**
 * The scheme a display name stands for, or undefined: the first of its words that is one of zero(s), constant, ones,
 * small, tiny, large, huge, Xavier, Glorot, LeCun, He, Kaiming, orthogonal, GPT-2, in any case ("He, fan-out", "too small", "heNormal").
 *
 * @example
 * ```ts
 * import { schemeOf } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * expect(schemeOf("Xavier, uniform")).toBe("xavier");
 * expect(schemeOf("relu")).toBe(undefined);
 * ```
 */
export function schemeOf(name: string): SchemeKey | undefined {
  const plain = text("name", name).replaceAll(/LeCun/g, "lecun").replaceAll(
    /([a-z])([A-Z])/g,
    "$1 $2",
  )
    .toLowerCase();
  for (const word of plain.split(/[^a-z0-9]+/)) {
    if (Object.hasOwn(words, word)) return words[word];
  }
  return undefined;
}

function known(name: string): SeriesStyle {
  const key = schemeOf(name);
  if (key === undefined) {
    throw new RangeError(
      `Cannot find the scheme that "${name}" names: use one of ${
        schemeKeys.join(", ")
      } or a name that holds one`,
    );
  }
  return styles[key];
}

/**
 * The course's colour for a scheme, by key or display name, as a hex string.
 *
 * @throws RangeError if the name holds no scheme.
 *
 * @example
 * ```ts
 * import { colorOf } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * expect(colorOf("He")).toBe("#C27C00");
 * ```
 */
export function colorOf(name: string): string {
  return known(name).color;
}

/** The course's dash pattern for a scheme, by key or display name ("" = solid). */
export function dashOf(name: string): string {
  return known(name).dash;
}

/** The course's Plot symbol for a scheme, by key or display name. */
export function symbolOf(name: string): SeriesStyle["symbol"] {
  return known(name).symbol;
}

// Viridis from 0 to 0.58: lightness rises evenly, the lightest still has 3:1 on white.
const stops = ["#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1FA187"];

/** A colour of the sequential ramp for activations and widths, t from 0 (dark) to 1 (light). */
export function rampColor(t: number): string {
  const place = Math.min(Math.max(finite("t", t), 0), 1) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const channel = (stop: string, c: number) => parseInt(stop.slice(1 + 2 * c, 3 + 2 * c), 16);
  const hex = [0, 1, 2].map((c) => {
    const from = channel(stops[index], c);
    return Math.round(from + (channel(stops[index + 1], c) - from) * (place - index)).toString(16)
      .padStart(2, "0");
  });
  return `#${hex.join("")}`.toUpperCase();
}

const rampDashes = ["", "14 3", "6 2", "14 3 2 3", "3 2", "10 2 2 2 2 2"];
const rampSymbols: readonly SeriesStyle["symbol"][] = [
  "circle",
  "diamond",
  "triangle",
  "square",
  "star",
  "triangle2",
];

/**
 * A style for each series name: a scheme's own where the name (or `schemes`, which maps names to keys) tells one,
 * otherwise the sequential ramp in order of appearance.
 */
export function seriesStyles(
  names: readonly string[],
  schemes: Readonly<Record<string, SchemeKey>> = {},
): Map<string, SeriesStyle> {
  const keys = names.map((name) => Object.hasOwn(schemes, name) ? schemes[name] : schemeOf(name));
  const others = keys.filter((key) => key === undefined).length;
  let place = 0;
  return new Map(names.map((name, i) => {
    const key = keys[i];
    if (key !== undefined) {
      if (!Object.hasOwn(styles, key)) {
        throw new RangeError(
          `Cannot draw "${name}" as "${key}": use one of ${schemeKeys.join(", ")}`,
        );
      }
      return [name, styles[key]];
    }
    const style = {
      color: rampColor(others < 2 ? 0.4 : place / (others - 1)),
      dash: rampDashes[place % rampDashes.length],
      symbol: rampSymbols[place % rampSymbols.length],
    };
    place++;
    return [name, style];
  }));
}
