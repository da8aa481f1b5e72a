/** The course's font: Arial's widths are the same on every system (Liberation Sans and Helvetica share them). */
export const fontFamily = "Arial, Helvetica, 'Liberation Sans', sans-serif";

const widths: readonly [RegExp, number][] = [
  [/[ijl'|]/, 0.23],
  [/[\s.,:;!ftI[\]()/\\·]/, 0.28],
  [/[r\-"`*°]/, 0.35],
  [/[mMW%@—…]/, 0.9],
  [/[wA-Z&→←↑↓=+<>×≤≥≈−–]/, 0.68],
  [/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ₀₁₂₃₄₅₆₇₈₉]/, 0.4],
];

/** The width of a line of text in pixels, rounded up a little so that bold text fits too. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) {
    width += widths.find(([pattern]) => pattern.test(character))?.[1] ?? 0.556;
  }
  return width * fontSize * 1.06;
}

/** Breaks text at spaces into lines no wider than `width` pixels. */
export function wrapText(text: string, fontSize: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ";
const subscripts = "₀₁₂₃₄₅₆₇₈₉";

/** An integer in superscript characters: superscript(-12) = "⁻¹²". */
export function superscript(value: number): string {
  return String(value).replaceAll("-", "⁻").replaceAll(
    /\d/g,
    (digit) => superscripts[Number(digit)],
  );
}

/** Splits text into runs of plain, raised and lowered characters, the latter two as plain digits. */
export function scriptRuns(text: string): { text: string; shift: -1 | 0 | 1 }[] {
  const runs: { text: string; shift: -1 | 0 | 1 }[] = [];
  for (const character of text) {
    const up = superscripts.indexOf(character);
    const down = subscripts.indexOf(character);
    const shift = up >= 0 ? 1 : down >= 0 ? -1 : 0;
    const plain = up >= 0 ? "0123456789−+n"[up] : down >= 0 ? String(down) : character;
    const last = runs.at(-1);
    if (last?.shift === shift) last.text += plain;
    else runs.push({ text: plain, shift });
  }
  return runs;
}
