import { createHash } from "node:crypto";
import type { CatalogueKind } from "../research/catalogues/catalogue-kinds.js";
import { isRecord, recordKey } from "../research/catalogues/catalogue-record.js";
import { API_STYLE, printJson } from "../research/json/print-json.js";
import { type PythonJson, plainJson } from "../research/json/python-json.js";

/** One record as it is sent, and what it may be found by. */
export interface ServedRecord {
  readonly json: Buffer;
  /** Its natural key as JSON; undefined where a part is missing, or it is no object. */
  readonly key: string | undefined;
  readonly digest: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The fields that a request may filter by. */
export const FILTERS: Readonly<Record<CatalogueKind, readonly string[]>> = {
  factors: ["name", "source", "region", "freq", "experiment_id", "impl_version"],
  strategies: ["strategy_id", "action", "step_name", "market"],
  loops: ["task_run_id", "loop_id", "workspace_id", "status", "action", "materialization_status"],
  models: ["model_id", "task_run_id", "loop_id", "workspace_id", "model_type"],
  alpha158: ["name", "source", "region"],
  alpha360: ["name", "source", "region"],
};

export function servedRecord(kind: CatalogueKind, value: PythonJson): ServedRecord {
  const json = Buffer.from(printJson(value, API_STYLE));
  const plain = plainJson(value);
  const record = isRecord(plain) ? plain : {};
  const key = recordKey(kind, record);
  const fields: Record<string, unknown> = {};
  for (const field of FILTERS[kind]) if (record[field] !== undefined) fields[field] = record[field];
  return {
    json,
    key: key && JSON.stringify(key),
    digest: createHash("sha1").update(json).digest("base64url"),
    fields,
  };
}

export interface RecordsRequest {
  /** Equal values of fields; values are compared as text. */
  readonly filters: Readonly<Record<string, string>>;
  /** Only what changed after this instant, in microseconds since 1970. */
  readonly since?: number;
  readonly limit: number;
  readonly offset: number;
}

export interface RecordsPage {
  readonly total: number;
  readonly items: readonly Buffer[];
  readonly nextOffset: number | undefined;
  /** Keys of records that were removed since; of all that were, where `isComplete`. */
  readonly removed: readonly string[];
  readonly isComplete: boolean;
}

/**
 * The records of one state of a catalogue, with the time since which each is as it is. A catalogue does not say that: it
 * is the time of the file in which the record was first seen so. A server that starts anew takes all for changed when the
 * file was, which at worst sends too much.
 */
export class ServedRecords {
  readonly modified: number;
  readonly #records: readonly ServedRecord[];
  readonly #changed: Float64Array;
  readonly #byKey = new Map<string, number>();
  readonly #removed: ReadonlyMap<string, number>;
  /** Removals before this time are not known. */
  readonly #baseline: number;
  #byName: Map<string, number> | undefined;

  /**
   * @param modified when the file was written, in microseconds since 1970
   * @param before the state that this one follows
   */
  constructor(records: readonly ServedRecord[], modified: number, before: ServedRecords | undefined) {
    this.#records = records;
    this.modified = modified;
    this.#changed = new Float64Array(records.length).fill(modified);
    for (const [at, { key: own, digest }] of records.entries()) {
      if (own === undefined) continue;
      const key = distinctKey(own, this.#byKey);
      this.#byKey.set(key, at);
      const old = before ? before.#byKey.get(key) : undefined;
      if (before && old !== undefined && before.#records[old]!.digest === digest) {
        this.#changed[at] = before.#changed[old]!;
      }
    }
    const removed = new Map(before ? before.#removed : []);
    for (const key of before ? before.#byKey.keys() : [])
      if (!this.#byKey.has(key)) removed.set(key, modified);
    for (const key of this.#byKey.keys()) removed.delete(key);
    this.#removed = removed;
    this.#baseline = before ? before.#baseline : modified;
  }

  /** How many there are. */
  get count(): number {
    return this.#records.length;
  }

  /** The first record whose `name` is exactly this. */
  named(name: string): Buffer | undefined {
    if (!this.#byName) {
      this.#byName = new Map();
      for (const [at, { fields }] of this.#records.entries()) {
        const own = fields.name;
        if (typeof own === "string" && !this.#byName.has(own)) this.#byName.set(own, at);
      }
    }
    const at = this.#byName.get(name);
    return at === undefined ? undefined : this.#records[at]!.json;
  }

  page({ filters, since, limit, offset }: RecordsRequest): RecordsPage {
    const wanted = Object.entries(filters);
    const rows: number[] = [];
    for (let at = 0; at < this.#records.length; at++) {
      if (since !== undefined && this.#changed[at]! <= since) continue;
      const { fields } = this.#records[at]!;
      if (wanted.every(([field, value]) => String(fields[field]) === value)) rows.push(at);
    }
    const end = Math.min(rows.length, offset + limit);
    return {
      total: rows.length,
      items: rows.slice(offset, end).map((at) => this.#records[at]!.json),
      nextOffset: end < rows.length ? end : undefined,
      removed:
        since === undefined ? [] : [...this.#removed].filter(([, at]) => at > since).map(([key]) => key),
      isComplete: since === undefined || since >= this.#baseline,
    };
  }
}

/** One key occurs with several records: the second is known as the second. */
function distinctKey(key: string, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(key)) return key;
  for (let occurrence = 2; ; occurrence++) {
    const parts = JSON.stringify([...(JSON.parse(key) as string[]), String(occurrence)]);
    if (!taken.has(parts)) return parts;
  }
}
