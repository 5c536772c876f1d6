import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";
import { DataServiceError } from "../errors.js";
import { setOwn } from "../names/set-own.js";

/** Folders of the machine that ran the research, each with where it is on this one. */
export type PathMap = Readonly<Record<string, string>>;

/**
 * One spelling of a folder's path: `F:\Dev\x` and `F:/Dev/x` are `/mnt/f/Dev/x`, as the Windows subsystem for Linux has
 * them, without `.`, doubled slashes and one at the end.
 */
export function canonicalPath(path: string): string {
  const drive = /^([a-z]):[\\/]*/i.exec(path);
  const plain = drive
    ? `/mnt/${drive[1]!.toLowerCase()}/${path.slice(drive[0].length).replaceAll("\\", "/")}`
    : path;
  const normal = posix.normalize(plain);
  return normal.length > 1 ? normal.replace(/\/+$/, "") : normal;
}

/** Where a path of the research machine is here: the longest prefix of `map` that it has is replaced. */
export function mappedPath(path: string, map: PathMap = {}): string {
  const canonical = canonicalPath(path);
  const prefixes = Object.keys(map).sort((a, b) => canonicalPath(b).length - canonicalPath(a).length);
  for (const prefix of prefixes) {
    const from = canonicalPath(prefix);
    if (canonical === from) return map[prefix]!;
    const start = from.endsWith("/") ? from : `${from}/`;
    if (canonical.startsWith(start)) return joined(map[prefix]!, canonical.slice(start.length));
  }
  return process.platform === "win32" ? onWindows(canonical) : canonical;
}

function joined(folder: string, rest: string): string {
  return process.platform === "win32" ? win32.join(folder, rest) : posix.join(folder, rest);
}

function onWindows(canonical: string): string {
  const drive = /^\/mnt\/([a-z])(\/.*)?$/.exec(canonical);
  return drive ? `${drive[1]!.toUpperCase()}:${(drive[2] ?? "/").replaceAll("/", "\\")}` : canonical;
}

/** `/mnt/f/Dev=…` as the command line takes it, several times. */
export function parsePathMap(texts: readonly string[]): PathMap {
  const map: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at <= 0 || at === text.length - 1) {
      throw new DataServiceError(
        "bad-request",
        `"${text}" maps no folder; write the folder of the research machine, =, and the folder here: /mnt/f/Dev/RD-Agent=/data/rd-agent`,
      );
    }
    setOwn(map, text.slice(0, at), text.slice(at + 1));
  }
  return map;
}

/**
 * The map under which the folders of a registry are found beside it: `…/RDagentDB/registry.sqlite` lies in the research
 * repository, so where a workspace's path is not there, the part after the repository's name is looked for here.
 * @param paths workspace paths of the registry
 * @param repository the folder that has RDagentDB
 */
export function guessedPathMap(paths: Iterable<string>, repository: string): PathMap {
  for (const path of paths) {
    const canonical = canonicalPath(path);
    if (existsSync(canonical)) return {};
    const at = canonical.indexOf("/git_ignore_folder/");
    if (at > 0 && existsSync(posix.join(repository, canonical.slice(at)))) {
      return { [canonical.slice(0, at)]: repository };
    }
  }
  return {};
}
