import { expect } from "@std/expect";
import { countOf, takeExamples } from "../lib/tensor/examples.ts";
import { tensor } from "../lib/tensor/tensor.ts";

const inputs = tensor([3, 2], [1, 2, 3, 4, 5, 6]);

Deno.test("takeExamples() copies rows and their labels or targets in the order asked for", () => {
  const labels = takeExamples({ inputs, targets: Uint8Array.of(7, 8, 9) }, [2, 0, 2, 1]);
  expect(labels.inputs).toEqual(tensor([4, 2], [5, 6, 1, 2, 5, 6, 3, 4]));
  expect(labels.targets).toEqual(Uint8Array.of(9, 7, 9, 8));
  const regression = takeExamples({ inputs, targets: tensor([3, 1], [7, 8, 9]) }, [1]);
  expect(regression).toEqual({ inputs: tensor([1, 2], [3, 4]), targets: tensor([1, 1], [8]) });
  labels.inputs.data[0] = 0;
  expect(inputs.data[4]).toBe(5);
});

Deno.test("takeExamples() takes all labels of an example that has several", () => {
  const examples = { inputs, targets: Int32Array.of(300, 1, 2, 3, 4, 5) };
  expect(countOf(examples)).toBe(3);
  expect(takeExamples(examples, [2, 0]).targets).toEqual(Int32Array.of(4, 5, 300, 1));
  expect(() => countOf({ inputs, targets: new Int32Array(4) })).toThrow("3 inputs with 4 targets");
  expect(() => countOf({ inputs, targets: new Int32Array(0) })).toThrow("3 inputs with 0 targets");
  expect(() => countOf({ inputs, targets: new Uint8Array(6) })).toThrow("3 inputs with 6 targets");
});

Deno.test("countOf() and takeExamples() refuse examples that do not fit each other", () => {
  expect(countOf({ inputs, targets: tensor([3, 2], [1, 2, 3, 4, 5, 6]) })).toBe(3);
  expect(() => countOf({ inputs, targets: Uint8Array.of(0) })).toThrow("3 inputs with 1 targets");
  expect(() => countOf({ inputs: tensor([3], [1, 2, 3]), targets: new Uint8Array(3) })).toThrow(
    "inputs of shape (3)",
  );
  expect(() => countOf({ inputs: tensor([0, 2], []), targets: new Uint8Array(0) })).toThrow(
    "at least one example",
  );
  expect(() => countOf({ inputs, targets: [0, 1, 2] as never })).toThrow("labels as a Uint8Array");
  const examples = { inputs, targets: Uint8Array.of(0, 1, 2) };
  for (const i of [3, -1, 0.5, NaN]) {
    expect(() => takeExamples(examples, [0, i])).toThrow(`example ${i} as there are 3`);
  }
});
