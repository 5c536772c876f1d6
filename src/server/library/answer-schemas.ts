/** A value as a schema names it: a type, `?` after it where it may be null, a schema's name, `[]` after it for a list of them. */
type Shape = Readonly<Record<string, string>>;

/** The answers of the API, as `library-types.ts` has them for the compiler; the tests hold both against what is answered. */
export const ANSWER_SCHEMAS = {
  Problem: { error: "string" },
  Marks: { favourite: "boolean", reviewed: "boolean", tags: "string[]", note: "string" },
  ExportedMark: {
    ...{ kind: "string", mark_key: "string", favourite: "boolean", reviewed: "boolean" },
    ...{ tags: "string[]", note: "string" },
  },
  Imported: { imported: "integer" },
  Row: { mark_key: "string", marks: "Marks" },
  List: { total: "integer", rows: "Row[]" },
  Run: {
    ...{ run_id: "string", source: "string", mode: "string", state: "string", started_at_utc: "string" },
    ...{ finished_at_utc: "string?", counts: "object?", problem: "string?" },
  },
  RunRecord: { kind: "string", record_key: "string", status: "string", reason: "string?" },
  Attention: { code: "string", kind: "string", count: "integer", query: "string" },
  Overview: {
    ...{ store: "string", version: "string", counts: "object", lastRun: "Run?", generated_at_utc: "string?" },
    ...{ attention: "Attention[]", snapshot: "boolean" },
  },
  Factor: {
    ...{ factor: "Row", record: "any", metrics: "object[]", loops: "Row[]", expression: "object?" },
    ...{ check: "FactorCheck?", source: "FactorSource?", strategies: "Row[]", combinations: "object[]" },
  },
  FactorCheck: {
    ...{ status: "string", lookAhead: "string?", lookBack: "integer?", findings: "object[]" },
    ...{ charts: "FactorChart[]", checked_at_utc: "string" },
  },
  FactorChart: { at: "integer", en: "string", zh: "string", wide: "boolean" },
  FactorSource: { path: "string", line: "integer", text: "string", from: "string", version: "string?" },
  Values: {
    ...{ from: "string", sessions: "string[]", instruments: "string[]", values: "object[]", more: "integer" },
  },
  Loop: {
    ...{ loop: "Row", record: "any", factors: "string[]", workspaces: "Workspace[]", hasReturns: "boolean" },
    ...{ hypothesis: "string?", limitations: "string[]", codeCritic: "string[]" },
  },
  Workspace: {
    ...{ workspace_id: "string", role: "string?", status: "string?", path: "string?", isBest: "boolean" },
    ...{ artifacts: "Artifact[]" },
  },
  Artifact: { id: "string", type: "string?", name: "string?", status: "string?", files: "File[]" },
  File: {
    ...{ id: "string", name: "string", kind: "string?", size: "integer?", sha256: "string?" },
    ...{ available: "boolean" },
  },
  Record: { row: "Row", record: "any", loops: "Row[]" },
  Task: {
    ...{ task_run_id: "string", loops: "integer", withResult: "integer", bestSharpe: "number?" },
    ...{ scenario: "string?", status: "string?", created_at_utc: "string?" },
  },
  AlphaFactor: { name: "string", expression: "string?", region: "string?", tags: "any" },
  StartedJob: { id: "string" },
} as const satisfies Readonly<Record<string, Shape>>;

export type AnswerName = keyof typeof ANSWER_SCHEMAS;

/** The schemas as an OpenAPI document has them. More fields than these may come: a row has its record's. */
export function openApiSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(ANSWER_SCHEMAS).map(([name, shape]) => [
      name,
      {
        type: "object",
        required: Object.keys(shape),
        properties: Object.fromEntries(Object.entries(shape).map(([field, type]) => [field, schemaOf(type)])),
      },
    ]),
  );
}

/** The schema of a type's name. */
export function schemaOf(type: string): object {
  if (type.endsWith("[]")) return { type: "array", items: schemaOf(type.slice(0, -2)) };
  const isNullable = type.endsWith("?");
  const name = isNullable ? type.slice(0, -1) : type;
  if (name === "any") return {};
  if (name in ANSWER_SCHEMAS) {
    const reference = { $ref: `#/components/schemas/${name}` };
    return isNullable ? { oneOf: [reference, { type: "null" }] } : reference;
  }
  return { type: isNullable ? [name, "null"] : name };
}
