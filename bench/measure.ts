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

/** Until so many runs or milliseconds have passed; a task that takes long is run three times, or once. */
const [MOST_RUNS, FOR_MS, WARM_UP_MS] = [5000, 2000, 500];
const [THRICE_MS, ONCE_MS] = [500, 3000];

/** Times `run` after a warm-up. The argument counts up. */
export function measure(form: string, run: (i: number) => unknown, note?: string): Samples {
  const clock = new Clock();
  while (clock.wants()) clock.add(() => run(clock.runs));
  return { ms: clock.samples(), form, note };
}

/** `measure` for what answers later. */
export async function measureAsync(form: string, run: (i: number) => Promise<unknown>): Promise<Samples> {
  const clock = new Clock();
  while (clock.wants()) {
    const from = performance.now();
    await run(clock.runs);
    clock.took(performance.now() - from);
  }
  return { ms: clock.samples(), form };
}

/** Decides how often a task runs, and which of its times count. */
class Clock {
  runs = 0;
  readonly #times: number[] = [];
  readonly #warmUntil = performance.now() + WARM_UP_MS;
  #until = 0;
  #warmRuns = 0;

  wants(): boolean {
    const counted = this.runs - this.#warmRuns;
    const first = this.#times[0];
    if (first === undefined) return true;
    if (first >= ONCE_MS) return false;
    if (this.#until === 0) return true;
    if (counted < (first > THRICE_MS ? 3 : 5)) return true;
    return counted < MOST_RUNS && performance.now() < this.#until;
  }

  add(run: () => unknown): void {
    const from = performance.now();
    run();
    this.took(performance.now() - from);
  }

  took(ms: number): void {
    this.#times.push(ms);
    this.runs++;
    if (this.#until === 0 && performance.now() >= this.#warmUntil) {
      this.#warmRuns = this.runs;
      this.#until = performance.now() + FOR_MS;
    }
  }

  /** The times after the warm-up; of a task too long to repeat, its one time. */
  samples(): number[] {
    return this.#times.length > this.#warmRuns ? this.#times.slice(this.#warmRuns) : this.#times;
  }
}

/** Hands a report to the process that asked for it. */
export function printReport(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
