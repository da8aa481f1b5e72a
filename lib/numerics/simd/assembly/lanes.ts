// Four float32 at once. Constants are loads from fixed addresses: V8 then checks no bounds and rebuilds nothing inside loops.

@inline export function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
@inline export function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
@inline export function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
@inline export function div(a: v128, b: v128): v128 { return f32x4.div(a, b); }
/** a b + c, each step rounded. */
@inline export function step(a: v128, b: v128, c: v128): v128 { return f32x4.add(f32x4.mul(a, b), c); }
@inline export function constant(address: usize): v128 { return v128.load32_splat(address); }
/** Where the mask is set a, else b. */
@inline export function select(mask: v128, a: v128, b: v128): v128 { return v128.bitselect(a, b, mask); }
@inline export function negative(x: v128): v128 { return f32x4.lt(x, constant(ZERO)); }
@inline export function withSignOf(x: v128, sign: v128): v128 { return v128.bitselect(sign, x, constant(SIGN)); }
/** x held within -limit and limit; NaN stays NaN. */
@inline export function within(x: v128, low: v128, high: v128): v128 { return f32x4.pmax(f32x4.pmin(x, high), low); }
/** 2^n for integer lanes. */
@inline export function powerOfTwo(n: v128): v128 { return i32x4.shl(i32x4.add(n, constant(BIAS)), 23); }

export const ZERO: usize = memory.data<f32>([0]);
export const ONE: usize = memory.data<f32>([1]);
export const TWO: usize = memory.data<f32>([2]);
export const HALF: usize = memory.data<f32>([0.5]);
export const MINUS_TWO: usize = memory.data<f32>([-2]);
export const SIGN: usize = memory.data<u32>([0x80000000]);
export const BIAS: usize = memory.data<i32>([127]);
