import type { Arena } from "./arena.js";
import { type Address, BINARY_NAMES, EXPANDING, type Kernels, UNARY_NAMES } from "./kernels.js";
import type { Patch } from "./patch-layout.js";
import type { Program, Step } from "./program.js";

/**
 * "qlib" gives qlib's numbers, faults included; "strict" does what the operator's name says. One fault is in neither:
 * in qlib, an infinity makes Slope, Rsquare and Resi NaN for the rest of the series (its running sums never lose it);
 * here it is skipped, like a missing cell. `explainExpression` names the faults of the operators used.
 */
export type Compat = "qlib" | "strict";

/** Population variance at or below which pandas gives no skewness or kurtosis. */
const PANDAS_FLOOR = 1e-14;
/** A rolling std at or below this counts as 0 in qlib's `Rsquare` and `Corr` (`np.isclose(std, 0, atol=2e-05)`). */
const FLAT_STD = 2e-5;
/** Bytes of a pair of float64, and of the widest record a kernel keeps of a position of a window. */
const [PAIR, RECORD] = [16, 96];

/**
 * Told where the cells of a program's root for a pair of lanes lie, to be divided by those at `divisor` unless that
 * is 0; both are overwritten by the next call.
 */
export type Emit = (root: number, pair: number, cells: Address, divisor: Address) => void;

/** The pair of series that a step is of. */
interface Pair {
  readonly n: number;
  readonly origin: number;
  readonly start0: number;
  readonly start1: number;
}

/** Runs a program over one pair of series after another. */
export class Runner {
  readonly #program: Program;
  readonly #strict: boolean;
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  /** Where the values of each of the program's places lie. */
  readonly #places: Address[] = [];
  readonly #window: number;
  /** Sums of the suffixes of a window; a series; the quantiles of a step: their scores and where they go. */
  #tail: Address = 0;
  #spare: Address = 0;
  #scores: Address = 0;
  #quantiles: Address = 0;

  constructor(program: Program, compat: Compat, arena: Arena) {
    this.#program = program;
    this.#strict = compat === "strict";
    this.#arena = arena;
    this.#kernels = arena.kernels;
    this.#window = Math.max(1, ...program.steps.map(({ window }) => window));
  }

  /**
   * Takes memory from the arena, which its owner frees.
   * @param columns where the series of each of the program's columns lie, pair after pair
   */
  run({ n, pairs, starts, ends, origins }: Patch, columns: readonly Address[], emit: Emit): void {
    this.#reserve(n);
    for (let p = 0; p < pairs; p++) {
      for (const [at, column] of columns.entries()) this.#places[at] = column + p * n * PAIR;
      const [start0, start1] = [starts[2 * p]!, starts[2 * p + 1]!];
      const [end0, end1] = [ends[2 * p]!, ends[2 * p + 1]!];
      const isWhole = start0 === 0 && start1 === 0 && end0 === n && end1 === n;
      const pair = { n, origin: origins[p]!, start0, start1 };
      for (const step of this.#program.steps) {
        if (step.family === "emit") {
          const [cells, divisor] = step.inputs;
          emit(step.root, p, this.#places[cells!]!, divisor === undefined ? 0 : this.#places[divisor]!);
          continue;
        }
        this.#step(step, pair);
        if (isWhole) continue;
        // Where an instrument has no position there is no value: a constant, or a comparison, would give one.
        for (const { place } of step.outputs) {
          this.#kernels.trimLane(this.#places[place]!, n, 0, start0, end0);
          this.#kernels.trimLane(this.#places[place]!, n, 1, start1, end1);
        }
      }
    }
  }

  /** Takes memory for series of `n` cells. */
  #reserve(n: number): void {
    const { columns, constants, bufferCount, steps } = this.#program;
    const arena = this.#arena;
    const quantiles = Math.max(0, ...steps.map(({ outputs }) => outputs.length));
    this.#tail = arena.take((Math.min(this.#window, n) + 2) * RECORD);
    this.#spare = arena.take((n + 1) * PAIR);
    this.#scores = arena.take(8 * quantiles);
    this.#quantiles = arena.take(4 * quantiles);
    let place = columns.length;
    // A constant is a series too: element-wise kernels then have one loop each.
    for (const value of constants) {
      this.#places[place] = arena.take(n * PAIR);
      arena.float64(this.#places[place++]!, 2 * n).fill(value);
    }
    for (let buffer = 0; buffer < bufferCount; buffer++) this.#places[place++] = arena.take(n * PAIR);
  }

  #out(step: Step, part: string): Address {
    for (const output of step.outputs) if (output.part === part) return this.#places[output.place]!;
    return 0;
  }

  #step(step: Step, pair: Pair): void {
    const { inputs, outputs, window, single } = step;
    const { n, origin, start0, start1 } = pair;
    const kernels = this.#kernels;
    const tail = this.#tail;
    const x = this.#places[inputs[0]!]!;
    const y = inputs.length > 1 ? this.#places[inputs[1]!]! : 0;
    const out = this.#places[outputs[0]!.place]!;
    const { part } = outputs[0]!;
    switch (step.family) {
      case "unary":
        kernels.unary((UNARY_NAMES as readonly string[]).indexOf(part), x, n, single, out);
        break;
      case "binary":
        kernels.binary((BINARY_NAMES as readonly string[]).indexOf(part), x, y, n, single, out);
        break;
      case "choose":
        kernels.choose(x, y, this.#places[inputs[2]!]!, n, out);
        break;
      case "shift":
        this.#shift(step, pair, x, out);
        break;
      case "since":
        kernels.since(x, n, out);
        break;
      case "sum":
        if (part === "sum") kernels.rollingSum(x, n, window, origin, tail, out);
        else kernels.rollingCount(x, n, window, out);
        break;
      case "wholeMean":
        kernels.rollingWholeMean(x, n, window, out);
        break;
      case "moments": {
        const [mean, std, variance] = [
          this.#out(step, "mean"),
          this.#out(step, "std"),
          this.#out(step, "variance"),
        ];
        kernels.rollingMoments(x, n, window, origin, tail, mean, std, variance);
        break;
      }
      case "shape": {
        const floor = this.#strict ? 0 : PANDAS_FLOOR;
        const [skew, kurt] = [this.#out(step, "skew"), this.#out(step, "kurt")];
        kernels.rollingShape(x, n, window, origin, tail, floor, skew, kurt);
        break;
      }
      case "trend": {
        const flat = window === EXPANDING ? -1 : FLAT_STD * FLAT_STD;
        const [slope, rsquare, resi] = [
          this.#out(step, "slope"),
          this.#out(step, "rsquare"),
          this.#out(step, "resi"),
        ];
        kernels.rollingTrend(x, n, window, origin, tail, flat, slope, rsquare, resi);
        break;
      }
      case "highest":
      case "lowest": {
        const sign = step.family === "highest" ? 1 : -1;
        const [value, place] = [this.#out(step, "value"), this.#out(step, "place")];
        kernels.rollingExtremes(
          ...([x, n, window, origin, tail, this.#spare, start0, start1] as const),
          ...([sign, !this.#strict, value, place] as const),
        );
        break;
      }
      case "order":
        this.#order(step, x, n);
        break;
      case "smooth":
        this.#smooth(step, pair, x, out);
        break;
      case "pairs": {
        const [corr, cov] = [this.#out(step, "corr"), this.#out(step, "cov")];
        kernels.rollingPairs(x, y, n, window, origin, tail, this.#spare, FLAT_STD, corr, cov);
        break;
      }
    }
  }

  #shift({ outputs, window, single }: Step, { n, start0, start1 }: Pair, x: Address, out: Address): void {
    const isRef = outputs[0]!.part === "ref";
    if (window !== 0) {
      if (isRef) this.#kernels.shift(x, n, window, out);
      else this.#kernels.delta(x, n, window, single, out);
      return;
    }
    this.#kernels.first(x, n, start0, start1, out);
    if (!isRef) this.#kernels.binary(BINARY_NAMES.indexOf("Sub"), x, out, n, single, out);
  }

  #order(step: Step, x: Address, n: number): void {
    const quantiles = step.outputs.filter(({ part }) => part === "quantile");
    const scores = this.#arena.float64(this.#scores, quantiles.length);
    const addresses = this.#arena.uint32(this.#quantiles, quantiles.length);
    for (const [q, { place, score }] of quantiles.entries()) {
      scores[q] = score;
      addresses[q] = this.#places[place]!;
    }
    this.#kernels.rollingOrder(
      ...([x, n, step.window, this.#tail, this.#out(step, "rank"), this.#out(step, "median")] as const),
      ...([this.#quantiles, this.#scores, quantiles.length] as const),
    );
  }

  #smooth({ outputs, window }: Step, { n, origin, start0, start1 }: Pair, x: Address, out: Address): void {
    const kernels = this.#kernels;
    const { part } = outputs[0]!;
    const [tail, strict] = [this.#tail, this.#strict];
    if (part === "wma") kernels.weightedMean(x, n, window, origin, tail, start0, start1, strict, out);
    else if (part === "mad") kernels.meanAbsoluteDeviation(x, n, window, out);
    else if (window === 0) kernels.expandingExponentialMean(x, n, strict, start0, start1, out);
    else kernels.exponentialMean(x, n, window < 1 ? window : 2 / (window + 1), out);
  }
}
