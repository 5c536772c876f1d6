import { discardTemporaries, watchTemporaries } from "../formats/temporaries.js";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/**
 * A signal that ends the process removes what it is writing. Signals are listened to during writes alone: at any other
 * time they end the process at once, in the midst of a computation too.
 */
export function removeTemporariesOnSignals(): void {
  watchTemporaries((isWriting) => {
    for (const signal of SIGNALS) {
      process.off(signal, end);
      if (isWriting) process.on(signal, end);
    }
  });
}

/** The signal itself then ends the process, which shells count as 128 and its number: exit would wait for DuckDB. */
function end(signal: NodeJS.Signals): void {
  discardTemporaries();
  for (const each of SIGNALS) process.off(each, end);
  process.kill(process.pid, signal);
}
