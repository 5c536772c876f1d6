import { DataServiceError } from "../errors.js";

/**
 * The entries of what a caller gives by name, such as `{ ma5: "Mean($close, 5)" }`.
 * @param call how the error names the call
 * @throws DataServiceError bad-request for what is no such object; a Map is none, as its entries are no properties
 */
export function namedEntries<T>(given: Readonly<Record<string, T>>, call: string): [name: string, T][] {
  const isObject = typeof given === "object" && given !== null && !(Symbol.iterator in given);
  if (isObject) return Object.entries(given);
  const found = typeof given === "object" && given !== null ? given.constructor.name : String(given);
  throw new DataServiceError("bad-request", `${call}: expected an object of names and values, got ${found}`);
}
