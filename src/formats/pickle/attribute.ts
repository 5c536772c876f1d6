import { readPickle } from "./read-pickle.js";
import { NotAPickle, type PickleValue } from "./values.js";

/**
 * The value of an attribute that PyTables pickled (protocol 0, lines of Latin-1); what would call Python code is a
 * description of the call. Text that is no such pickle gives undefined.
 */
export function parsePickle(text: string): PickleValue | undefined {
  try {
    return readPickle(Buffer.from(text, "latin1"));
  } catch (error) {
    if (error instanceof NotAPickle) return undefined;
    throw error;
  }
}

/** The texts of a pickled list or tuple of texts and numbers, or undefined. */
export function pickledNames(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.map((item) => (typeof item === "number" ? String(item) : item));
  return names.every((name) => typeof name === "string") ? names : undefined;
}
