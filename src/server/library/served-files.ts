import { realpathSync, statSync } from "node:fs";
import { extname, resolve, sep } from "node:path";

/** Files of the research side that may be handed out: those that lie in one of the folders given, links resolved. */
export class ServedFiles {
  readonly #roots: readonly string[];

  /** @param roots folders that exist */
  constructor(roots: readonly string[]) {
    this.#roots = roots.map((root) => realpathSync(resolve(root)));
  }

  /** Where the file really is; undefined where it is not there or lies outside. */
  find(path: string): string | undefined {
    for (const root of this.#roots) {
      const real = realPathOf(resolve(root, path));
      if (real?.startsWith(root + sep)) return real;
    }
    return undefined;
  }
}

function realPathOf(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Types that a browser may show; anything else is saved. SVG and HTML of the research side would run in our origin. */
const SHOWN: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".txt": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
  ".csv": "text/plain; charset=utf-8",
  ".json": "text/plain; charset=utf-8",
  ".yaml": "text/plain; charset=utf-8",
  ".yml": "text/plain; charset=utf-8",
  ".py": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
};

export function contentTypeOf(path: string): { readonly type: string; readonly isShown: boolean } {
  const type = SHOWN[extname(path).toLowerCase()];
  return { type: type ?? "application/octet-stream", isShown: type !== undefined };
}
