import { numpyArray, plainCell } from "./numpy-array.js";
import { type PickledDecimal, type PickledTime, pickledObject } from "./pickled-object.js";
import { readPickle } from "./read-pickle.js";
import { calleeOf, itemsOf, NotAPickle, PickledObject } from "./values.js";

/** A text, number, bool, time, decimal, None, NaT or pd.NA (all null); undefined for any other object. */
export type PickledCell = string | number | boolean | null | undefined | PickledTime | PickledDecimal;

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
      const callee = calleeOf(value);
      if (callee !== undefined && value instanceof PickledObject) {
        const made = pickledObject(callee, itemsOf(value.args));
        if (made) return made;
      }
      const cell = plainCell(value);
      return typeof cell === "bigint" ? undefined : cell; // no float64 is equal to it
    });
    return { shape: array.shape, cells };
  } catch (error) {
    if (error instanceof NotAPickle) return undefined;
    throw error;
  }
}
