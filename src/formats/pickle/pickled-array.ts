import { numpyArray, plainCell } from "./numpy-array.js";
import { readPickle } from "./read-pickle.js";
import { NotAPickle } from "./values.js";

/** A text, number, bool, None or pd.NA (both null); undefined for any other object. */
export type PickledCell = string | number | boolean | null | undefined;

/** A numpy array of Python objects. */
export interface PickledArray {
  readonly shape: readonly number[];
  /** In C order. */
  readonly cells: readonly PickledCell[];
}

/**
 * The cells of a pickled numpy array of objects, as pandas stores columns of them in its fixed format; undefined for
 * what is no such array.
 */
export function pickledArray(bytes: Uint8Array): PickledArray | undefined {
  try {
    const array = numpyArray(readPickle(bytes));
    if (array?.type !== "object" || ArrayBuffer.isView(array.values)) return undefined;
    const cells = array.values.map((value) => {
      const cell = plainCell(value);
      return typeof cell === "bigint" ? undefined : cell; // no float64 is equal to it
    });
    return { shape: array.shape, cells };
  } catch (error) {
    if (error instanceof NotAPickle) return undefined;
    throw error;
  }
}
