import { type BinaryName, binary, choose, type UnaryName, unary } from "./kernels/elementwise.js";
import { rollingExtremes } from "./kernels/extremes.js";
import { EXPANDING } from "./kernels/missing.js";
import { rollingMoments } from "./kernels/moments.js";
import { rollingOrder } from "./kernels/order.js";
import { rollingPairs } from "./kernels/pairs.js";
import { rollingShape } from "./kernels/shape.js";
import { delta, shift } from "./kernels/shift.js";
import {
  expandingExponentialMean,
  exponentialMean,
  meanAbsoluteDeviation,
  weightedMean,
} from "./kernels/smooth.js";
import { rollingCount, rollingSum, rollingWholeMean } from "./kernels/sums.js";
import { FLAT_STD, rollingTrend } from "./kernels/trend.js";
import type { Block } from "./layout.js";
import type { Program, Step } from "./program.js";

/** "qlib" gives qlib's numbers, faults included; "strict" does what the operator's name says. */
export type Compat = "qlib" | "strict";

/** Population variance at or below which pandas gives no skewness or kurtosis. */
const PANDAS_FLOOR = 1e-14;

/**
 * Told the first `n` cells of a program's root of the block's instrument j, to be divided by `divisor` where there is
 * one; both are overwritten by the next call.
 */
export type Emit = (
  root: number,
  j: number,
  n: number,
  cells: Float64Array,
  divisor: Float64Array | undefined,
) => void;

/** Runs a program over one instrument after another, reusing its buffers. */
export class Runner {
  readonly #program: Program;
  readonly #strict: boolean;
  readonly #cells: Float64Array[];
  #capacity = 0;

  constructor(program: Program, compat: Compat) {
    this.#program = program;
    this.#strict = compat === "strict";
    this.#cells = [];
  }

  /**
   * @param columns the block's cells of each of the program's columns
   */
  run(block: Block, columns: readonly Float64Array[], emit: Emit): void {
    const { starts, origins, count } = block;
    for (let j = 0; j < count; j++) this.#reserve(starts[j + 1]! - starts[j]!);
    for (let j = 0; j < count; j++) {
      const start = starts[j]!;
      const n = starts[j + 1]! - start;
      if (n === 0) continue;
      for (const [at, column] of columns.entries()) this.#cells[at] = column.subarray(start, start + n);
      for (const step of this.#program.steps) {
        if (step.family === "emit") {
          const [cells, divisor] = step.inputs;
          emit(
            step.root,
            j,
            n,
            this.#cells[cells!]!,
            divisor === undefined ? undefined : this.#cells[divisor]!,
          );
        } else this.#step(step, n, origins[j]!);
      }
    }
  }

  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    this.#capacity = length;
    const { columns, constants, bufferCount } = this.#program;
    let place = columns.length;
    // A constant is a series too: element-wise kernels then have one loop each.
    for (const value of constants) this.#cells[place++] = new Float64Array(length).fill(value);
    for (let buffer = 0; buffer < bufferCount; buffer++) this.#cells[place++] = new Float64Array(length);
  }

  #out(step: Step, part: string): Float64Array | undefined {
    for (const output of step.outputs) if (output.part === part) return this.#cells[output.place]!;
    return undefined;
  }

  #step(step: Step, n: number, origin: number): void {
    const { inputs, outputs, window, single } = step;
    const x = this.#cells[inputs[0]!]!;
    const out = this.#cells[outputs[0]!.place]!;
    const part = outputs[0]!.part;
    switch (step.family) {
      case "unary":
        unary(part as UnaryName, x, n, single, out);
        break;
      case "binary":
        binary(part as BinaryName, x, this.#cells[inputs[1]!]!, n, single, out);
        break;
      case "choose":
        choose(x, this.#cells[inputs[1]!]!, this.#cells[inputs[2]!]!, n, out);
        break;
      case "shift":
        this.#shift(part, x, n, window, single, out);
        break;
      case "sum":
        if (part === "sum") rollingSum(x, n, window, origin, out);
        else rollingCount(x, n, window, out);
        break;
      case "wholeMean":
        rollingWholeMean(x, n, window, out);
        break;
      case "moments":
        rollingMoments(x, n, window, origin, {
          mean: this.#out(step, "mean"),
          std: this.#out(step, "std"),
          variance: this.#out(step, "variance"),
        });
        break;
      case "shape":
        rollingShape(x, n, window, origin, this.#strict ? 0 : PANDAS_FLOOR, {
          skew: this.#out(step, "skew"),
          kurt: this.#out(step, "kurt"),
        });
        break;
      case "trend":
        rollingTrend(x, n, window, origin, window === EXPANDING ? -1 : FLAT_STD, {
          slope: this.#out(step, "slope"),
          rsquare: this.#out(step, "rsquare"),
          resi: this.#out(step, "resi"),
        });
        break;
      case "highest":
      case "lowest":
        rollingExtremes(x, n, window, origin, step.family === "highest" ? 1 : -1, !this.#strict, {
          value: this.#out(step, "value"),
          place: this.#out(step, "place"),
        });
        break;
      case "order": {
        const quantiles = outputs.filter((output) => output.part === "quantile");
        rollingOrder(x, n, window, {
          rank: this.#out(step, "rank"),
          median: this.#out(step, "median"),
          quantiles: quantiles.map((output) => this.#cells[output.place]!),
          scores: quantiles.map((output) => output.score),
        });
        break;
      }
      case "smooth":
        this.#smooth(part, x, n, window, origin, out);
        break;
      case "pairs":
        rollingPairs(x, this.#cells[inputs[1]!]!, n, window, origin, true, {
          corr: this.#out(step, "corr"),
          cov: this.#out(step, "cov"),
        });
        break;
    }
  }

  #shift(part: string, x: Float64Array, n: number, by: number, single: boolean, out: Float64Array): void {
    if (part === "ref") {
      if (by === 0) out.fill(x[0]!, 0, n);
      else shift(x, n, by, out);
    } else if (by === 0) {
      binary("Sub", x, new Float64Array(n).fill(x[0]!), n, single, out);
    } else delta(x, n, by, single, out);
  }

  #smooth(part: string, x: Float64Array, n: number, window: number, origin: number, out: Float64Array): void {
    if (part === "wma") weightedMean(x, n, window, origin, this.#strict, out);
    else if (part === "mad") meanAbsoluteDeviation(x, n, window, out);
    else if (window === 0) expandingExponentialMean(x, n, this.#strict, out);
    else exponentialMean(x, n, window < 1 ? window : 2 / (window + 1), out);
  }
}
