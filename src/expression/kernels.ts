import { DataServiceError } from "../errors.js";
import { instantiate, type SimdMemory } from "../simd/load.js";

/** Element-wise operations of two series, in the order `simd/assembly/expression/elementwise.ts` numbers them. */
export const BINARY_NAMES = [
  ...(["Add", "Sub", "Mul", "Div", "Power", "Greater", "Less"] as const),
  ...(["Gt", "Ge", "Lt", "Le", "Eq", "Ne", "And", "Or"] as const),
] as const;
export type BinaryName = (typeof BINARY_NAMES)[number];

/** Of one series, likewise. `Not` is of conditions, `NotWhole` numpy's bitwise_not of whole numbers. */
export const UNARY_NAMES = ["Abs", "Sign", "Log", "Neg", "Not", "NotWhole"] as const;
export type UnaryName = (typeof UNARY_NAMES)[number];

/** "Expanding": a window longer than any series. */
export const EXPANDING = 0x3fffffff;

/** Whether a cell counts in a window. pandas turns infinities into NaN before it rolls (`_prep_values`), and so do we. */
export function isPresent(value: number): boolean {
  return value - value === 0;
}

/** Where something lies in the kernels' memory, in bytes. */
export type Address = number;

/** `simd/assembly/expression.ts`: a series there is a pair of series, cell by cell; outputs at 0 are not wanted. */
export interface Kernels {
  readonly memory: SimdMemory;
  trimLane(series: Address, n: number, lane: number, from: number, to: number): void;
  layOutSingle(rows: Address, cells: Address, count: number, out: Address): void;
  layOutDouble(rows: Address, cells: Address, count: number, out: Address): void;
  placeCells(
    codes: Address,
    lengths: Address,
    sessions: number,
    first: number,
    cellOfLane: Address,
    outside: number,
    cells: Address,
  ): void;
  placeResults(
    codes: Address,
    lengths: Address,
    sessions: number,
    first: number,
    laneOf: Address,
    laneCount: number,
    places: Address,
  ): void;
  emit(cells: Address, divisor: Address, count: number, tile: Address, stride: number): void;
  collect(tile: Address, places: Address, count: number, rows: Address): void;
  take(cells: Address, divisor: Address, count: number, out: Address): void;
  keepNumbers(cells: Address, count: number, sorted: Address): number;
  rankAmong(cells: Address, count: number, sorted: Address, size: number, out: Address): void;
  binary(op: number, a: Address, b: Address, n: number, single: boolean, out: Address): void;
  unary(op: number, x: Address, n: number, single: boolean, out: Address): void;
  choose(condition: Address, a: Address, b: Address, n: number, out: Address): void;
  shift(x: Address, n: number, by: number, out: Address): void;
  delta(x: Address, n: number, by: number, single: boolean, out: Address): void;
  since(x: Address, n: number, out: Address): void;
  first(x: Address, n: number, start0: number, start1: number, out: Address): void;
  rollingSum(x: Address, n: number, window: number, origin: number, tail: Address, out: Address): void;
  rollingWholeMean(x: Address, n: number, window: number, out: Address): void;
  rollingCount(x: Address, n: number, window: number, out: Address): void;
  rollingMoments(
    x: Address,
    n: number,
    window: number,
    origin: number,
    tail: Address,
    mean: Address,
    std: Address,
    variance: Address,
  ): void;
  rollingShape(
    x: Address,
    n: number,
    window: number,
    origin: number,
    tail: Address,
    floor: number,
    skew: Address,
    kurt: Address,
  ): void;
  rollingTrend(
    x: Address,
    n: number,
    window: number,
    origin: number,
    tail: Address,
    flat: number,
    slope: Address,
    rsquare: Address,
    resi: Address,
  ): void;
  rollingPairs(
    x: Address,
    y: Address,
    n: number,
    window: number,
    origin: number,
    tail: Address,
    std: Address,
    flat: number,
    corr: Address,
    cov: Address,
  ): void;
  rollingExtremes(
    x: Address,
    n: number,
    window: number,
    origin: number,
    tail: Address,
    gaps: Address,
    start0: number,
    start1: number,
    sign: number,
    missingWins: boolean,
    value: Address,
    place: Address,
  ): void;
  rollingOrder(
    x: Address,
    n: number,
    window: number,
    sorted: Address,
    rank: Address,
    median: Address,
    quantiles: Address,
    scores: Address,
    quantileCount: number,
  ): void;
  exponentialMean(x: Address, n: number, alpha: number, out: Address): void;
  expandingExponentialMean(
    x: Address,
    n: number,
    redistribute: boolean,
    start0: number,
    start1: number,
    out: Address,
  ): void;
  weightedMean(
    x: Address,
    n: number,
    window: number,
    origin: number,
    tail: Address,
    start0: number,
    start1: number,
    proper: boolean,
    out: Address,
  ): void;
  meanAbsoluteDeviation(x: Address, n: number, window: number, out: Address): void;
}

/**
 * Kernels with a memory of their own of so many bytes.
 * @throws DataServiceError unsupported, where Node runs without WebAssembly
 */
export function loadKernels(bytes: number): Kernels {
  if (!("WebAssembly" in globalThis)) {
    const problem = "expressions need WebAssembly, which Node lacks with --jitless; run it without";
    throw new DataServiceError("unsupported", problem, {});
  }
  return instantiate<Kernels>("expression", bytes);
}

let folding: Kernels | undefined;

/** One cell: the arithmetic of `binary`, for constants. */
export function binaryCell(name: BinaryName, a: number, b: number): number {
  folding ??= loadKernels(2 * STATIC_BYTES);
  const cells = new Float64Array(folding.memory.buffer, STATIC_BYTES, 6);
  cells.set([a, a, b, b]);
  const at = (place: number): Address => STATIC_BYTES + 16 * place;
  folding.binary(BINARY_NAMES.indexOf(name), at(0), at(1), 1, false, at(2));
  return cells[4]!;
}

/** What the module keeps for itself at the start of its memory (tables of logarithms). */
export const STATIC_BYTES = 1 << 16;
