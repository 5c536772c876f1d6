import type { Figure } from "./measure.js";
import type { Task } from "./tasks.js";

/** What a task's time is set against. */
export interface Yardstick {
  /** How many times as fast as pandas it is, where that was measured. */
  readonly ratio: number | undefined;
  /** Milliseconds that Node takes from its start to its end, doing nothing. */
  readonly idleMs: number | undefined;
  /** Bytes of all the market's values. */
  readonly valueBytes: number;
}

/** `≥ 80×, ≤ 350 µs`. */
export function goalText({ ratio, mostMs, mostStarts, leastRate }: Task): string {
  return [
    ratio && `≥ ${times(ratio)}`,
    mostMs && `≤ ${duration(mostMs)}`,
    mostStarts && `≤ ${mostStarts} × Node's own start`,
    leastRate && `≥ ${rate(leastRate)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** What a task reaches of a goal that is no time: `1.7 × Node's own start`, `1.67 GB/s`. */
export function reachedText(task: Task, { median }: Figure, { idleMs, valueBytes }: Yardstick): string {
  if (task.mostStarts !== undefined && idleMs !== undefined) return starts(median, idleMs);
  return task.leastRate === undefined ? "" : rate(rateOf(valueBytes, median));
}

/** What is missed, in words; empty when the goal is reached or cannot be judged. */
export function missedGoals(task: Task, { median }: Figure, yardstick: Yardstick): string {
  const { ratio, idleMs, valueBytes } = yardstick;
  const missed: string[] = [];
  if (task.ratio !== undefined && ratio !== undefined && ratio < task.ratio) {
    missed.push(`${ratio.toPrecision(3)}× of ${times(task.ratio)}`); // three digits: 1.77 is not 1.8
  }
  if (task.mostMs !== undefined && median > task.mostMs) {
    missed.push(`${duration(median)} of ${duration(task.mostMs)}`);
  }
  if (task.mostStarts !== undefined && idleMs !== undefined && median > task.mostStarts * idleMs) {
    missed.push(`${starts(median, idleMs)} of ${task.mostStarts}`);
  }
  if (task.leastRate !== undefined && rateOf(valueBytes, median) < task.leastRate) {
    missed.push(`${rate(rateOf(valueBytes, median))} of ${rate(task.leastRate)}`);
  }
  return missed.join("; ");
}

/** `1.23 ms`, `45.6 µs`, `7.89 s`. */
export function duration(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toPrecision(3)} µs`;
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}

export function times(ratio: number): string {
  return `${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(2)}×`;
}

function starts(ms: number, idleMs: number): string {
  return `${(ms / idleMs).toPrecision(2)} × Node's own start`;
}

const rateOf = (bytes: number, ms: number): number => (bytes / ms) * 1000;

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e9).toPrecision(3)} GB/s`;
}
