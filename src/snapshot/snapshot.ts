import type { CacheOption } from "../cache/cache-use.js";
import { DataServiceError, pathOf } from "../errors.js";
import { findField, listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { onlyPanel } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import type { SqlOptions } from "../sql/run-sql.js";
import type { SqlResult } from "../sql/sql-result.js";
import { formatNs, parseEndNs, type TimeInput } from "../time.js";
import { type InstrumentList, readInstrumentList } from "../universe/instrument-list.js";
import { resolveUniverse } from "../universe/plan-rows.js";
import { Universe } from "../universe/universe.js";
import type { Calendars } from "./calendars.js";
import { SnapshotEntry, type SnapshotFiles } from "./entry.js";
import { checkBudget, explainPlan, type RequestAccount } from "./explain.js";
import type { FieldDictionary } from "./field-dictionary.js";
import {
  checkPattern,
  type FieldPattern,
  type FieldsOptions,
  type ListedPanel,
  listFields,
  type SnapshotField,
} from "./fields.js";
import { FieldFinder } from "./find-field.js";
import type { SkippedFile } from "./folder.js";
import { frequencyOfIndex, frequencyOfName, parseFrequency } from "./frequency.js";
import type { HistoryPlan, HistoryRequest } from "./history-plan.js";
import { makePlan } from "./make-plan.js";
import { readWindow } from "./read-window.js";
import { refuseTwins } from "./refuse-twins.js";
import { resolveFields } from "./resolve-fields.js";

/** Codes in either spelling, a `Universe`, the name of an instrument list, or nothing for all instruments. */
export type SnapshotUniverse = string | Iterable<string> | null | undefined;

/** One panel of a snapshot, as `panels()` lists it. */
export interface SnapshotPanel {
  readonly name: string;
  /** Absent for a panel that was added as a Panel. */
  readonly path?: string;
  readonly freq: string;
  /**
   * Whether a window of its frequency has the rows of this panel: by choice, by name, or because it is the only one. If
   * there are several and none is chosen by its name, it is the first that has prices, which only opening them tells.
   */
  readonly isBase: boolean;
}

/** What a cross-section of a snapshot has; see `getRealtimeSnapshot`. */
export interface RealtimeRequest
  extends Pick<
    HistoryRequest,
    "fields" | "labels" | "freq" | "adjust" | "nanPolicy" | "onUnknown" | "memoryBudget"
  > {
  /** The latest session at or before this time; a bare date includes its whole day. The last one when omitted. */
  readonly asOf?: TimeInput | undefined;
}

/** How a panel is added to a snapshot. */
export interface SnapshotAddOptions {
  /** Its bars, such as `1d` or `5min`; by default inferred from the panel's sessions, or for a path from the name it is added under. */
  readonly freq?: string | undefined;
}

export interface SnapshotParts {
  readonly dir: string;
  readonly entries: readonly SnapshotEntry[];
  readonly skipped: readonly SkippedFile[];
  readonly dictionary: FieldDictionary;
  /** Paths of the instrument lists by name. */
  readonly lists: ReadonlyMap<string, string>;
  /** The base panel by frequency, where the caller chose it. */
  readonly bases: ReadonlyMap<string, string>;
  readonly cache: CacheOption;
  readonly calendars: Calendars;
}

const EITHER_KEYS = {
  fields: true,
  labels: true,
  freq: true,
  adjust: true,
  nanPolicy: true,
  onUnknown: true,
  memoryBudget: true,
} as const;
const REALTIME_KEYS: RequestKeys<RealtimeRequest> = { ...EITHER_KEYS, asOf: true };
const HISTORY_KEYS: RequestKeys<HistoryRequest> = {
  ...EITHER_KEYS,
  start: true,
  end: true,
  bars: true,
  barsPer: true,
};

const ADD_KEYS: RequestKeys<SnapshotAddOptions> = { freq: true };
const FIELDS_KEYS: RequestKeys<FieldsOptions> = { coverage: true, freq: true };

/** The panel whose rows a window has, by frequency, where the snapshot has it. */
const BASE_NAMES: Readonly<Record<string, string>> = { "1d": "daily_pv", "1m": "minute_1min" };

/** A folder of panels as one table: fields of any of them, aligned to the rows of one. */
export class Snapshot {
  readonly dir: string;
  /** Files in the folder that are not panels, with the reason. */
  readonly skipped: readonly SkippedFile[];
  readonly #entries: Map<string, SnapshotEntry>;
  readonly #dictionary: FieldDictionary;
  readonly #lists: ReadonlyMap<string, string>;
  readonly #bases: ReadonlyMap<string, string>;
  readonly #files: SnapshotFiles;
  readonly #read = new Map<string, InstrumentList>();

  /** @internal */
  constructor(parts: SnapshotParts) {
    this.dir = parts.dir;
    this.skipped = parts.skipped;
    this.#entries = new Map(parts.entries.map((entry) => [entry.name, entry]));
    this.#dictionary = parts.dictionary;
    this.#lists = parts.lists;
    this.#bases = parts.bases;
    this.#files = { cache: parts.cache, calendars: parts.calendars };
    for (const name of parts.bases.values()) this.#entry(name); // told now, and not by the first window
  }

  /**
   * Adds a panel, or a file by its path, to the snapshot. A panel that has the name already is replaced.
   * @throws DataServiceError bad-request, unknown-frequency
   */
  add(name: string, panelOrPath: Panel | string, options: SnapshotAddOptions = {}): this {
    checkKeys(options, ADD_KEYS, "add");
    const { freq } = options;
    const given = freq === undefined ? undefined : this.#frequency(freq);
    if (typeof panelOrPath !== "string") onlyPanel(panelOrPath, `add: "${name}"`);
    const entry =
      typeof panelOrPath === "string"
        ? SnapshotEntry.ofPath(name, panelOrPath, given ?? frequencyOfName(name), this.#files)
        : SnapshotEntry.ofPanel(name, panelOrPath, given ?? frequencyOfIndex(panelOrPath.index));
    this.#entries.set(name, entry);
    return this;
  }

  /** The panels by name. Opens none of them. */
  panels(): SnapshotPanel[] {
    const entries = [...this.#entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.map(({ name, path, freq }) => ({
      name,
      ...(path !== undefined && { path }),
      freq,
      isBase: this.#baseByName(freq) === name,
    }));
  }

  /** A panel by name. @throws DataServiceError not-found, and what opening it throws */
  async panel(name: string): Promise<Panel> {
    return this.#entry(name).panel();
  }

  /** The names of the instrument lists that may be given as a universe. */
  universes(): string[] {
    return [...this.#lists.keys()];
  }

  /**
   * An instrument list, by its name, or codes, as a `Universe`: any call takes it, and windows at many dates look its rows
   * up once. A bare date as the end of a span includes its whole day.
   * @throws DataServiceError not-found, corrupt
   */
  universe(nameOrCodes: string | Iterable<string>): Universe {
    return Universe.of(typeof nameOrCodes === "string" ? this.#list(nameOrCodes) : nameOrCodes);
  }

  #list(name: string): InstrumentList {
    const known = this.#read.get(name);
    if (known) return known;
    const path = this.#lists.get(name);
    if (path === undefined) {
      const near = nearestName(name, this.#lists.keys());
      throw new DataServiceError(
        "not-found",
        `${this.dir}: no instrument list "${name}"${suggestion(near) || `; it has ${listNames(this.universes())}`}`,
        { path: this.dir, found: this.universes(), ...(near !== undefined && { suggestion: near }) },
      );
    }
    const list = readInstrumentList(path, name);
    this.#read.set(name, list);
    return list;
  }

  /**
   * The fields of all panels, or those whose name, meaning, unit, source table or panel matches. Opens every
   * panel; those that cannot be opened are left out (`snapshot.panel(name)` says why).
   * @throws DataServiceError bad-request, unknown-frequency
   */
  async fields(pattern?: FieldPattern, options: FieldsOptions = {}): Promise<SnapshotField[]> {
    checkKeys(options, FIELDS_KEYS, "fields");
    checkPattern(pattern);
    const only = options.freq === undefined ? undefined : this.#frequency(options.freq);
    const listed: ListedPanel[] = [];
    const bases = new Map<string, string | undefined>();
    for (const { name, freq } of this.panels()) {
      if (only !== undefined && freq !== only) continue;
      const entry = this.#entry(name);
      const panel = await entry.panel().catch(ownError);
      if (panel instanceof DataServiceError) continue;
      if (!bases.has(freq)) bases.set(freq, await this.#baseName(freq));
      listed.push({ entry, panel, isBase: bases.get(freq) === name });
    }
    listed.sort((a, b) => Number(b.isBase) - Number(a.isBase));
    return listFields(listed, this.#dictionary, pattern, options);
  }

  /**
   * Fields of any panel over the rows of the frequency's base panel (`daily_pv`), sorted by both keys. Where another
   * panel has no such row, its fields are NaN. `ledgerOf(window)` says what matched and why the rest did not.
   * @throws DataServiceError unknown-field, ambiguous-field, unknown-instrument, unknown-frequency, bad-expression,
   *   bad-request, over-budget
   */
  async getHistoryWindow(universe: SnapshotUniverse, request: HistoryRequest = {}): Promise<Panel> {
    checkKeys(request, HISTORY_KEYS, "getHistoryWindow");
    const plan = await this.#plan(universe, request);
    checkBudget(plan, request.memoryBudget);
    return readWindow(plan);
  }

  /**
   * One session's cross-section: the latest, or the latest as of a time.
   * @throws DataServiceError unknown-session if there is none that early, and what `getHistoryWindow` throws
   */
  async getRealtimeSnapshot(universe: SnapshotUniverse, request: RealtimeRequest = {}): Promise<Panel> {
    checkKeys(request, REALTIME_KEYS, "getRealtimeSnapshot");
    const { asOf, ...rest } = request;
    const window = { ...rest, end: asOf, bars: 1, barsPer: "session" as const };
    const plan = await this.#plan(universe, window);
    const { base } = plan.panels;
    const none = asOf !== undefined && base.index.sessionAtOrAfter(parseEndNs(asOf, "asOf") + 1n) === 0;
    if (none || base.index.sessionCount === 0) {
      const first =
        base.index.sessionCount === 0 ? "it is empty" : `the first is ${formatNs(base.index.datetimes[0]!)}`;
      const when = asOf === undefined ? "" : ` at or before ${formatNs(parseEndNs(asOf, "asOf"))}`;
      throw new DataServiceError("unknown-session", `no session${when} in ${base.label}; ${first}`, {
        ...pathOf(base.label),
      });
    }
    checkBudget(plan, request.memoryBudget);
    return readWindow(plan);
  }

  /**
   * What a request will read and take, before any cell is read: files, rows, columns, bytes, warm-up, peak memory.
   * @throws what `getHistoryWindow` throws, except over-budget
   */
  async explain(universe: SnapshotUniverse, request: HistoryRequest = {}): Promise<RequestAccount> {
    checkKeys(request, HISTORY_KEYS, "explain");
    return explainPlan(await this.#plan(universe, request));
  }

  /**
   * Runs one SQL query, with every panel as a table of its name; of names that differ only in case, the one that the
   * query spells exactly. Only panels that the text names are opened, and only columns that it uses are read. `$close` is
   * `"$close"`, or `close` where the query does not write that; NaN is NULL, which aggregates skip, and NULL is NaN in
   * the result.
   * @throws DataServiceError sql, and what opening a panel it names throws
   */
  async sql(query: string, options: SqlOptions = {}): Promise<SqlResult> {
    const tables = [...this.#entries.values()].map((entry) => ({
      name: entry.name,
      open: () => entry.panel(),
    }));
    const { runSql } = await import("../sql/run-sql.js"); // DuckDB is loaded when it is needed
    return runSql(tables, query, options);
  }

  async #plan(universe: SnapshotUniverse, request: HistoryRequest): Promise<HistoryPlan> {
    const freq = this.#frequency(request.freq ?? "1d");
    const entries = this.#entriesOf(freq);
    if (entries.length === 0) throw this.#unknownFrequency(freq);
    const entry = await this.#base(freq, entries);
    const { index } = await entry.panel();
    const others = entries.filter((other) => other !== entry);
    const base = { entry, schema: await entry.schema() };
    const finder = new FieldFinder({ base, others, skipped: this.skipped });
    const resolved = await resolveFields(request.fields, finder, index.instruments);
    const panels = new Map<string, Panel>();
    for (const from of resolved.from) panels.set(from.entry.name, await from.entry.panel());
    const members = resolveUniverse(universe, this.#lists, (name) => this.#list(name), index);
    return makePlan(resolved, { freq, baseName: entry.name, panels }, members, request);
  }

  /** The base panel of a frequency, as far as it is known without opening any. */
  #baseByName(freq: string): string | undefined {
    const chosen = this.#bases.get(freq);
    if (chosen !== undefined) return chosen;
    const entries = this.#entriesOf(freq);
    const named = entries.find(({ name }) => name === BASE_NAMES[freq]);
    return (named ?? (entries.length === 1 ? entries[0] : undefined))?.name;
  }

  /** The same, and where none is by its name the first that can be opened and has a close. */
  async #baseName(freq: string): Promise<string | undefined> {
    const known = this.#baseByName(freq);
    if (known !== undefined) return known;
    for (const entry of this.#entriesOf(freq)) {
      const schema = await entry.schema().catch(ownError);
      if (schema instanceof DataServiceError || findField("$close", schema.types) === undefined) continue;
      const opened = await entry.panel().catch(ownError);
      if (!(opened instanceof DataServiceError)) return entry.name;
    }
    return undefined;
  }

  async #base(freq: string, entries: readonly SnapshotEntry[]): Promise<SnapshotEntry> {
    const found = await this.#baseName(freq);
    if (found !== undefined) {
      const base = this.#entry(found);
      if (this.#baseByName(freq) === undefined) await refuseTwins(base, entries, this.dir);
      return base;
    }
    const names = entries.map(({ name }) => name);
    const words = `choose one with openSnapshot(dir, { base: { "${freq}": name } })`;
    throw new DataServiceError(
      "bad-request",
      `${this.dir}: no panel of ${freq} bars has prices, whose rows a window could have; there are ${listNames(names)}; ${words}`,
      { path: this.dir, found: names, advice: { code: "choose-base", words } },
    );
  }

  #entriesOf(freq: string): SnapshotEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.freq === freq);
  }

  #entry(name: string): SnapshotEntry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    const names = [...this.#entries.keys()].sort();
    const near = nearestName(name, names);
    throw new DataServiceError(
      "not-found",
      `${this.dir}: no panel "${name}"${suggestion(near) || `; it has ${listNames(names)}`}`,
      { path: this.dir, found: names, ...(near !== undefined && { suggestion: near }) },
    );
  }

  #frequency(text: string): string {
    const freq = typeof text === "string" ? parseFrequency(text) : undefined;
    if (freq !== undefined) return freq;
    throw this.#unknownFrequency(String(text));
  }

  #unknownFrequency(asked: string): DataServiceError {
    const found = [...new Set([...this.#entries.values()].map(({ freq }) => freq))].sort();
    const there = found.length === 0 ? "it has no panels" : `it has ${found.map((f) => `"${f}"`).join(", ")}`;
    return new DataServiceError(
      "unknown-frequency",
      `${this.dir}: no panels of frequency "${asked}"; ${there}`,
      {
        path: this.dir,
        found,
      },
    );
  }
}

/** Errors of this library are told of later; others are faults. */
function ownError(error: unknown): DataServiceError {
  if (error instanceof DataServiceError) return error;
  throw error;
}
