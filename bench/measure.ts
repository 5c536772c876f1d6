/** Times of one task, milliseconds, in the order they were taken. */
export interface Samples {
  readonly ms: readonly number[];
  /** How it was asked: the code or query in a line. */
  readonly form: string;
  /** What else a reader should know. */
  readonly note?: string | undefined;
}

/** What a benchmark process reports on its standard output, as JSON. */
export interface Report {
  readonly version: string;
  readonly tasks: Readonly<Record<string, Samples>>;
}

export interface Figure {
  readonly median: number;
  /** The tenth and ninetieth percentile: the spread. */
  readonly low: number;
  readonly high: number;
  readonly p99: number;
  readonly least: number;
  readonly runs: number;
}

export function figureOf(samples: readonly number[]): Figure {
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return {
    median: at(0.5),
    low: at(0.1),
    high: at(0.9),
    p99: at(0.99),
    least: sorted[0]!,
    runs: sorted.length,
  };
}

const SECONDS = 2;
const WARM_UP_SECONDS = 0.5;

/** Times `run` after a warm-up: 5 runs at least, then until 2 s or 500 runs have passed. The argument counts up. */
export function measure(form: string, run: (i: number) => unknown, note?: string): Samples {
  const warmUntil = performance.now() + 1000 * WARM_UP_SECONDS;
  let i = 0;
  do run(i++);
  while (performance.now() < warmUntil && i < 200);
  const ms: number[] = [];
  const until = performance.now() + 1000 * SECONDS;
  while (ms.length < 5 || (performance.now() < until && ms.length < 500)) {
    const from = performance.now();
    run(i++);
    ms.push(performance.now() - from);
  }
  return { ms, form, note };
}

/** `measure` for what answers later. */
export async function measureAsync(form: string, run: (i: number) => Promise<unknown>): Promise<Samples> {
  const warmUntil = performance.now() + 1000 * WARM_UP_SECONDS;
  let i = 0;
  do await run(i++);
  while (performance.now() < warmUntil && i < 50);
  const ms: number[] = [];
  const until = performance.now() + 1000 * SECONDS;
  while (ms.length < 5 || (performance.now() < until && ms.length < 500)) {
    const from = performance.now();
    await run(i++);
    ms.push(performance.now() - from);
  }
  return { ms, form };
}

/** Hands a report to the process that asked for it. */
export function printReport(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
