import type { Progress } from "../columns/table.js";

/** A bar appears only for what takes longer than this. */
const QUIET_MS = 400;
const REDRAW_MS = 100;
const WIDTH = 30;

/**
 * What `work` gives, with a progress bar on stderr while it goes on, and none where stderr is no terminal. The line is
 * clear again when it ends or throws.
 */
export async function withProgress<T>(
  title: string,
  work: (onProgress: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  if (!process.stderr.isTTY) return await work(() => {});
  const begun = Date.now();
  let drawn = 0;
  const draw = ({ rows, totalRows }: Progress): void => {
    const now = Date.now();
    if (now - begun < QUIET_MS || now - drawn < REDRAW_MS) return;
    drawn = now;
    const share = totalRows > 0 ? Math.min(1, rows / totalRows) : 1;
    const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
    process.stderr.write(`\r\x1b[K${title} ${bar} ${(100 * share).toFixed(0)}%`);
  };
  try {
    return await work(draw);
  } finally {
    if (drawn > 0) process.stderr.write("\r\x1b[K");
  }
}
