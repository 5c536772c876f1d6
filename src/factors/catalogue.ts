import { DataServiceError } from "../errors.js";
import type { FactorSet } from "./factor-set.js";

/** One entry of `alpha158_meta.json` or of a factor catalogue, as far as it is read here. */
interface CatalogueEntry {
  readonly name: string;
  readonly expression?: unknown;
}

/**
 * The expressions of a factor file: `{ factors: [{ name, expression }] }`, the shape of `alpha158_meta.json` and of
 * RD-Agent's factor catalogue. Factors without an expression (made by code) are left out with a note; of two
 * entries with one name the first counts. @param label how errors name the file
 * @throws DataServiceError bad-request where the JSON has another shape
 */
export function catalogueFactors(json: unknown, label: string): FactorSet {
  const factors =
    typeof json === "object" && json !== null ? (json as { factors?: unknown }).factors : undefined;
  if (!Array.isArray(factors)) {
    throw new DataServiceError(
      "bad-request",
      `${label}: a factor file is { "factors": [{ "name", "expression" }] }`,
      {
        path: label,
      },
    );
  }
  const expressions: Record<string, string> = {};
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
    else if (Object.hasOwn(expressions, entry.name)) {
      if (expressions[entry.name] !== entry.expression) twice.push(entry.name);
    } else expressions[entry.name] = entry.expression;
  }
  const notes: string[] = [];
  if (without.length > 0)
    notes.push(`${without.length} factors without an expression left out: ${without.join(", ")}`);
  if (twice.length > 0)
    notes.push(`named twice with another expression, the first taken: ${twice.join(", ")}`);
  return { expressions, notes };
}

function isEntry(entry: unknown): entry is CatalogueEntry {
  return (
    typeof entry === "object" && entry !== null && typeof (entry as { name?: unknown }).name === "string"
  );
}
