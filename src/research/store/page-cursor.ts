import { DataServiceError } from "../../errors.js";

/** Where a page of a list ended: the values of the order's columns in its last row; null for a column without a value. */
export interface PageCursor {
  readonly sort: string;
  /** How many rows matched when the first page was asked for. */
  readonly total: number;
  readonly values: readonly (string | number | null)[];
}

/** A cursor as a text that goes through an address; what it holds is nobody's business. */
export const cursorText = ({ sort, total, values }: PageCursor): string =>
  Buffer.from(JSON.stringify([sort, total, ...values])).toString("base64url");

/**
 * Reads a cursor.
 * @param sort the order that the page is asked in
 * @param count how many columns that order has
 * @throws DataServiceError bad-request: it is no cursor, or of a list in another order
 */
export function cursorOf(text: string, sort: string, count: number): PageCursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    parts = undefined;
  }
  const isValue = (part: unknown) => part === null || typeof part === "string" || typeof part === "number";
  if (!Array.isArray(parts) || parts.length !== count + 2 || !parts.every(isValue)) {
    throw new DataServiceError(
      "bad-request",
      `cursor ${JSON.stringify(text.slice(0, 40))} is none that a list gave; begin without one`,
    );
  }
  const [sorted, total, ...values] = parts as PageCursor["values"];
  if (sorted !== sort || typeof total !== "number") {
    throw new DataServiceError(
      "bad-request",
      "the cursor is of a list in another order; begin without one after a new sort",
    );
  }
  return { sort, total, values };
}
