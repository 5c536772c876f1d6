import { type CacheOption, cacheUse } from "../cache/cache-use.js";
import { isCached } from "../cache/cached-table.js";
import { identifySource } from "../cache/source-identity.js";
import { fileStamp } from "../files/file-stamp.js";
import { openPanel } from "../open/open-panel.js";
import { readSchema, type TableSchema } from "../open/read-schema.js";
import type { Panel } from "../panel/panel.js";

/** One panel of a snapshot, opened when it is first needed and then kept. */
export class SnapshotEntry {
  readonly name: string;
  /** The file or folder; undefined for a panel that was added. */
  readonly path: string | undefined;
  readonly freq: string;
  readonly #cache: CacheOption;
  #panel: Promise<Panel> | undefined;
  /** What was read of the file, and what the file was then. */
  #schema: { readonly stamp: string; readonly read: Promise<TableSchema> } | undefined;

  private constructor(name: string, freq: string, path?: string, panel?: Panel, cache?: CacheOption) {
    this.name = name;
    this.path = path;
    this.freq = freq;
    this.#panel = panel && Promise.resolve(panel);
    this.#cache = cache;
  }

  static ofPath(name: string, path: string, freq: string, cache: CacheOption): SnapshotEntry {
    return new SnapshotEntry(name, freq, path, undefined, cache);
  }

  static ofPanel(name: string, panel: Panel, freq: string): SnapshotEntry {
    return new SnapshotEntry(name, freq, undefined, panel);
  }

  /**
   * The columns: of the panel where it is open, else read from the file, and remembered while the file is unchanged.
   * @throws DataServiceError what `readSchema` or `openPanel` throws
   */
  async schema(): Promise<TableSchema> {
    if (this.#panel) return schemaOf(await this.#panel, this.name);
    const path = this.path!; // only a panel that was added has none
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
    this.#panel ??= openPanel(this.path!, { cache: this.#cache }).catch((error: unknown) => {
      this.#panel = undefined;
      throw error;
    });
    return this.#panel;
  }

  /** Whether the cache holds the columns of the file as it is now. */
  get cached(): boolean {
    const use = this.path === undefined ? undefined : cacheUse(this.path, this.#cache);
    const source = use && identifySource(this.path!, undefined);
    return source !== undefined && isCached(use!.folder, source);
  }
}

function schemaOf(panel: Panel, name: string): TableSchema {
  const types = new Map(panel.columnNames.map((column) => [column, panel.column(column).type]));
  return { label: panel.info.source ?? name, types, groups: panel.info.groups };
}
