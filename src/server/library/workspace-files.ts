import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { canonicalPath, mappedPath, type PathMap } from "../../research/path-map.js";
import type { ServedFiles } from "./served-files.js";

/** A part of every workspace's path; what follows it lies in the research repository, wherever that is now. */
const IN_REPOSITORY = "/git_ignore_folder/";
/** A text that is read whole: source, returns of thousands of sessions. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Files of the research side's workspaces, as the store names them, found in the folders that may be shown. */
export class WorkspaceFiles {
  readonly #served: ServedFiles;
  readonly #roots: readonly string[];
  readonly #pathMap: PathMap;

  constructor(served: ServedFiles, roots: readonly string[], pathMap: PathMap) {
    this.#served = served;
    this.#roots = roots;
    this.#pathMap = pathMap;
  }

  /**
   * Where a file really is; undefined where it is not on this machine, or in none of the folders.
   * @param workspace the folder that a relative path is of, as the research side knows it
   */
  find(path: string, workspace: string | null): string | undefined {
    for (const candidate of this.#candidates(path, workspace)) {
      const real = this.#served.find(candidate);
      if (real !== undefined) return real;
    }
    return undefined;
  }

  /** A file's text; undefined where it is not there, or too large to be read. */
  text(path: string, workspace: string | null): string | undefined {
    const real = this.find(path, workspace);
    if (real === undefined || statSync(real).size > MOST_BYTES) return undefined;
    return readFileSync(real, "utf8");
  }

  #candidates(path: string, workspace: string | null): string[] {
    const isWhole = isAbsolute(path) || /^[a-z]:[\\/]/i.test(path);
    if (!isWhole && workspace === null) return [path];
    const whole = isWhole ? path : `${workspace!}/${path}`;
    const canonical = canonicalPath(whole);
    const at = canonical.indexOf(IN_REPOSITORY);
    const moved = at < 0 ? [] : this.#roots.map((root) => join(root, canonical.slice(at)));
    return [mappedPath(whole, this.#pathMap), ...moved];
  }
}
