import * as Plot from "@observablehq/plot";

/** The values of one series as they reach the axes. */
export interface DrawnSeries {
  readonly name: string;
  readonly x?: readonly number[];
  readonly y?: readonly number[];
}

interface Details {
  /** The values of the columns that tell panels apart, in the order in which they should stand. */
  readonly panels?: { readonly fx?: readonly unknown[]; readonly fy?: readonly unknown[] };
  /** Plot options that suit the mark; the figure's own options stand above them. */
  readonly defaults?: Omit<Plot.PlotOptions, "aspectRatio"> & { readonly aspectRatio?: number };
  readonly series?: readonly DrawnSeries[];
}

const details: unique symbol = Symbol("details");
type Composite = Plot.Markish[] & { [details]?: Details };

/** Several Plot marks as one, with what figure() should know about them. */
export function composite(marks: Plot.Markish[], known: Details = {}): Plot.Markish {
  const result: Composite = marks;
  result[details] = known;
  return result as unknown as Plot.Markish;
}

function detailsOf(marks: Plot.Markish | undefined): Details[] {
  if (!Array.isArray(marks)) return [];
  const own = (marks as Composite)[details];
  return [...(own ? [own] : []), ...marks.flatMap((mark) => detailsOf(mark))];
}

const isScale = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The options that the marks suggest, with the figure's own options above them, scale by scale. */
export function withMarkDefaults<Options extends Plot.PlotOptions>(options: Options): Options {
  const known = detailsOf(options.marks);
  const merged: Record<string, unknown> = {};
  for (const facet of ["fx", "fy"] as const) {
    const domain = [...new Set(known.flatMap(({ panels }) => panels?.[facet] ?? []))];
    if (domain.length > 0) merged[facet] = { domain };
  }
  for (const part of [...known.map(({ defaults }) => defaults ?? {}), options]) {
    for (const [key, value] of Object.entries(part)) {
      const earlier = merged[key];
      merged[key] = isScale(value) && isScale(earlier) ? { ...earlier as object, ...value } : value;
    }
  }
  const { fx, fy, marks } = merged as Plot.PlotOptions;
  if (fy?.domain === undefined) return merged as Options;
  const names = rowNames([...fy.domain], [...fx?.domain ?? []]);
  return {
    ...merged,
    fy: { axis: null, padding: 0.25, ...fy },
    marks: [...marks ?? [], names],
  } as unknown as Options;
}

const count = (values: readonly number[], test: (value: number) => boolean) =>
  values.filter(test).length;

/** A sentence on the values that the axes cannot show, or undefined where all are drawn. */
export function notDrawn(options: Plot.PlotOptions): string | undefined {
  const parts = detailsOf(options.marks).flatMap(({ series = [] }) =>
    series.flatMap((one) =>
      (["x", "y"] as const).flatMap((axis) => {
        const values = one[axis] ?? [];
        const share = (n: number, what: string) =>
          n === values.length
            ? `no value is ${what}`
            : `${n} of ${values.length} values are not ${what}`;
        const broken = count(values, (value) => !Number.isFinite(value));
        const low = options[axis]?.type === "log"
          ? count(values, (value) => value <= 0 && Number.isFinite(value))
          : 0;
        return [
          ...(broken > 0 ? [`${one.name} (${share(broken, "finite")})`] : []),
          ...(low > 0 ? [`${one.name} (${share(low, "above 0")})`] : []),
        ];
      })
    )
  );
  return parts.length > 0 ? `Not drawn: ${parts.join(", ")}.` : undefined;
}

// Rows of panels are named above their left corners: right of them stand the names of the lines.
function rowNames(fy: readonly unknown[], fx: readonly unknown[]): Plot.Markish {
  return Plot.text(fy, {
    fy: (name: unknown) => name,
    fx: fx.length > 0 ? () => fx[0] : undefined,
    text: (name: unknown) => String(name),
    frameAnchor: "top-left",
    dy: -14,
    fontWeight: 600,
  });
}

/** Whether the marks draw small multiples. */
export function hasPanels({ fx, fy }: Plot.PlotOptions): boolean {
  return fx?.domain !== undefined || fy?.domain !== undefined;
}

/** Whether every x is known and a whole number, as layers and steps are. */
export function hasWholeX(options: Plot.PlotOptions): boolean {
  const xs = detailsOf(options.marks).flatMap(({ series = [] }) => series.map(({ x }) => x));
  return xs.length > 0 &&
    xs.every((values) => values !== undefined && values.every(Number.isInteger));
}
