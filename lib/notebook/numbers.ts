import { superscript } from "../figures/text.ts";

function parts(value: number, digits: number): { digits: string; exponent?: number } {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return { digits: String(value) };
  if (size >= 1e-3 && size < 1e6) {
    return {
      digits: String(Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size)))))),
    };
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return { digits: String(Number(mantissa)), exponent: Number(exponent) };
}

/** A number for reading: four significant digits (or as many as asked for), whole numbers below a million in full, 1.5×10⁻⁹ for the very small and large. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return Object.is(value, -0) ? "−0" : "0";
  const { digits: shown, exponent } = parts(value, digits);
  const text = shown.replace("-", "−").replace(
    /^(−?\d+)/,
    (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","),
  );
  if (exponent === undefined) return text;
  const power = `10${superscript(exponent)}`;
  return text === "1" ? power : text === "−1" ? `−${power}` : `${text}×${power}`;
}

/** A number for LaTeX, as formatNumber() writes it. */
export function texNumber(value: number): string {
  if (Number.isNaN(value)) return "\\mathrm{NaN}";
  if (!Number.isFinite(value)) return value > 0 ? "\\infty" : "-\\infty";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const { digits, exponent } = parts(value, 4);
  const grouped = digits.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "{,}"));
  if (exponent === undefined) return grouped;
  const power = `10^{${exponent}}`;
  return grouped === "1" ? power : grouped === "-1" ? `-${power}` : `${grouped} \\times ${power}`;
}
