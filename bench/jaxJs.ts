// deno-lint-ignore-file no-explicit-any -- loaded at run time alone, so that no one else's start downloads it
/** jax-js on WebAssembly, its functions compiled by `jit`, synchronously (one thread). */
import { serve } from "./serve.ts";
import * as works from "./works.ts";

const jax: any = await import(`npm:@jax-js/jax@${Deno.args[0]}`);
const { numpy: np, nn, tree } = jax;

const array = (values: Float32Array, shape: number[]) => np.array(values).reshape(shape);

function matmul(n: number): works.Prepared {
  const [a, b] = works.factors(n).map((values) => array(values, [n, n]));
  let c = new Float32Array(0);
  return {
    call: () => c = np.matmul(a.ref, b.ref).dataSync(),
    result: () => works.meanSize(c),
  };
}

function trainingStep(): works.Prepared {
  const { inputs, labels } = works.batch();
  const x = array(inputs, [works.BATCH, works.WIDTHS[0]]);
  const one = Float32Array.from(
    { length: 10 * works.BATCH },
    (_, at) => labels[Math.floor(at / 10)] === at % 10 ? 1 : 0,
  );
  const y = array(one, [works.BATCH, 10]);
  const depth = works.WIDTHS.length - 1;
  let params = Object.fromEntries(
    works.WIDTHS.slice(1).flatMap((outputs, i) => [
      [`w${i}`, array(works.weights(i + 1), [works.WIDTHS[i], outputs])],
      [`b${i}`, np.zeros([outputs])],
    ]),
  );
  const lossOf = (params: any, x: any, y: any) => {
    let h = x;
    for (let i = 0; i < depth; i++) {
      h = np.matmul(h, params[`w${i}`]).add(params[`b${i}`]);
      if (i < depth - 1) h = nn.relu(h);
    }
    return nn.logSoftmax(h).mul(y).sum().mul(-1 / works.BATCH);
  };
  const step = jax.jit((params: any, x: any, y: any) => {
    const [loss, slopes] = jax.valueAndGrad(lossOf)(tree.ref(params), x, y);
    return [tree.map((p: any, g: any) => p.sub(g.mul(works.LEARNING_RATE)), params, slopes), loss];
  });
  let loss = NaN;
  return {
    call: () => {
      const [next, value] = step(params, x.ref, y.ref);
      params = next;
      loss = value.dataSync()[0];
    },
    result: () => loss,
  };
}

await serve({
  ...Object.fromEntries(works.matmulSizes.map((n) => [`matmul ${n}`, () => matmul(n)])),
  "training step": trainingStep,
});
