// deno-lint-ignore-file no-explicit-any -- loaded at run time alone, so that no one else's start downloads it
/** TensorFlow.js on its WebAssembly backend. */
import { serve } from "./serve.ts";
import * as works from "./works.ts";

const tf: any = await import(`npm:@tensorflow/tfjs@${Deno.args[0]}`);
await import(`npm:@tensorflow/tfjs-backend-wasm@${Deno.args[0]}`);
await tf.setBackend("wasm");

function matmul(n: number): works.Prepared {
  const [a, b] = works.factors(n).map((values) => tf.tensor2d(values, [n, n]));
  let c = tf.scalar(0);
  return {
    call: () => {
      c.dispose();
      c = tf.matMul(a, b);
    },
    result: () => works.meanSize(c.dataSync()),
  };
}

function trainingStep(): works.Prepared {
  const { inputs, labels } = works.batch();
  const x = tf.tensor2d(inputs, [works.BATCH, works.WIDTHS[0]]);
  const y = tf.oneHot(tf.tensor1d([...labels], "int32"), 10).toFloat();
  const layers = works.WIDTHS.slice(1).map((outputs, i) => ({
    w: tf.variable(tf.tensor2d(works.weights(i + 1), [works.WIDTHS[i], outputs])),
    b: tf.variable(tf.zeros([outputs])),
  }));
  const forward = () =>
    layers.reduce((h, { w, b }, i) => {
      const z = tf.matMul(h, w).add(b);
      return i < layers.length - 1 ? z.relu() : z;
    }, x);
  const optimizer = tf.train.sgd(works.LEARNING_RATE);
  let loss = NaN;
  return {
    call: () => {
      const value = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward()), true);
      loss = value.dataSync()[0];
      value.dispose();
    },
    result: () => loss,
  };
}

function fill(draw: () => any): () => works.Prepared {
  return () => ({
    call: () => draw().dispose(),
    result: () => works.rootMeanSquare(draw().dataSync()),
  });
}

await serve({
  ...Object.fromEntries(works.matmulSizes.map((n) => [`matmul ${n}`, () => matmul(n)])),
  "training step": trainingStep,
  "normal fill": fill(() => tf.randomNormal([works.FILL])),
  "uniform fill": fill(() => tf.randomUniform([works.FILL])),
  "truncated normal fill": fill(() => tf.truncatedNormal([works.FILL])),
});
