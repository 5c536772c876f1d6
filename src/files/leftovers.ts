import { lstatSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { uniqueSuffix } from "../crypto.js";
import { discard } from "./discard.js";
import { hostMark, isGone, processMark } from "./process-mark.js";

/** Of a machine that cannot be asked, what is older than this is of nobody. */
const ABANDONED_MS = 86_400_000;
/** A folder steps aside for the time of two renames. */
const ASIDE_MS = 2000;

/** `.c.csv.host-123.4567-0a1b2c3d4e5f.tmp`: whose it is can be told from the name. */
export function nameBeside(path: string, mark: "tmp" | "old"): string {
  return join(dirname(path), `.${basename(path)}.${hostMark()}-${processMark()}-${uniqueSuffix()}.${mark}`);
}

interface Leftover {
  readonly path: string;
  readonly kind: "tmp" | "old";
  /** Whether its process is known to be gone; of another machine nobody knows. */
  readonly isOwnHost: boolean;
  readonly isGone: boolean;
  readonly changedMs: number;
}

const NAME = /^(.*)-(\d+(?:\.\d+)?)-[0-9a-f]{12}\.(tmp|old)$/s;

/** What writes of `path` have beside it, of this process too. */
function leftoversOf(path: string): Leftover[] {
  const start = `.${basename(path)}.`;
  return namesIn(dirname(path)).flatMap((name): Leftover[] => {
    const parts = name.startsWith(start) ? NAME.exec(name.slice(start.length)) : null;
    if (!parts) return [];
    const [, host, mark, kind] = parts as unknown as [string, string, string, "tmp" | "old"];
    const found = join(dirname(path), name);
    const changedMs = lstatSync(found, { throwIfNoEntry: false })?.ctimeMs;
    if (changedMs === undefined) return [];
    const isOwnHost = host === hostMark();
    return [{ path: found, kind, isOwnHost, isGone: isOwnHost && isGone(mark), changedMs }];
  });
}

/**
 * Puts things right where a write of `path` was killed: a folder that had stepped aside for a new one comes back if the new
 * one never came. @returns whether there is something at `path` now that was not
 */
export function restoreReplaced(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })) return false;
  const aside = leftoversOf(path)
    .filter(({ kind, isGone, isOwnHost, changedMs }) => {
      return kind === "old" && (isGone || (!isOwnHost && Date.now() - changedMs > ASIDE_MS));
    })
    .sort((a, b) => b.changedMs - a.changedMs);
  for (const { path: old } of aside) {
    try {
      renameSync(old, path);
      return true;
    } catch {
      // Another process was first.
    }
  }
  return false;
}

/** Removes what writes of `path` left whose processes are gone, killed or out of power. */
export function sweepLeftovers(path: string): void {
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  for (const { path: left, kind, isGone, isOwnHost, changedMs } of leftoversOf(path)) {
    const isNobodys = isGone || (!isOwnHost && Date.now() - changedMs > ABANDONED_MS);
    if (isNobodys && (kind === "tmp" || isThere)) discard(left);
  }
}

/** A folder that cannot be listed shows in the write. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
