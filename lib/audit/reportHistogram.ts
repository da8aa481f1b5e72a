import type { AuditRow } from "./audit.ts";
import { short } from "./finding.ts";
import { cdfOf, isIndependent } from "./fit.ts";

const WIDTH = 320, HEIGHT = 110, FLOOR = 90;

/** What the number at either end may take. */
const CLEAR = 48;

/** A tensor's bins as an inline SVG, with the share of each bin that a law gives as a dashed line. */
export function histogramSvg({ name, stats, histogram, expected, fits }: AuditRow): string {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return "<p>No finite entry.</p>";
  const { min, max } = stats;
  if (min === max) return `<p>Every entry is ${short(min)}.</p>`;
  const drawn = expected ?? fits[0];
  const wanted = drawn && isIndependent(drawn.law)
    ? sharesOf(drawn.law, min, max, histogram.length)
    : [];
  const shares = histogram.map((count) => count / total);
  // A law far narrower than the bars may rise above the picture; the bars must stay readable.
  const top = Math.max(...shares, Math.min(Math.max(...wanted, 0), 3 * Math.max(...shares)));
  const step = WIDTH / histogram.length;
  const y = (share: number) => tenth(FLOOR - Math.min(1, share / top) * (FLOOR - 4));
  const bars = shares.map((share, i) =>
    share > 0 ? `M${tenth(i * step)} ${FLOOR}V${y(share)}h${tenth(step - 0.6)}V${FLOOR}z` : ""
  );
  const line = wanted.map((share, i) =>
    `${i === 0 ? "M" : "L"}${tenth((i + 0.5) * step)} ${y(share)}`
  );
  const against = wanted.length > 0 ? `, against ${drawn.name} as a dashed line` : "";
  const label = `Histogram of ${name}, from ${short(min)} to ${short(max)}, std ${
    short(stats.std)
  }${against}`;
  const origin = tenth(-min / (max - min) * WIDTH);
  const zero = origin > CLEAR && origin < WIDTH - CLEAR
    ? `<text x="${origin}" y="105" text-anchor="middle">0</text>`
    : "";
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}">` +
    `<path class="bars" d="${bars.join("")}"/>` +
    (line.length > 0 ? `<path class="law" d="${line.join("")}"/>` : "") +
    `<path class="axis" d="M0 ${FLOOR}H${WIDTH}"/>` +
    `<text x="0" y="105">${short(min)}</text>${zero}` +
    `<text x="${WIDTH}" y="105" text-anchor="end">${short(max)}</text></svg>`;
}

/** How much of a law lies in each of equal bins. */
function sharesOf(
  law: Parameters<typeof cdfOf>[0],
  min: number,
  max: number,
  bins: number,
): number[] {
  const cdf = cdfOf(law), at = (i: number) => cdf(min + (max - min) * i / bins);
  return Array.from({ length: bins }, (_, i) => at(i + 1) - at(i));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text that a file may hold, as it may stand in HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
