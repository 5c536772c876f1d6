import { cellAt, oneWhere, putCell, toSingle } from "./pair";

/** Places in the list of names that src/expression/kernels.ts holds. */
const ADD = 0;
const SUB = 1;
const MUL = 2;
const DIV = 3;
const POWER = 4;
const GREATER = 5;
const LESS = 6;
const GT = 7;
const GE = 8;
const LT = 9;
const LE = 10;
const EQ = 11;
const NE = 12;
const AND = 13;
const OR = 14;

const ABS = 0;
const SIGN = 1;
const LOG = 2;
const NEG = 3;
const NOT = 4;

/** C's `pow`, which unlike JavaScript's gives 1 for base 1 and for -1 to an infinite exponent. */
function power(base: f64, exponent: f64): f64 {
  if (base == 1 || (base == -1 && abs(exponent) == Infinity)) return 1;
  return Math.pow(base, exponent);
}

/** out = a op b, cell by cell; arithmetic is rounded to float32 where `single`, as numpy's is. */
export function binary(op: i32, a: usize, b: usize, n: i32, single: bool, out: usize): void {
  if (op == POWER || op == AND || op == OR) return cellwise(op, a, b, n, single, out);
  switch (op) {
    case ADD:
      for (let k = 0; k < n; k++) putCell(out, k, f64x2.add(cellAt(a, k), cellAt(b, k)));
      break;
    case SUB:
      for (let k = 0; k < n; k++) putCell(out, k, f64x2.sub(cellAt(a, k), cellAt(b, k)));
      break;
    case MUL:
      for (let k = 0; k < n; k++) putCell(out, k, f64x2.mul(cellAt(a, k), cellAt(b, k)));
      break;
    case DIV:
      for (let k = 0; k < n; k++) putCell(out, k, f64x2.div(cellAt(a, k), cellAt(b, k)));
      break;
    case GREATER: // numpy maximum: NaN wins
      for (let k = 0; k < n; k++) {
        const u = cellAt(a, k);
        const v = cellAt(b, k);
        putCell(out, k, v128.bitselect(u, v, v128.or(f64x2.gt(u, v), f64x2.ne(u, u))));
      }
      return;
    case LESS:
      for (let k = 0; k < n; k++) {
        const u = cellAt(a, k);
        const v = cellAt(b, k);
        putCell(out, k, v128.bitselect(u, v, v128.or(f64x2.lt(u, v), f64x2.ne(u, u))));
      }
      return;
    case GT:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.gt(cellAt(a, k), cellAt(b, k))));
      return;
    case GE:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.ge(cellAt(a, k), cellAt(b, k))));
      return;
    case LT:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.lt(cellAt(a, k), cellAt(b, k))));
      return;
    case LE:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.le(cellAt(a, k), cellAt(b, k))));
      return;
    case EQ:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.eq(cellAt(a, k), cellAt(b, k))));
      return;
    case NE:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.ne(cellAt(a, k), cellAt(b, k))));
      return;
  }
  if (single) for (let k = 0; k < n; k++) putCell(out, k, toSingle(cellAt(out, k)));
}

/** What has no vector instruction: two scalars a pair. */
function cellwise(op: i32, a: usize, b: usize, n: i32, single: bool, out: usize): void {
  for (let end = out + (<usize>n << 4); out < end; out += 8, a += 8, b += 8) {
    const u = f64.load(a);
    const v = f64.load(b);
    let cell: f64;
    if (op == POWER) cell = power(u, v);
    else if (op == AND) cell = <f64>(whole(u) & whole(v));
    else cell = <f64>(whole(u) | whole(v));
    f64.store(out, single ? <f64>(<f32>cell) : cell);
  }
}

@inline
function whole(value: f64): i64 {
  return <i64>value; // saturating: NaN is 0
}

/** out = op(x). `NOT` is of conditions; the last op is numpy's bitwise_not of whole numbers. */
export function unary(op: i32, x: usize, n: i32, single: bool, out: usize): void {
  switch (op) {
    case ABS:
      for (let k = 0; k < n; k++) putCell(out, k, f64x2.abs(cellAt(x, k)));
      return;
    case SIGN: // zeros and NaN stay as they are
      for (let k = 0; k < n; k++) {
        const cell = cellAt(x, k);
        const up = v128.bitselect(f64x2.splat(1), cell, f64x2.gt(cell, f64x2.splat(0)));
        putCell(out, k, v128.bitselect(f64x2.splat(-1), up, f64x2.lt(cell, f64x2.splat(0))));
      }
      return;
    case NEG:
      for (let k = 0; k < n; k++) putCell(out, k, f64x2.neg(cellAt(x, k)));
      return;
    case NOT:
      for (let k = 0; k < n; k++) putCell(out, k, oneWhere(f64x2.eq(cellAt(x, k), f64x2.splat(0))));
      return;
    case LOG:
      for (let end = out + (<usize>n << 4); out < end; out += 8, x += 8) {
        const cell = Math.log(f64.load(x));
        f64.store(out, single ? <f64>(<f32>cell) : cell);
      }
      return;
    default:
      for (let end = out + (<usize>n << 4); out < end; out += 8, x += 8) {
        f64.store(out, <f64>(~whole(f64.load(x))));
      }
  }
}

/** out = condition ? a : b, cell by cell; a NaN condition is true, as in numpy. */
export function choose(condition: usize, a: usize, b: usize, n: i32, out: usize): void {
  for (let k = 0; k < n; k++) {
    const isTrue = f64x2.ne(cellAt(condition, k), f64x2.splat(0));
    putCell(out, k, v128.bitselect(cellAt(a, k), cellAt(b, k), isTrue));
  }
}
