// The vector twins of ../../activations.ts. Each operation is a class without fields, so that each loop is compiled for it alone.
import { bell, decay, EDGE, erf, exp, expm1OfNegative, log1pOfUnit, MINUS_EDGE, sigmoid, tailOverBell, tanh } from "./elementary";
import { add, constant, div, mul, negative, ONE, select, step, sub, TWO, within, ZERO } from "./lanes";

/** f(x), or f'(x) for a backward operation; p is the parameter in every lane. */
abstract class Operation {
  abstract at(x: v128, p: v128): v128;
}

@inline function operation<T>(): T { return changetype<T>(0); }

const REST: usize = memory.data(48, 16);

function forward<T extends Operation>(out: usize, x: usize, count: i32, parameter: f32): void {
  const p = f32x4.splat(parameter);
  const end = out + (<usize> (count >> 2) << 4);
  for (; out < end; out += 16, x += 16) v128.store(out, operation<T>().at(v128.load(x), p));
  const rest = <usize> (count & 3) << 2;
  if (rest === 0) return;
  memory.copy(REST, x, rest);
  forward<T>(REST, REST, 4, parameter);
  memory.copy(out, REST, rest);
}

function backward<T extends Operation>(out: usize, x: usize, gradient: usize, count: i32, parameter: f32): void {
  const p = f32x4.splat(parameter);
  const end = out + (<usize> (count >> 2) << 4);
  for (; out < end; out += 16, x += 16, gradient += 16) {
    v128.store(out, add(v128.load(out), mul(operation<T>().at(v128.load(x), p), v128.load(gradient))));
  }
  const rest = <usize> (count & 3) << 2;
  if (rest === 0) return;
  memory.copy(REST, out, rest);
  memory.copy(REST + 16, x, rest);
  memory.copy(REST + 32, gradient, rest);
  backward<T>(REST, REST + 16, REST + 32, 4, parameter);
  memory.copy(out, REST, rest);
}

const NAN: usize = memory.data<f32>([NaN]);

/** The derivative of a function with one kink at 0, NaN at NaN. */
@inline function atKink(x: v128, left: v128, right: v128): v128 {
  const zero = constant(ZERO);
  return select(f32x4.gt(x, zero), right, select(f32x4.le(x, zero), left, constant(NAN)));
}

class Relu { @inline at(x: v128, p: v128): v128 { return v128.andnot(x, f32x4.le(x, constant(ZERO))); } }
class ReluSlope { @inline at(x: v128, p: v128): v128 { return atKink(x, constant(ZERO), constant(ONE)); } }
class LeakyRelu { @inline at(x: v128, p: v128): v128 { return select(f32x4.gt(x, constant(ZERO)), x, mul(p, x)); } }
class LeakyReluSlope { @inline at(x: v128, p: v128): v128 { return atKink(x, p, constant(ONE)); } }

/** sigmoid'(u). */
@inline function sigmoidSlope(u: v128): v128 {
  const e = decay(u), d = add(constant(ONE), e);
  return div(e, mul(d, d));
}

const FOUR: usize = memory.data<f32>([4]);

class Sigmoid { @inline at(x: v128, p: v128): v128 { return sigmoid(x); } }
class SigmoidSlope { @inline at(x: v128, p: v128): v128 { return sigmoidSlope(x); } }
class Tanh { @inline at(x: v128, p: v128): v128 { return tanh(x); } }
class TanhSlope { @inline at(x: v128, p: v128): v128 { return mul(constant(FOUR), sigmoidSlope(mul(constant(TWO), x))); } }

class Elu { @inline at(x: v128, p: v128): v128 { return select(f32x4.gt(x, constant(ZERO)), x, mul(p, expm1OfNegative(x))); } }
class EluSlope { @inline at(x: v128, p: v128): v128 { return select(f32x4.gt(x, constant(ZERO)), constant(ONE), mul(p, exp(x))); } }

const SELU_SCALE: usize = memory.data<f32>([1.0507009873554805]);
const SELU_SLOPE: usize = memory.data<f32>([1.7580993408473766]);

class Selu {
  @inline at(x: v128, p: v128): v128 {
    return select(f32x4.gt(x, constant(ZERO)), mul(constant(SELU_SCALE), x), mul(constant(SELU_SLOPE), expm1OfNegative(x)));
  }
}
class SeluSlope {
  @inline at(x: v128, p: v128): v128 {
    return select(f32x4.gt(x, constant(ZERO)), constant(SELU_SCALE), mul(constant(SELU_SLOPE), exp(x)));
  }
}

const INVERSE_SQRT_2_PI: usize = memory.data<f32>([0.3989422804014327]);

@inline function normalCdf(z: v128, density: v128): v128 {
  const tail = mul(tailOverBell(f32x4.abs(z)), density);
  return select(negative(z), tail, sub(constant(ONE), tail));
}

class Gelu {
  @inline at(x: v128, p: v128): v128 {
    const z = within(x, constant(MINUS_EDGE), constant(EDGE));
    return mul(x, normalCdf(z, bell(z)));
  }
}
class GeluSlope {
  @inline at(x: v128, p: v128): v128 {
    const z = within(x, constant(MINUS_EDGE), constant(EDGE)), density = bell(z);
    return add(normalCdf(z, density), mul(z, mul(constant(INVERSE_SQRT_2_PI), density)));
  }
}

const GELU_LINEAR: usize = memory.data<f32>([1.5957691216057308]);
const GELU_CUBIC: usize = memory.data<f32>([0.07135481627260025]);
const GELU_CUBIC_3: usize = memory.data<f32>([0.21406444881780074]);

@inline function geluTanhArgument(x: v128): v128 {
  return mul(x, step(constant(GELU_CUBIC), mul(x, x), constant(GELU_LINEAR)));
}

class GeluTanh { @inline at(x: v128, p: v128): v128 { return mul(x, sigmoid(geluTanhArgument(x))); } }
class GeluTanhSlope {
  @inline at(x: v128, p: v128): v128 {
    const z = within(x, constant(MINUS_EDGE), constant(EDGE)), u = geluTanhArgument(z);
    const slope = step(constant(GELU_CUBIC_3), mul(z, z), constant(GELU_LINEAR));
    const e = decay(u), d = add(constant(ONE), e);
    const value = div(select(negative(u), e, constant(ONE)), d);
    return add(value, mul(mul(z, div(e, mul(d, d))), slope));
  }
}

const WIDE: usize = memory.data<f32>([128]);
const MINUS_WIDE: usize = memory.data<f32>([-128]);

class Silu { @inline at(x: v128, p: v128): v128 { return mul(x, sigmoid(x)); } }
class SiluSlope {
  @inline at(x: v128, p: v128): v128 {
    const z = within(x, constant(MINUS_WIDE), constant(WIDE));
    const e = decay(z), d = add(constant(ONE), e);
    return add(div(select(negative(z), e, constant(ONE)), d), mul(z, div(e, mul(d, d))));
  }
}

@inline function mishNumerator(x: v128, e: v128): v128 {
  return select(negative(x), mul(e, add(e, constant(TWO))), add(constant(ONE), mul(constant(TWO), e)));
}
@inline function mishGap(x: v128, e: v128): v128 {
  return select(negative(x), constant(TWO), mul(constant(TWO), mul(e, e)));
}

class Mish {
  @inline at(x: v128, p: v128): v128 {
    const e = decay(x), numerator = mishNumerator(x, e);
    return mul(x, div(numerator, add(numerator, mishGap(x, e))));
  }
}
class MishSlope {
  @inline at(x: v128, p: v128): v128 {
    const z = within(x, constant(MINUS_WIDE), constant(WIDE));
    const e = decay(z), numerator = mishNumerator(z, e), gap = mishGap(z, e), denominator = add(numerator, gap);
    const slope = div(mul(gap, add(denominator, numerator)), mul(denominator, denominator));
    const share = div(select(negative(z), e, constant(ONE)), add(constant(ONE), e));
    return add(div(numerator, denominator), mul(mul(z, slope), share));
  }
}

class Softplus {
  @inline at(x: v128, p: v128): v128 {
    return add(v128.and(x, f32x4.gt(x, constant(ZERO))), log1pOfUnit(decay(x)));
  }
}
class Softsign { @inline at(x: v128, p: v128): v128 { return div(x, add(constant(ONE), f32x4.abs(x))); } }
class SoftsignSlope {
  @inline at(x: v128, p: v128): v128 {
    const d = add(constant(ONE), f32x4.abs(x));
    return div(constant(ONE), mul(d, d));
  }
}

const TWO_OVER_SQRT_PI: usize = memory.data<f32>([1.1283791670955126]);

class Erf { @inline at(x: v128, p: v128): v128 { return erf(x); } }
class ErfSlope {
  @inline at(x: v128, p: v128): v128 { return mul(constant(TWO_OVER_SQRT_PI), exp(f32x4.neg(mul(x, x)))); }
}
class Exp { @inline at(x: v128, p: v128): v128 { return exp(x); } }

// The numbers of the kinds are the positions in `KINDS` of ../simdKernels.ts.
export function activate(kind: i32, out: usize, x: usize, count: i32, parameter: f32): void {
  switch (kind) {
    case 1: return forward<Relu>(out, x, count, parameter);
    case 2: return forward<LeakyRelu>(out, x, count, parameter);
    case 3: return forward<Sigmoid>(out, x, count, parameter);
    case 4: return forward<Tanh>(out, x, count, parameter);
    case 5: return forward<Elu>(out, x, count, parameter);
    case 6: return forward<Selu>(out, x, count, parameter);
    case 7: return forward<Gelu>(out, x, count, parameter);
    case 8: return forward<GeluTanh>(out, x, count, parameter);
    case 9: return forward<Silu>(out, x, count, parameter);
    case 10: return forward<Mish>(out, x, count, parameter);
    case 11: return forward<Softplus>(out, x, count, parameter);
    case 12: return forward<Softsign>(out, x, count, parameter);
    case 13: return forward<Erf>(out, x, count, parameter);
    case 14: return forward<Exp>(out, x, count, parameter);
    default: memory.copy(out, x, <usize> count << 2);
  }
}

class IdentitySlope { @inline at(x: v128, p: v128): v128 { return constant(ONE); } }

export function activateBackward(kind: i32, out: usize, x: usize, gradient: usize, count: i32, parameter: f32): void {
  switch (kind) {
    case 1: return backward<ReluSlope>(out, x, gradient, count, parameter);
    case 2: return backward<LeakyReluSlope>(out, x, gradient, count, parameter);
    case 3: return backward<SigmoidSlope>(out, x, gradient, count, parameter);
    case 4: return backward<TanhSlope>(out, x, gradient, count, parameter);
    case 5: return backward<EluSlope>(out, x, gradient, count, parameter);
    case 6: return backward<SeluSlope>(out, x, gradient, count, parameter);
    case 7: return backward<GeluSlope>(out, x, gradient, count, parameter);
    case 8: return backward<GeluTanhSlope>(out, x, gradient, count, parameter);
    case 9: return backward<SiluSlope>(out, x, gradient, count, parameter);
    case 10: return backward<MishSlope>(out, x, gradient, count, parameter);
    case 11: return backward<Sigmoid>(out, x, gradient, count, parameter);
    case 12: return backward<SoftsignSlope>(out, x, gradient, count, parameter);
    case 13: return backward<ErfSlope>(out, x, gradient, count, parameter);
    case 14: return backward<Exp>(out, x, gradient, count, parameter);
    default: return backward<IdentitySlope>(out, x, gradient, count, parameter);
  }
}
