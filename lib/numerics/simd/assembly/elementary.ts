// The vector twins of ../../elementary.ts, trigonometry.ts and normalLaw.ts: the same steps, four at a time.
import { add, BIAS, constant, div, HALF, MINUS_TWO, mul, negative, ONE, powerOfTwo, select, SIGN, step, sub, TWO, within, withSignOf, ZERO } from "./lanes";

const ROUNDER: usize = memory.data<f32>([12582912]);
const LOG2_E: usize = memory.data<f32>([1.4426950408889634]);
const LN2_HIGH: usize = memory.data<f32>([0.693359375]);
const LN2_LOW: usize = memory.data<f32>([-2.12194440054690583e-4]);
const EXP_LOW: usize = memory.data<f32>([-104]);
const EXP_HIGH: usize = memory.data<f32>([89]);
const EXPM1_LOW: usize = memory.data<f32>([-18]);
const E0: usize = memory.data<f32>([0.00138703221]);
const E1: usize = memory.data<f32>([0.00836625602]);
const E2: usize = memory.data<f32>([0.041667439]);
const E3: usize = memory.data<f32>([0.166665465]);
const E4: usize = memory.data<f32>([0.49999997]);

@inline function expm1Near0(r: v128): v128 {
  const square = mul(r, r);
  const high = step(constant(E0), square, step(constant(E1), r, constant(E2)));
  const p = step(high, square, step(constant(E3), r, constant(E4)));
  return step(square, p, r);
}

@inline function withoutHalvings(x: v128, n: v128): v128 {
  return sub(sub(x, mul(n, constant(LN2_HIGH))), mul(n, constant(LN2_LOW)));
}

@inline export function exp(x: v128): v128 {
  const clamped = within(x, constant(EXP_LOW), constant(EXP_HIGH));
  const shifted = step(clamped, constant(LOG2_E), constant(ROUNDER));
  const e = add(constant(ONE), expm1Near0(withoutHalvings(clamped, sub(shifted, constant(ROUNDER)))));
  const n = i32x4.sub(shifted, constant(ROUNDER));
  const half = i32x4.shr_s(n, 1);
  return mul(mul(e, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

@inline export function expm1OfNegative(x: v128): v128 {
  const clamped = f32x4.pmax(x, constant(EXPM1_LOW));
  const shifted = step(clamped, constant(LOG2_E), constant(ROUNDER));
  const power = powerOfTwo(i32x4.sub(shifted, constant(ROUNDER)));
  const p = expm1Near0(withoutHalvings(clamped, sub(shifted, constant(ROUNDER))));
  return add(mul(power, p), sub(power, constant(ONE)));
}

const SQRT_HALF_BITS: usize = memory.data<i32>([0x3f3504f3]);
const L0: usize = memory.data<f32>([-0.0763643384]);
const L1: usize = memory.data<f32>([0.127622709]);
const L2: usize = memory.data<f32>([-0.131596342]);
const L3: usize = memory.data<f32>([0.14201577]);
const L4: usize = memory.data<f32>([-0.166234076]);
const L5: usize = memory.data<f32>([0.200012416]);
const L6: usize = memory.data<f32>([-0.250008196]);
const L7: usize = memory.data<f32>([0.333333313]);

@inline export function logOfNormal(x: v128): v128 {
  const e = i32x4.shr_s(i32x4.sub(x, constant(SQRT_HALF_BITS)), 23);
  const exponent = f32x4.convert_i32x4_s(e);
  const r = sub(i32x4.sub(x, i32x4.shl(e, 23)), constant(ONE));
  const square = mul(r, r);
  const first = step(step(constant(L4), r, constant(L5)), square, step(constant(L6), r, constant(L7)));
  const second = step(step(constant(L0), r, constant(L1)), square, step(constant(L2), r, constant(L3)));
  const p = step(second, mul(square, square), first);
  const tail = sub(step(p, mul(r, square), mul(exponent, constant(LN2_LOW))), mul(constant(HALF), square));
  return add(add(tail, r), mul(exponent, constant(LN2_HIGH)));
}

const P0: usize = memory.data<f32>([0.280068845]);
const P1: usize = memory.data<f32>([0.280030161]);
const P2: usize = memory.data<f32>([0.400214374]);
const P3: usize = memory.data<f32>([0.666664183]);

@inline export function log1pOfUnit(x: v128): v128 {
  const s = div(x, add(constant(TWO), x));
  const square = mul(s, s);
  const p = step(step(constant(P0), square, constant(P1)), mul(square, square), step(constant(P2), square, constant(P3)));
  return step(mul(s, square), p, add(s, s));
}

/** exp(-|x|). */
@inline export function decay(x: v128): v128 { return exp(v128.or(x, constant(SIGN))); }

@inline export function tanh(x: v128): v128 {
  const e = expm1OfNegative(mul(constant(MINUS_TWO), f32x4.abs(x)));
  return withSignOf(div(e, add(constant(TWO), e)), x);
}

@inline export function sigmoid(x: v128): v128 {
  const e = decay(x);
  return div(select(negative(x), e, constant(ONE)), add(constant(ONE), e));
}

const S0: usize = memory.data<f32>([-76.726059]);
const S1: usize = memory.data<f32>([81.6246719]);
const S2: usize = memory.data<f32>([-41.3418617]);
const S3: usize = memory.data<f32>([6.28318548]);
const C0: usize = memory.data<f32>([58.6192818]);
const C1: usize = memory.data<f32>([-85.4245071]);
const C2: usize = memory.data<f32>([64.9391479]);
const C3: usize = memory.data<f32>([-19.7392082]);

@inline export function sineNear0(r: v128, square: v128): v128 {
  const p = step(step(constant(S0), square, constant(S1)), mul(square, square), step(constant(S2), square, constant(S3)));
  return mul(r, p);
}

@inline export function cosineNear0(square: v128): v128 {
  const p = step(step(constant(C0), square, constant(C1)), mul(square, square), step(constant(C2), square, constant(C3)));
  return step(p, square, constant(ONE));
}

const FOUR: usize = memory.data<f32>([4]);
const QUARTER: usize = memory.data<f32>([0.25]);

/** Four times t, rounded, in the low bits of each lane. */
@inline export function shiftedQuarters(t: v128): v128 { return step(constant(FOUR), t, constant(ROUNDER)); }

/** t less its whole quarters. */
@inline export function withoutQuarters(t: v128, shifted: v128): v128 {
  return sub(t, mul(constant(QUARTER), sub(shifted, constant(ROUNDER))));
}

export const EDGE: usize = memory.data<f32>([16]);
export const MINUS_EDGE: usize = memory.data<f32>([-16]);
const MINUS_HALF: usize = memory.data<f32>([-0.5]);

@inline export function bell(a: v128): v128 { return exp(mul(constant(MINUS_HALF), mul(a, a))); }

const T0: usize = memory.data<f32>([0.00422189105]);
const T1: usize = memory.data<f32>([0.0413402058]);
const T2: usize = memory.data<f32>([0.185324773]);
const T3: usize = memory.data<f32>([0.441103011]);
const U0: usize = memory.data<f32>([0.0105826156]);
const U1: usize = memory.data<f32>([0.103630036]);
const U2: usize = memory.data<f32>([0.474989057]);
const U3: usize = memory.data<f32>([1.21116269]);
const U4: usize = memory.data<f32>([1.68009102]);

@inline export function tailOverBell(a: v128): v128 {
  const square = mul(a, a);
  const p = step(step(constant(T0), square, step(constant(T1), a, constant(T2))), square, step(constant(T3), a, constant(HALF)));
  const q = step(
    step(step(constant(U0), a, constant(U1)), square, step(constant(U2), a, constant(U3))),
    square,
    step(constant(U4), a, constant(ONE)),
  );
  return div(p, q);
}

const SQRT_2: usize = memory.data<f32>([1.4142135623730951]);
const ELEVEN: usize = memory.data<f32>([11]);
const ERF0: usize = memory.data<f32>([7.80690316e-05]);
const ERF1: usize = memory.data<f32>([-0.00079978531]);
const ERF2: usize = memory.data<f32>([0.0051871622]);
const ERF3: usize = memory.data<f32>([-0.0268533472]);
const ERF4: usize = memory.data<f32>([0.112835787]);
const ERF5: usize = memory.data<f32>([-0.37612626]);
const ERF6: usize = memory.data<f32>([0.128379166]);

@inline export function erf(x: v128): v128 {
  const a = f32x4.abs(x), square = mul(x, x);
  let p = constant(ERF0);
  p = step(p, square, constant(ERF1));
  p = step(p, square, constant(ERF2));
  p = step(p, square, constant(ERF3));
  p = step(p, square, constant(ERF4));
  p = step(p, square, constant(ERF5));
  p = step(p, square, constant(ERF6));
  const z = select(f32x4.gt(a, constant(ELEVEN)), constant(EDGE), mul(constant(SQRT_2), a));
  const tail = mul(tailOverBell(z), bell(z));
  const far = withSignOf(sub(constant(ONE), mul(constant(TWO), tail)), x);
  return select(f32x4.lt(a, constant(ONE)), step(x, p, x), far);
}

export const TAIL: usize = memory.data<f32>([0.0225]);
const A_SHIFT: usize = memory.data<f32>([1.875]);
const A0: usize = memory.data<f32>([0.135808915]);
const A1: usize = memory.data<f32>([1.17073584]);
const A2: usize = memory.data<f32>([2.8802762]);
const A3: usize = memory.data<f32>([1.88478875]);
const B0: usize = memory.data<f32>([4.41945622e-06]);
const B1: usize = memory.data<f32>([0.0958595276]);
const B2: usize = memory.data<f32>([0.65230006]);

@inline export function quantileOfTail(tail: v128): v128 {
  const r = sub(f32x4.sqrt(f32x4.neg(logOfNormal(tail))), constant(A_SHIFT));
  const square = mul(r, r);
  const p = step(step(constant(A0), r, constant(A1)), square, step(constant(A2), r, constant(A3)));
  const q = step(step(constant(B0), r, constant(B1)), square, step(constant(B2), r, constant(ONE)));
  return div(p, q);
}

const M_SHIFT: usize = memory.data<f32>([0.2288]);
const M0: usize = memory.data<f32>([3708.25]);
const M1: usize = memory.data<f32>([10377.2461]);
const M2: usize = memory.data<f32>([3200.87085]);
const M3: usize = memory.data<f32>([232.026871]);
const M4: usize = memory.data<f32>([4.22391319]);
const N0: usize = memory.data<f32>([4312.7207]);
const N1: usize = memory.data<f32>([5026.63867]);
const N2: usize = memory.data<f32>([1069.24316]);
const N3: usize = memory.data<f32>([62.7302055]);

@inline export function quantileOfCenter(center: v128): v128 {
  const r = sub(constant(M_SHIFT), mul(center, center));
  const square = mul(r, r);
  const p = step(step(constant(M0), square, step(constant(M1), r, constant(M2))), square, step(constant(M3), r, constant(M4)));
  const q = step(step(constant(N0), square, step(constant(N1), r, constant(N2))), square, step(constant(N3), r, constant(ONE)));
  return div(mul(center, p), q);
}
