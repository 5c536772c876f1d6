import { readFileSync } from "node:fs";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import type { FactorSet, OnNote } from "./factor-set.js";

/** One entry of `alpha158_meta.json` or of another factor file, as far as it is read here. */
interface FactorEntry {
  readonly name: string;
  readonly expression?: unknown;
}

/**
 * The expressions of a factor file: `{ factors: [{ name, expression }] }`, the shape of `alpha158_meta.json` and of
 * RD-Agent's factor catalogue. Factors without an expression (made by code) are left out with a note; of two
 * entries with one name the first counts. @param label how errors name the file
 * @throws DataServiceError bad-request where the JSON has another shape
 */
export function factorsOf(json: unknown, label: string, onNote?: OnNote): FactorSet {
  const factors =
    typeof json === "object" && json !== null ? (json as { factors?: unknown }).factors : undefined;
  if (!Array.isArray(factors)) {
    throw new DataServiceError(
      "bad-request",
      `${label}: a factor file is { "factors": [{ "name", "expression" }] }`,
      { path: label },
    );
  }
  const expressions = new Map<string, string>();
  const without: string[] = [];
  const twice: string[] = [];
  for (const [position, entry] of factors.entries()) {
    if (!isEntry(entry)) {
      throw new DataServiceError("bad-request", `${label}: factor ${position} has no name`, {
        path: label,
        position,
      });
    }
    if (typeof entry.expression !== "string" || entry.expression.trim() === "") without.push(entry.name);
    else if (!expressions.has(entry.name)) expressions.set(entry.name, entry.expression);
    else if (expressions.get(entry.name) !== entry.expression) twice.push(entry.name);
  }
  if (without.length > 0) {
    onNote?.(`${without.length} factors without an expression left out: ${without.join(", ")}`);
  }
  if (twice.length > 0) {
    onNote?.(`named twice with another expression, the first taken: ${twice.join(", ")}`);
  }
  return Object.fromEntries(expressions);
}

/**
 * The expressions of a factor file, JSON of the shape `{ factors: [{ name, expression }] }` as in `alpha158_meta.json`
 * and RD-Agent's factor catalogue. Factors without an expression (made by code) are left out with a note; of two
 * entries with one name the first counts.
 * @throws DataServiceError not-found, is-directory, read-failed, unknown-format, bad-request
 */
export function readFactors(path: string, onNote?: OnNote): FactorSet {
  const text = accessing(path, () => readFileSync(path, "utf8"));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const problem = `${path}: not a JSON file; a factor file is { "factors": [{ "name", "expression" }] }`;
    throw new DataServiceError("unknown-format", problem, { path }, cause);
  }
  return factorsOf(json, path, onNote);
}

function isEntry(entry: unknown): entry is FactorEntry {
  return (
    typeof entry === "object" && entry !== null && typeof (entry as { name?: unknown }).name === "string"
  );
}
