import { discardTemporaries, watchTemporaries } from "../files/temporaries.js";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

let hasTemporaries = false;
/** Of the work that Ctrl-C stops in place of the process. */
let stoppable: AbortController | undefined;

/**
 * A signal that ends the process removes its temporary files. Signals are listened to while there are any alone: at any
 * other time they end the process at once, in the midst of a computation too.
 */
export function removeTemporariesOnSignals(): void {
  watchTemporaries((has) => {
    hasTemporaries = has;
    listen();
  });
}

/** Runs `use` with a signal that Ctrl-C aborts, so that it can say what was stopped; a second Ctrl-C ends the process. */
export async function untilInterrupted<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  stoppable = controller;
  listen();
  try {
    return await use(controller.signal);
  } finally {
    stoppable = undefined;
    listen();
  }
}

function listen(): void {
  for (const signal of SIGNALS) {
    if (!isWanted(signal)) setImmediate(() => setImmediate(ignore, signal));
    else if (!process.listeners(signal).includes(end)) process.on(signal, end);
  }
}

function isWanted(signal: NodeJS.Signals): boolean {
  return hasTemporaries || (stoppable !== undefined && signal === "SIGINT");
}

/**
 * Runs when the event loop has been round once more: a signal that came during a long computation waits to be polled, and
 * would be lost with its listener. The first turn of `setImmediate` may come before the next poll.
 */
function ignore(signal: NodeJS.Signals): void {
  if (!isWanted(signal)) process.off(signal, end);
}

/** The signal itself then ends the process, which shells count as 128 and its number: exit would wait for DuckDB. */
function end(signal: NodeJS.Signals): void {
  if (signal === "SIGINT" && stoppable && !stoppable.signal.aborted) {
    stoppable.abort();
    return;
  }
  discardTemporaries();
  for (const each of SIGNALS) process.off(each, end);
  process.kill(process.pid, signal);
}
