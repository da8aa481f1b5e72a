import type { AuditRow } from "./audit.ts";
import { counted, type Finding, grouped, percent, SEVERITIES, short, tally } from "./finding.ts";
import { findingGroups } from "./findingGroups.ts";
import { overviewOf } from "./overview.ts";
import { escaped, histogramSvg } from "./reportHistogram.ts";
import { PAGE_STYLE } from "./reportStyle.ts";
import { array, onlyOptions, text } from "../tensor/arguments.ts";

/**
 * One self-contained HTML page of an audit: findings first, then each tensor's histogram against its law.
 *
 * It needs no script and no network, reads on a phone, and follows the reader's light or dark theme. Bars are measured, the
 * dashed line is the expected law, or else the likeliest that fits.
 *
 * @example
 * ```ts
 * import { audit, auditReport, heNormal, lecunNormal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = audit({ w1: lecunNormal()([64, 32], rng("example")) }, { against: () => heNormal() });
 * expect(auditReport(rows, { title: "A small model" })).toContain("the gain sqrt(2) is missing");
 * ```
 */
export function auditReport(rows: readonly AuditRow[], options: { title: string }): string {
  array("rows", rows);
  onlyOptions("auditReport", options, ["title"]);
  const title = escaped(text("title", options.title));
  const places = new Map(rows.map((row, i) => [row, i]));
  const linkOf = (row: AuditRow) => `<a href="#t${places.get(row)}">${nameOf(row)}</a>`;
  const items = findingGroups(rows).map(({ finding, rows: [row, ...more] }) => {
    const all = [row, ...more].map((one) => `<li>${linkOf(one)}</li>`).join("");
    return more.length === 0
      ? `<li>${linkOf(row)}${findingOf(finding)}</li>`
      : `<li>${counted(more.length + 1, "tensor")}, such as ${linkOf(row)}${findingOf(finding)}` +
        `<details><summary>All ${more.length + 1}</summary><ul>${all}</ul></details></li>`;
  });
  const overview = overviewOf(rows);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: audit</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header><h1>${breakable(options.title)}</h1><p>${summaryOf(rows)}</p>${
    overview && `<p>${overview}.</p>`
  }</header>
<main>
<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${items.length > 0 ? `<ul class="findings">\n${items.join("\n")}\n</ul>` : "<p>None.</p>"}
</section>
<section aria-labelledby="tensors">
<h2 id="tensors">Tensors</h2>
<p class="key">Bars: what was measured. Dashed line: the expected law, or else the likeliest one that fits.
Edge: what the largest singular value of independent entries is near.</p>
<div class="tensors">
${rows.map(tensorOf).join("\n")}
</div>
</section>
</main>
</body>
</html>
`;
}

function summaryOf(rows: readonly AuditRow[]): string {
  const entries = rows.reduce((sum, { stats }) => sum + stats.count, 0);
  const expected = rows.filter((row) => row.expected).length;
  return `${counted(rows.length, "tensor")}, ${grouped(entries)} entries, ${expected} with ` +
    `an expected law: ${tally(rows.flatMap(({ findings }) => findings))}.`;
}

function findingOf({ severity, says, fix }: Finding): string {
  return `<p><b class="${severity}">${severity}:</b> ${escaped(says)}.</p>` +
    `<p class="fix">To do: ${escaped(fix)}.</p>`;
}

function tensorOf(row: AuditRow, i: number): string {
  const { shape, stats, spectrum, expected, fits, findings } = row;
  const facts: [string, string][] = [
    ["expected", expected ? `${expected.name}, std ${short(expected.law.std)}` : "nothing said"],
    ["fits", fits.slice(0, 2).map(({ name }) => name).join("; ") || "no law that is known"],
  ];
  if (stats.min !== stats.max) { // of a constant all is said
    facts.push(
      ["mean", short(stats.mean)],
      ["std", short(stats.std)],
      ["kurtosis", Number.isNaN(stats.kurtosis) ? "none" : short(stats.kurtosis)],
      ["zeros", percent(stats.zeros)],
    );
  }
  if (spectrum) {
    facts.push(
      ["largest singular value", `${short(spectrum.top)} (edge ${short(spectrum.edge)})`],
      [
        "effective rank",
        `${short(spectrum.effectiveRank)} of ${Math.min(spectrum.rows, spectrum.columns)}`,
      ],
    );
  }
  const worst = SEVERITIES.find((severity) =>
    findings.some((finding) => finding.severity === severity)
  );
  const items = facts.map(([what, value]) =>
    `<div><dt>${what}</dt><dd>${escaped(value)}</dd></div>`
  );
  return `<article id="t${i}"${worst ? ` class="${worst}"` : ""}>
<h3>${nameOf(row)}</h3>
<p class="shape">(${shape.join(", ")}), ${grouped(stats.count)} ${
    stats.count === 1 ? "entry" : "entries"
  }</p>
${histogramSvg(row)}
${findings.map(findingOf).join("\n")}
<dl>${items.join("")}</dl>
</article>`;
}

function nameOf({ name }: AuditRow): string {
  return `<code>${breakable(name)}</code>`;
}

/** A name that may break at its dots, so that long ones fit a phone. */
function breakable(name: string): string {
  return escaped(name).replace(/[._/]/g, "$&<wbr>");
}
