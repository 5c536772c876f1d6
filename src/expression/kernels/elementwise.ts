/** Element-wise kernels. An operand is a series; a constant is a series of one value (see `Runner`). */
export type BinaryName =
  | "Add"
  | "Sub"
  | "Mul"
  | "Div"
  | "Power"
  | "Greater"
  | "Less"
  | "Gt"
  | "Ge"
  | "Lt"
  | "Le"
  | "Eq"
  | "Ne"
  | "And"
  | "Or";
export type UnaryName = "Abs" | "Sign" | "Log" | "Neg" | "Not" | "NotWhole";

/** C's `pow`, which unlike JavaScript's gives 1 for base 1 and for -1 to an infinite exponent. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}

/** One cell; the same arithmetic as `binary`, for folding constants. */
export function binaryCell(name: BinaryName, a: number, b: number): number {
  const out = new Float64Array(1);
  binary(name, Float64Array.of(a), Float64Array.of(b), 1, false, out);
  return out[0]!;
}

/** out[i] = a[i] op b[i] for i in [0, n); arithmetic is rounded to float32 where `single`, as numpy's is. */
export function binary(
  name: BinaryName,
  a: Float64Array,
  b: Float64Array,
  n: number,
  single: boolean,
  out: Float64Array,
): void {
  switch (name) {
    case "Add":
      if (single) for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! + b[i]!);
      else for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!;
      return;
    case "Sub":
      if (single) for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! - b[i]!);
      else for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!;
      return;
    case "Mul":
      if (single) for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! * b[i]!);
      else for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
      return;
    case "Div":
      if (single) for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! / b[i]!);
      else for (let i = 0; i < n; i++) out[i] = a[i]! / b[i]!;
      return;
    case "Power":
      for (let i = 0; i < n; i++) out[i] = power(a[i]!, b[i]!);
      if (single) roundToSingle(out, n);
      return;
    case "Greater": // numpy maximum: NaN wins
      for (let i = 0; i < n; i++) {
        const u = a[i]!;
        const v = b[i]!;
        out[i] = u > v || Number.isNaN(u) ? u : v;
      }
      return;
    case "Less":
      for (let i = 0; i < n; i++) {
        const u = a[i]!;
        const v = b[i]!;
        out[i] = u < v || Number.isNaN(u) ? u : v;
      }
      return;
    case "Gt":
      for (let i = 0; i < n; i++) out[i] = a[i]! > b[i]! ? 1 : 0;
      return;
    case "Ge":
      for (let i = 0; i < n; i++) out[i] = a[i]! >= b[i]! ? 1 : 0;
      return;
    case "Lt":
      for (let i = 0; i < n; i++) out[i] = a[i]! < b[i]! ? 1 : 0;
      return;
    case "Le":
      for (let i = 0; i < n; i++) out[i] = a[i]! <= b[i]! ? 1 : 0;
      return;
    case "Eq":
      for (let i = 0; i < n; i++) out[i] = a[i]! === b[i]! ? 1 : 0;
      return;
    case "Ne":
      for (let i = 0; i < n; i++) out[i] = a[i]! !== b[i]! ? 1 : 0;
      return;
    case "And":
      for (let i = 0; i < n; i++) out[i] = a[i]! & b[i]!;
      return;
    case "Or":
      for (let i = 0; i < n; i++) out[i] = a[i]! | b[i]!;
      return;
  }
}

/** out[i] = op(x[i]). `Not` is of conditions, `NotWhole` numpy's bitwise_not of whole numbers. */
export function unary(name: UnaryName, x: Float64Array, n: number, single: boolean, out: Float64Array): void {
  switch (name) {
    case "Abs":
      for (let i = 0; i < n; i++) out[i] = Math.abs(x[i]!);
      return;
    case "Sign":
      for (let i = 0; i < n; i++) out[i] = Math.sign(x[i]!);
      return;
    case "Log":
      for (let i = 0; i < n; i++) out[i] = Math.log(x[i]!);
      if (single) roundToSingle(out, n);
      return;
    case "Neg":
      for (let i = 0; i < n; i++) out[i] = -x[i]!;
      return;
    case "Not":
      for (let i = 0; i < n; i++) out[i] = x[i]! === 0 ? 1 : 0;
      return;
    case "NotWhole":
      for (let i = 0; i < n; i++) out[i] = ~x[i]!;
      return;
  }
}

/** out[i] = condition[i] ? a[i] : b[i]; a NaN condition is true, as in numpy. */
export function choose(
  condition: Float64Array,
  a: Float64Array,
  b: Float64Array,
  n: number,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) out[i] = condition[i]! !== 0 ? a[i]! : b[i]!;
}

function roundToSingle(cells: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) cells[i] = Math.fround(cells[i]!);
}
