import { dirname } from "node:path";
import { type CacheOption, cacheUse } from "../cache/cache-use.js";
import { isCached } from "../cache/cached-table.js";
import { identifySource } from "../cache/source-identity.js";
import { fileStamp } from "../files/file-stamp.js";
import { isInParts, openPanel } from "../open/open-panel.js";
import { readSchema, type TableSchema } from "../open/read-schema.js";
import type { Panel } from "../panel/panel.js";
import type { Calendars } from "./calendars.js";

/** What files of a snapshot are opened with. */
export interface SnapshotFiles {
  readonly cache?: CacheOption;
  /** The sessions after a file's last bar. */
  readonly calendars?: Calendars | undefined;
}

/** A path, or those of the parts. */
type Tables = string | readonly string[];

interface EntryParts extends SnapshotFiles {
  readonly panel?: Panel;
}

/** One panel of a snapshot, opened when it is first needed and then kept. */
export class SnapshotEntry {
  readonly name: string;
  /** The file or folder, of a table in many files the folder of these; undefined for a panel that was added. */
  readonly path: string | undefined;
  readonly freq: string;
  readonly #cache: CacheOption;
  /** What is opened. */
  readonly #of: Tables | undefined;
  readonly #calendars: Calendars | undefined;
  #panel: Promise<Panel> | undefined;
  /** What was read of the file, and what the file was then. */
  #schema: { readonly stamp: string; readonly read: Promise<TableSchema> } | undefined;

  private constructor(name: string, freq: string, of: Tables | undefined, more: EntryParts) {
    this.name = name;
    this.#of = of;
    this.path = of === undefined || typeof of === "string" ? of : dirname(of[0]!);
    this.freq = freq;
    this.#panel = more.panel && Promise.resolve(more.panel);
    this.#cache = more.cache;
    this.#calendars = more.calendars;
  }

  /** Of a file, of a folder that is a table, or of the files that a table lies in. */
  static ofPath(name: string, of: Tables, freq: string, files: SnapshotFiles): SnapshotEntry {
    return new SnapshotEntry(name, freq, of, files);
  }

  /** The same table under another name. */
  called(name: string): SnapshotEntry {
    return new SnapshotEntry(name, this.freq, this.#of, { cache: this.#cache, calendars: this.#calendars });
  }

  static ofPanel(name: string, panel: Panel, freq: string): SnapshotEntry {
    return new SnapshotEntry(name, freq, undefined, { panel });
  }

  /**
   * The columns: of the panel where it is open, else read from the file, and remembered while the file is unchanged.
   * @throws DataServiceError what `readSchema` or `openPanel` throws
   */
  async schema(): Promise<TableSchema> {
    if (this.#panel) return schemaOf(await this.#panel, this.name);
    const path = this.#of!; // only a panel that was added has none
    if (typeof path !== "string" || isInParts(path)) return schemaOf(await this.panel(), this.name);
    const stamp = fileStamp(path);
    if (stamp !== undefined && stamp === this.#schema?.stamp) return this.#schema.read;
    const read = readSchema(path, this.#cache).catch((error: unknown) => {
      this.#schema = undefined; // what kept it from being read may pass
      throw error;
    });
    this.#schema = stamp === undefined ? undefined : { stamp, read };
    return read;
  }

  /** The panel; one that could not be opened is tried again. @throws DataServiceError what `openPanel` throws */
  panel(): Promise<Panel> {
    this.#panel ??= this.#open().catch((error: unknown) => {
      this.#panel = undefined;
      throw error;
    });
    return this.#panel;
  }

  async #open(): Promise<Panel> {
    const panel = await openPanel(this.#of!, { cache: this.#cache });
    return this.#calendars?.extend(panel, this.freq) ?? panel;
  }

  /** Whether the cache holds the columns of the file as it is now. */
  get cached(): boolean {
    const path = this.#of;
    if (typeof path !== "string" || isInParts(path)) return false;
    const use = cacheUse(path, this.#cache);
    const source = use && identifySource(path, undefined);
    return source !== undefined && isCached(use!.folder, source);
  }
}

function schemaOf(panel: Panel, name: string): TableSchema {
  const types = new Map(panel.columnNames.map((column) => [column, panel.column(column).type]));
  return { label: panel.info.source ?? name, types, groups: panel.info.groups };
}
