/** Whether a cell counts in a window. pandas turns infinities into NaN before it rolls (`_prep_values`), and so do we. */
export function isPresent(value: number): boolean {
  return value - value === 0;
}

/** "Expanding": a window longer than any series. */
export const EXPANDING = 0x3fffffff;

/**
 * The first block boundary after position 0 of a buffer whose position 0 is absolute position `origin`.
 * Blocks begin at absolute multiples of the window, so that a result does not depend on where the warm-up began.
 */
export function firstBoundary(window: number, origin: number): number {
  return window >= EXPANDING ? EXPANDING : window - (origin % window);
}
