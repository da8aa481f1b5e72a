import { expect } from "@std/expect";
import { tensor } from "../lib/tensor/tensor.ts";
import { meanSquaredError } from "../lib/nn/losses.ts";
import { add, dot, scale } from "../lib/nn/operations.ts";
import { onTape, Tape, type Var } from "../lib/nn/tape.ts";

const TINY = 2 ** -24; // half a unit in the last place of 1: 1 + TINY is 1 in float32

/** A loss of one number y whose gradient with respect to y is 1, as (y - target)^2 has it at target = y - 1/2. */
function plain(y: Var): Var {
  return meanSquaredError(y, tensor([1, 1], [y.data[0] - 0.5]));
}

Deno.test("backward() adds contributions in reverse tape order", () => {
  onTape((tape) => {
    const x = tape.parameter(tensor([1, 1], [1]));
    // Contributions 1, TINY, TINY by order on the tape. Reversed: (TINY + TINY) + 1 = 1 + 2^-23; forward it would be 1.
    const [a, b, c] = [scale(x, 1), scale(x, TINY), scale(x, TINY)];
    tape.backward(plain(add(add(a, b), c)));
    expect(x.gradient[0]).toBe(1 + 2 * TINY);
  });
  onTape((tape) => {
    const x = tape.parameter(tensor([1, 1], [1]));
    const [a, b, c] = [scale(x, TINY), scale(x, TINY), scale(x, 1)];
    tape.backward(plain(add(add(a, b), c)));
    expect(x.gradient[0]).toBe(1);
  });
});

Deno.test("backward() computes each contribution whole before it is added", () => {
  onTape((tape) => {
    const w = tape.parameter(tensor([1, 1], [1]));
    // w's gradient from the first product is TINY + TINY, from the last one 1.
    const many = dot(tape.constant(tensor([2, 1], [TINY, TINY])), w);
    const one = dot(tape.constant(tensor([1, 1], [1])), w);
    const sum = dot(tape.constant(tensor([1, 2], [1, 1])), many);
    tape.backward(plain(add(sum, one)));
    // Reverse order: `one` first. Were the sum continued on it, 1 + TINY + TINY would stay 1.
    expect(w.gradient[0]).toBe(1 + 2 * TINY);
  });
});

Deno.test("gradients of what the loss does not depend on are zeros", () => {
  onTape((tape) => {
    const x = tape.parameter(tensor([1, 1], [1])), y = tape.parameter(tensor([1, 1], [2]));
    const unused = scale(y, 3);
    tape.backward(plain(scale(x, 2)));
    expect([x.gradient[0], y.gradient[0], unused.gradient[0]]).toEqual([2, 0, 0]);
  });
});

Deno.test("Tape uses parameters where they are, and starts afresh after reset()", () => {
  onTape((tape) => {
    const weights = tensor([1, 1], [2]);
    for (let step = 0; step < 3; step++) {
      tape.reset();
      const w = tape.parameter(weights);
      expect(w.data).toBe(weights.data);
      expect(w.gradient[0]).toBe(0);
      tape.backward(plain(scale(w, 3)));
      expect(w.gradient[0]).toBe(3);
    }
  });
});

Deno.test("Tape.operation() is enough to build an operation of one's own", () => {
  onTape((tape) => {
    const x = tape.parameter(tensor([1, 1], [3]));
    const square = tape.operation(
      [1, 1],
      [x],
      (y) => y[0] = x.data[0] ** 2,
      (dy) => x.gradient[0] += 2 * x.data[0] * dy[0],
    );
    tape.backward(plain(square));
    expect([square.data[0], x.gradient[0]]).toEqual([9, 6]);
  });
});

Deno.test("Tape refuses what it cannot differentiate", () => {
  const tape = new Tape();
  const w = tape.parameter(tensor([2, 1], [1, 2]));
  expect(() => tape.backward(w)).toThrow("from shape (2, 1): the loss must be one number");
  const constant = tape.constant(tensor([1, 1], [1]));
  expect(() => tape.backward(scale(constant, 2))).toThrow("depends on no parameter");
  const loss = meanSquaredError(w, tensor([2, 1], [0, 0]));
  tape.backward(loss);
  expect(() => tape.backward(loss)).toThrow("twice");
  tape.reset();
  expect(() => tape.backward(loss)).toThrow("before reset()");
  expect(() => scale(w, 2)).toThrow(TypeError);
  tape.release();
});

Deno.test("onTape() gives the memory back, also after an error", () => {
  // A tape takes at least a mebibyte: 3000 at once would not fit in the memory of 1024 MiB.
  for (let i = 0; i < 3000; i++) {
    expect(() =>
      onTape((tape) => {
        tape.scratch(10);
        throw new Error("stop");
      })
    ).toThrow("stop");
  }
});
