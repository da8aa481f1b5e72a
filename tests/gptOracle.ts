/** A gpt once more, in float64 and plain loops, sharing no code with lib/: one sequence at a time, one position after the other. */

export interface OracleSpec {
  width: number;
  heads: number;
  blocks: number;
  norm: "pre" | "post";
  normKind: "layerNorm" | "rmsNorm";
  positions: "learned" | "rotary";
  feedForward: "mlp" | "swiglu";
  tiedHead: boolean;
  qkNorm: boolean;
  residualScale: number;
  bias: boolean;
  causal: boolean;
  f: (z: number) => number;
}

/** Row-major numbers by name. */
export type Numbers = Readonly<Record<string, ArrayLike<number>>>;
type Row = number[];

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The logits of one sequence, a row for each position. */
export function oracleLogits(spec: OracleSpec, params: Numbers, tokens: readonly number[]): Row[] {
  const { width, heads, blocks } = spec, size = width / heads;

  function linear(name: string, x: Row): Row {
    const weight = params[`${name}.weight`], outputs = weight.length / x.length;
    return range(outputs).map((o) => {
      let sum = spec.bias && params[`${name}.bias`] ? params[`${name}.bias`][o] : 0;
      for (let i = 0; i < x.length; i++) sum += x[i] * weight[i * outputs + o];
      return sum;
    });
  }
  function normalize(x: Row, gain: ArrayLike<number>, shift?: ArrayLike<number>): Row {
    let mean = 0, square = 0;
    if (spec.normKind === "layerNorm") { for (const v of x) mean += v / x.length; }
    for (const v of x) square += (v - mean) ** 2 / x.length;
    return x.map((v, i) => gain[i] * (v - mean) / Math.sqrt(square + 1e-5) + (shift?.[i] ?? 0));
  }
  const norm = (name: string, x: Row) =>
    normalize(x, params[`${name}.weight`], params[`${name}.bias`]);

  function heading(name: string, x: Row, position: number): Row[] {
    const y = linear(name, x), short = name.endsWith("query") || name.endsWith("key");
    return range(heads).map((h) => {
      let head = y.slice(h * size, (h + 1) * size);
      if (!short) return head;
      if (spec.qkNorm) {
        const gain = params[`${name}Norm.weight`];
        const square = head.reduce((s, v) => s + v * v, 0) / size;
        head = head.map((v, i) => gain[i] * v / Math.sqrt(square + 1e-5));
      }
      if (spec.positions === "learned") return head;
      return head.map((v, i) => {
        const k = i % (size / 2), angle = position * Math.pow(10000, -2 * k / size);
        const other = i < size / 2 ? -head[i + size / 2] : head[i - size / 2];
        return v * Math.cos(angle) + other * Math.sin(angle);
      });
    });
  }
  function attend(block: string, stream: Row[]): Row[] {
    const parts = ["query", "key", "value"].map((name) =>
      stream.map((x, p) => heading(`${block}.${name}`, x, p))
    );
    return stream.map((_, i) => {
      const mixed = range(heads).flatMap((h) => {
        const scores = range(spec.causal ? i + 1 : stream.length).map((j) =>
          Math.exp(
            parts[0][i][h].reduce((s, q, d) => s + q * parts[1][j][h][d], 0) / Math.sqrt(size),
          )
        );
        const total = scores.reduce((s, e) => s + e, 0);
        return range(size).map((d) =>
          scores.reduce((s, e, j) => s + e / total * parts[2][j][h][d], 0)
        );
      });
      return linear(`${block}.attentionOut`, mixed);
    });
  }
  function feed(block: string, stream: Row[]): Row[] {
    return stream.map((x) => {
      let inner = linear(`${block}.feedForwardIn`, x);
      if (spec.feedForward === "swiglu") {
        const gate = linear(`${block}.feedForwardGate`, x);
        inner = inner.map((v, i) => v * spec.f(gate[i]));
      } else inner = inner.map(spec.f);
      return linear(`${block}.feedForwardOut`, inner);
    });
  }
  function branch(name: string, stream: Row[], f: (stream: Row[]) => Row[]): Row[] {
    const y = f(spec.norm === "pre" ? stream.map((x) => norm(name, x)) : stream);
    const sums = stream.map((x, p) => x.map((v, i) => v + spec.residualScale * y[p][i]));
    return spec.norm === "pre" ? sums : sums.map((x) => norm(name, x));
  }

  const table = params["tokenEmbedding.weight"], positions = params["positionEmbedding.weight"];
  let stream = tokens.map((token, p) =>
    range(width).map((i) => table[token * width + i] + (positions?.[p * width + i] ?? 0))
  );
  for (const block of range(blocks).map((b) => `block${b + 1}`)) {
    stream = branch(`${block}.attentionNorm`, stream, (x) => attend(block, x));
    stream = branch(`${block}.feedForwardNorm`, stream, (x) => feed(block, x));
  }
  if (spec.norm === "pre") stream = stream.map((x) => norm("finalNorm", x));
  if (!spec.tiedHead) return stream.map((x) => linear("head", x));
  return stream.map((x) =>
    range(table.length / width).map((t) => x.reduce((s, v, i) => s + v * table[t * width + i], 0))
  );
}

/** Mean of -ln softmax(logits)[target] over all positions of all sequences, in nats. */
export function oracleLoss(
  spec: OracleSpec,
  params: Numbers,
  sequences: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): number {
  const losses = sequences.flatMap((tokens, s) =>
    oracleLogits(spec, params, tokens).map((row, p) =>
      Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - row[targets[s][p]]
    )
  );
  return losses.reduce((sum, v) => sum + v, 0) / losses.length;
}
