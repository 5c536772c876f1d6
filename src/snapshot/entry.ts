import { type CacheOption, cacheUse } from "../cache/cache-use.js";
import { isCached } from "../cache/cached-table.js";
import { identifySource } from "../cache/source-identity.js";
import type { ColumnType } from "../columns/table.js";
import { openPanel } from "../open/open-panel.js";
import type { Panel } from "../panel/panel.js";

/** The columns of a panel of a snapshot. */
export interface EntrySchema {
  readonly label: string;
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly groups: ReadonlyMap<string, string> | undefined;
}

/** One panel of a snapshot, opened when it is first needed and then kept. */
export class SnapshotEntry {
  readonly name: string;
  /** The file or folder; undefined for a panel that was added. */
  readonly path: string | undefined;
  readonly freq: string;
  readonly #cache: CacheOption;
  #panel: Promise<Panel> | undefined;

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

  /** @throws DataServiceError what `openPanel` throws */
  async schema(): Promise<EntrySchema> {
    const panel = await this.panel();
    const types = new Map(panel.columnNames.map((name) => [name, panel.column(name).type]));
    return { label: panel.info.source ?? this.name, types, groups: panel.info.groups };
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
