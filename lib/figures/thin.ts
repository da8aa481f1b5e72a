/** A vertex of a drawn line, in tenths of a pixel. */
type Point = readonly [x: number, y: number];

/** Longer runs than this are thinned by columns first. */
const longRun = 200;
/** Columns are this wide, in tenths of a pixel: within one, a line keeps its first, lowest, highest and last vertex. */
const columnWidth = 10;
/** A vertex nearer than this to the chord of its neighbours is dropped, in tenths of a pixel. */
const tolerance = 1.5;

function byColumns(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (let start = 0; start < points.length;) {
    const column = Math.floor(points[start][0] / columnWidth);
    let [end, low, high] = [start, start, start];
    while (end + 1 < points.length && Math.floor(points[end + 1][0] / columnWidth) === column) {
      end++;
      if (points[end][1] < points[low][1]) low = end;
      if (points[end][1] > points[high][1]) high = end;
    }
    for (const i of new Set([start, Math.min(low, high), Math.max(low, high), end])) {
      kept.push(points[i]);
    }
    start = end + 1;
  }
  return kept;
}

// How far a vertex lies from a segment, whose ends count: a spike stands beyond them, on the same line.
function offChord([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

// Ramer, Douglas and Peucker's rule, with a stack instead of recursion.
function byChords(points: readonly Point[]): Point[] {
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let [farthest, distance] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const d = offChord(points[i], points[from], points[to]);
      if (d > distance) [farthest, distance] = [i, d];
    }
    if (farthest < 0) continue;
    keep[farthest] = 1;
    spans.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => keep[i]);
}

const tenths = (n: number) => String(n / 10).replace(/^(-?)0\./, "$1.");

// Relative steps: h and v where a line runs along an axis, as the outlines of histograms do, l otherwise.
function encode(points: readonly Point[]): string {
  let path = `M${tenths(points[0][0])},${tenths(points[0][1])}`;
  if (points.length === 1) return `${path}h0`;
  let last = "";
  const add = (command: string, ...numbers: number[]) => {
    for (const [i, number] of numbers.entries()) {
      const text = tenths(number);
      const first = i === 0 && command !== last;
      path += first ? command + text : text.startsWith("-") ? text : (i === 0 ? " " : ",") + text;
    }
    last = command;
  };
  for (let i = 1; i < points.length; i++) {
    const dx = points[i][0] - points[i - 1][0];
    const dy = points[i][1] - points[i - 1][1];
    if (dx !== 0 && dy === 0) add("h", dx);
    else if (dx === 0 && dy !== 0) add("v", dy);
    else if (dx !== 0) add("l", dx, dy);
  }
  return path;
}

/**
 * A path of straight lines with coordinates rounded to 0.1 px, vertices that cannot be seen left out where there are
 * many, and relative coordinates, which are short. Returns undefined for a path with curves.
 */
export function thinPath(path: string): string | undefined {
  if (!/^M[-\d.,MLZe]*$/.test(path)) return undefined;
  return path.split("M").slice(1).map((run) => {
    const closed = run.endsWith("Z");
    const points = run.replace("Z", "").split("L").map((pair): Point => {
      const [x, y] = pair.split(",");
      return [Math.round(Number(x) * 10), Math.round(Number(y) * 10)];
    });
    const thinned = byChords(points.length > longRun ? byColumns(points) : points);
    return encode(thinned) + (closed ? "z" : "");
  }).join("");
}
