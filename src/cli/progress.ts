import type { Progress } from "../formats/table.js";

/** A bar appears only for what takes longer than this. */
const QUIET_MS = 400;
const REDRAW_MS = 100;
const WIDTH = 30;

export interface ProgressBar {
  readonly update: (progress: Progress) => void;
  /** Clears the line. */
  readonly end: () => void;
}

/** A progress bar on stderr; nothing at all where stderr is no terminal. */
export function progressBar(title: string): ProgressBar {
  if (!process.stderr.isTTY) return { update: () => {}, end: () => {} };
  const begun = Date.now();
  let drawn = 0;
  return {
    update: ({ rows, totalRows }) => {
      const now = Date.now();
      if (now - begun < QUIET_MS || now - drawn < REDRAW_MS) return;
      drawn = now;
      const share = totalRows > 0 ? Math.min(1, rows / totalRows) : 1;
      const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
      process.stderr.write(`\r\x1b[K${title} ${bar} ${(100 * share).toFixed(0)}%`);
    },
    end: () => {
      if (drawn > 0) process.stderr.write("\r\x1b[K");
    },
  };
}
