import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DataServiceError } from "../../errors.js";
import { CATALOGUES, type CatalogueKind } from "../catalogues/catalogue-kinds.js";
import { guessedPathMap, mappedPath, type PathMap } from "../path-map.js";
import { openRegistry, type Registry } from "../registry/registry.js";
import type { WorkspaceRow } from "../registry/registry-tables.js";
import { readWorkspaces } from "../workspace-fallback.js";
import { cataloguePages, PAGE_SIZE } from "./catalogue-pages.js";
import type { ImportKind, KindRead, KnownState, ResultsSource } from "./results-source.js";

/** A results folder: catalogues, and the registry beside or above them. Each part may be away. */
export class FolderSource implements ResultsSource {
  readonly name: string;
  readonly #catalogues: string;
  readonly #registryPath: string | undefined;
  readonly #pathMap: PathMap | undefined;
  #registry: Registry | undefined;

  /** @throws DataServiceError not-found: neither a catalogue nor a registry is there */
  constructor(folder: string, options: { readonly registry?: string; readonly pathMap?: PathMap } = {}) {
    this.name = resolve(folder);
    const inner = join(folder, "aistock");
    this.#catalogues = hasCatalogue(folder) || !existsSync(inner) ? folder : inner;
    this.#registryPath =
      options.registry ??
      [folder, dirname(this.#catalogues), join(folder, "RDagentDB")]
        .map((place) => join(place, "registry.sqlite"))
        .find(existsSync);
    if (!hasCatalogue(this.#catalogues) && existsSync(join(folder, "RDagentDB", "aistock"))) {
      this.#catalogues = join(folder, "RDagentDB", "aistock");
    }
    this.#pathMap = options.pathMap;
    if (this.#registryPath === undefined && !hasCatalogue(this.#catalogues)) {
      const names = Object.values(CATALOGUES).map(({ file }) => file);
      throw new DataServiceError(
        "not-found",
        `${folder} holds no research results: there is neither a registry.sqlite nor ${names.slice(0, 4).join(", ")}`,
        { path: folder },
      );
    }
  }

  async read(kind: ImportKind, known: KnownState | undefined): Promise<KindRead | "absent" | "unchanged"> {
    if (kind in CATALOGUES) return this.#catalogue(kind as CatalogueKind, known);
    try {
      if (this.#registryPath === undefined) return this.#fallback(kind);
      this.#registry ??= await openRegistry(this.#registryPath);
    } catch (error) {
      const rest = this.#fallback(kind);
      if (rest === "absent") throw error;
      return rest;
    }
    if (kind === "performances") return this.#performances(known);
    const rows = await registryRows(this.#registry, kind as RegistryKind);
    const texts = rows.map((row) => JSON.stringify(row));
    return whole(texts, digestOf(texts), known);
  }

  async close(): Promise<void> {
    await this.#registry?.close();
  }

  #catalogue(kind: CatalogueKind, known: KnownState | undefined): KindRead | "absent" | "unchanged" {
    const { file, list } = CATALOGUES[kind];
    const path = join(this.#catalogues, file);
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (!stats) return "absent";
    const state = `${stats.size} ${stats.mtimeNs}`;
    if (known?.state === state) return "unchanged";
    const envelope: Record<string, string> = {};
    const chunks = createReadStream(path, { highWaterMark: 1 << 20 });
    return {
      pages: cataloguePages(chunks, list, path, envelope),
      envelope,
      isWhole: true,
      removed: [],
      state,
      asOf: null,
    };
  }

  /**
   * What the workspaces say of themselves while the registry is away or damaged, marked as such. They do not say what is
   * gone.
   */
  #fallback(kind: ImportKind): KindRead | "absent" {
    const root = [this.name, dirname(this.name), dirname(dirname(this.name))]
      .map((folder) => join(folder, "git_ignore_folder", "RD-Agent_workspace"))
      .find(existsSync);
    if (root === undefined) return "absent";
    const views = readWorkspaces(root);
    const rows = { task_runs: views.taskRuns, registry_loops: views.loops, workspaces: views.workspaces };
    if (!(kind in rows)) return "absent";
    const texts = rows[kind as keyof typeof rows].map((row) => JSON.stringify({ ...row, is_fallback: true }));
    return { pages: pagesOf(texts), envelope: {}, isWhole: false, removed: [], state: undefined, asOf: null };
  }

  /** What the workspaces' factor_perf.json say; of those that are on this machine. */
  async #performances(known: KnownState | undefined): Promise<KindRead | "unchanged"> {
    const { rows } = await this.#registry!.workspaces();
    const map =
      this.#pathMap ??
      guessedPathMap(
        rows.map(({ workspace_path }) => workspace_path),
        this.#repository(),
      );
    const texts: string[] = [];
    for (const row of rows) {
      const text = performanceText(row, mappedPath(row.workspace_path, map));
      if (text !== undefined) texts.push(text);
    }
    return whole(texts, digestOf(texts), known);
  }

  #repository(): string {
    return dirname(dirname(resolve(this.#registryPath!)));
  }
}

function hasCatalogue(folder: string): boolean {
  return Object.values(CATALOGUES).some(({ file }) => existsSync(join(folder, file)));
}

/** A workspace's performance file with whose it is; undefined where there is none, or none that is JSON. */
function performanceText(row: WorkspaceRow, folder: string): string | undefined {
  try {
    const text = readFileSync(join(folder, "factor_perf.json"), "utf8");
    const { task_run_id, loop_id, workspace_id } = row;
    return `${JSON.stringify({ task_run_id, loop_id, workspace_id }).slice(0, -1)},"performance":${text}}`;
  } catch {
    return undefined;
  }
}

export type RegistryKind = "task_runs" | "registry_loops" | "workspaces" | "artifacts" | "artifact_files";

/** All rows of a table of the registry. */
export async function registryRows(registry: Registry, kind: RegistryKind): Promise<readonly object[]> {
  switch (kind) {
    case "task_runs":
      return (await registry.taskRuns()).rows;
    case "registry_loops":
      return (await registry.loops()).rows;
    case "workspaces":
      return (await registry.workspaces()).rows;
    case "artifacts":
      return (await registry.artifacts()).rows;
    case "artifact_files":
      return registry.artifactFiles();
  }
}

/** A reading of texts that are all there is. */
export function whole(texts: readonly string[], state: string, known?: KnownState): KindRead | "unchanged" {
  if (known?.state === state) return "unchanged";
  return { pages: pagesOf(texts), envelope: {}, isWhole: true, removed: [], state, asOf: null };
}

async function* pagesOf(texts: readonly string[]): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < texts.length; at += PAGE_SIZE) yield texts.slice(at, at + PAGE_SIZE);
}

/** What names a state of rows: any other row gives another. */
export function digestOf(texts: readonly string[]): string {
  const hash = createHash("sha1");
  for (const text of texts) hash.update(text).update("\n");
  return hash.digest("base64url");
}
