import { ApiError } from "./api-error.js";

const INTEGER = /^[-+]?[0-9]+(?:_[0-9]+)*(?:\.0+)?$/;

/**
 * A whole number in a path or query as pydantic 2 takes it: blanks around it, a sign, leading zeros, single underscores
 * and `.0` are allowed; digits of other scripts are not.
 * @throws ApiError 422 with pydantic's body
 */
export function intParameter(text: string, place: "path" | "query", name: string): bigint {
  const trimmed = text.trim();
  if (INTEGER.test(trimmed))
    return BigInt(trimmed.replace(/\..*$/, "").replaceAll("_", "").replace(/^\+/, ""));
  throw new ApiError(422, [
    {
      type: "int_parsing",
      loc: [place, name],
      msg: "Input should be a valid integer, unable to parse string as an integer",
      input: text,
    },
  ]);
}

const LARGEST = 2n ** 63n - 1n;

/**
 * A whole number that SQLite can hold: no loop has any other.
 * @throws ApiError 422
 */
export function int64Parameter(text: string, place: "path" | "query", name: string): bigint {
  const value = intParameter(text, place, name);
  if (value <= LARGEST && value >= -LARGEST - 1n) return value;
  throw new ApiError(422, [
    {
      type: value > 0n ? "less_than_equal" : "greater_than_equal",
      loc: [place, name],
      msg: "Input should fit in 64 bits",
      input: text,
    },
  ]);
}
