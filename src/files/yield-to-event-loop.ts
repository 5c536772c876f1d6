/**
 * Lets the event loop run once. A long loop over rows awaits it now and then: a signal such as Ctrl-C would otherwise
 * wait for the loop's end.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
