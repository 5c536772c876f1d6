/** A row of the table. Ratios are medians of a peer over medians of ours. */
export interface Task {
  readonly id: string;
  readonly title: string;
  /** What must be reached at the full size: times as fast as pandas, and milliseconds. */
  readonly ratio?: number;
  readonly mostMs?: number;
  /**
   * The same of tasks whose ratio to pandas says more of the processor than of us: Node's own starts that it takes, and
   * bytes of values a second.
   */
  readonly mostStarts?: number;
  readonly leastRate?: number;
}

export const TASKS: readonly Task[] = [
  { id: "import", title: "fresh process: import the package" },
  { id: "open-window", title: "fresh process: open h5, window 300 × 60 × 2, no cache", mostStarts: 2.5 },
  { id: "open-window-cached", title: "the same with the cache warm", mostStarts: 1 },
  { id: "process-cached", title: "… including process start and exit", mostMs: 150 },
  { id: "process-idle", title: "… of which Node itself, doing nothing" },
  { id: "load", title: "load all columns from h5", leastRate: 1e9 },
  { id: "window", title: "window: 300 instruments × 60 sessions × 2 fields", ratio: 80, mostMs: 0.35 },
  { id: "window-universe", title: "the same, of a Universe, which holds its rows" },
  { id: "window-other", title: "the same, another universe each time" },
  { id: "window-all", title: "window: all instruments × 60 sessions, all fields", mostMs: 0.02 },
  { id: "window-all-2", title: "window: all instruments × 60 sessions × 2 fields" },
  { id: "window-bars", title: "window: each of 300 instruments' last 60 bars × 2 fields" },
  { id: "window-bars-universe", title: "the same, of a Universe" },
  { id: "series", title: "one instrument, whole history, 6 fields" },
  { id: "series-many", title: "the same, another instrument each time" },
  { id: "by-instrument", title: "lay all columns out by instrument: load({ byInstrument: true })" },
  {
    id: "series-laid",
    title: "one instrument, of a panel or a frame that is laid out by instrument",
    ratio: 100,
  },
  { id: "series-many-laid", title: "the same, another instrument each time" },
  { id: "bars-one", title: "one instrument's last 60 bars × 2 fields, another session each time" },
  { id: "bars-one-laid", title: "the same, laid out by instrument" },
  { id: "group", title: "all instruments' whole histories in a loop, 6 fields" },
  { id: "group-laid", title: "the same, laid out by instrument" },
  { id: "cross-section", title: "one session's cross-section", ratio: 10 },
  { id: "unstack", title: "unstack one column to a dense matrix", ratio: 20 },
  { id: "rolling", title: "rolling Mean 20 of one column by instrument", ratio: 10 },
  { id: "rolling-one", title: "the same on one thread" },
  { id: "join-left", title: "left join with a factor of half the rows", ratio: 50 },
  { id: "join-inner", title: "inner join of the same", ratio: 15 },
  { id: "random-windows", title: "10,000 random windows 300 × 60 × 2" },
  { id: "random-universe", title: "the same, of a Universe" },
];
