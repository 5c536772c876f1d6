import type { SessionRange } from "./layout.js";
import type { Pass } from "./pass.js";

/** What the division of a pass depends on. */
export interface PassSize extends Pick<Pass, "keys" | "extent" | "programs"> {
  readonly columns: readonly unknown[];
}

/** The instruments [first, first + count) in some sessions: what is computed at a time. */
export interface Task {
  readonly first: number;
  readonly count: number;
  readonly sessions: SessionRange;
}

/** Bytes that a task's columns and results take together, about: they should stay in a processor's cache. */
const TASK_BYTES = 32_000_000;
/** A task's rows of a session lie side by side; each run of them waits for memory, so that runs should not be short. */
const [LEAST_INSTRUMENTS, MOST_INSTRUMENTS] = [64, 1024];
/** Long histories are computed by fewer instruments: the kernels' memory ends at 4 GB. */
const MOST_BYTES = 1_000_000_000;
/** Sessions of a task, at least, and at least so many times those read before and after, which are computed twice. */
const [LEAST_SESSIONS, MARGINS] = [256, 4];

/**
 * Divides a pass into tasks, session by session and then instrument by instrument.
 * @param resultBytes of all results together, for one cell; those of the largest program as float32 when omitted
 */
export function tasksOf({ extent, programs, keys, columns }: PassSize, resultBytes?: number): Task[] {
  const { from, to } = extent.sessions;
  const margin = extent.back + extent.ahead;
  const shortest = Math.max(LEAST_SESSIONS, MARGINS * margin);
  // Series by rows are not cut: which rows belong to which sessions, each instrument says for itself.
  const chunks = extent.windows === "rows" ? 1 : Math.max(1, Math.floor((to - from) / shortest));
  const sessions = Math.ceil((to - from) / chunks);
  const results = resultBytes ?? 4 * Math.max(1, ...programs.map(({ roots }) => roots.length));
  const read = Math.min(keys.sessionCount, sessions + margin);
  const bytes = Math.max(1, sessions * results + 8 * read * columns.length);
  const least = Math.min(LEAST_INSTRUMENTS, Math.ceil(MOST_BYTES / bytes));
  const most = Math.max(least, Math.min(MOST_INSTRUMENTS, Math.floor(TASK_BYTES / bytes)));
  const patches = Math.ceil(keys.instrumentCount / most);
  const count = Math.max(1, Math.ceil(keys.instrumentCount / Math.max(1, patches)));
  const tasks: Task[] = [];
  for (let begin = from; begin < to; begin += sessions) {
    for (let first = 0; first < keys.instrumentCount; first += count) {
      tasks.push({
        first,
        count: Math.min(count, keys.instrumentCount - first),
        sessions: { from: begin, to: Math.min(begin + sessions, to) },
      });
    }
  }
  return tasks;
}
