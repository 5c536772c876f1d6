import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import type { Store } from "./store/store.js";

/**
 * How a factor's implementation stands to the package that has it:
 * - current, stale or ahead: its version is that of the package, lower or higher,
 * - unversioned: it is a date (20261130) or none, which says nothing of the package,
 * - missing: the package has no such function; stub: it has, and raises NotImplementedError.
 */
export type ImplState = "current" | "stale" | "ahead" | "unversioned" | "missing" | "stub";

/** A folder of factor functions in Python, with its VERSION. */
export interface FactorPackage {
  /** The VERSION file's text; undefined where there is none. */
  readonly version: string | undefined;
  /** Per function, whether it does nothing but raise NotImplementedError; by module and name. */
  readonly functions: ReadonlyMap<string, { readonly isStub: boolean }>;
}

/**
 * Reads a package's VERSION and the functions of its modules, without running it.
 * @throws DataServiceError not-found
 */
export function readFactorPackage(folder: string): FactorPackage {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataServiceError(
      "not-found",
      `${folder}: there is no package folder; give the one that holds VERSION`,
      {
        path: folder,
      },
    );
  }
  const functions = new Map<string, { isStub: boolean }>();
  let version: string | undefined;
  for (const path of filesBelow(folder)) {
    if (path === "VERSION" || path.endsWith("/VERSION"))
      version ??= readFileSync(join(folder, path), "utf8").trim();
    if (!path.endsWith(".py")) continue;
    const module = path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
    for (const [name, isStub] of functionsIn(readFileSync(join(folder, path), "utf8"))) {
      functions.set(`${module}:${name}`, { isStub });
    }
  }
  return { version, functions };
}

function filesBelow(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return entry.name.startsWith(".") || entry.name === "__pycache__" ? [] : filesBelow(folder, path);
  });
}

/** A function at the top of a module. @internal */
export const DEFINITION = /^(?:async\s+)?def\s+([^\s(]+)\s*\(/;

/** The functions at the top of a module, with whether each is a stub. */
function functionsIn(source: string): [string, boolean][] {
  const lines = source.split(/\r?\n/);
  const found: [string, boolean][] = [];
  for (const [at, line] of lines.entries()) {
    const name = DEFINITION.exec(line)?.[1];
    if (name === undefined) continue;
    let end = at + 1;
    while (end < lines.length && !/^\S/.test(lines[end]!)) end++;
    found.push([name, isStub(lines.slice(at + 1, end).join("\n"))]);
  }
  return found;
}

/** A body of a docstring, comments and one raise. */
function isStub(body: string): boolean {
  const code = body
    .replace(/^\s*(?:[^\n]*\)\s*(?:->[^\n]*)?:\s*\n)?/, "")
    .replace(/("""|''')[\s\S]*?\1/g, "")
    .replace(/#.*$/gm, "")
    .trim();
  return /^raise\s+NotImplementedError\b(\([\s\S]*\))?$/.test(code);
}

/** How functions of a factor are called: by the design, as the research side names them, and after the factor alone. */
export const SPELLINGS = ["", "factor_", "calculate_"] as const;

/** The state of one factor's implementation. A module is known by its last parts: `rd_factors_lib.generated` or `generated`. */
export function implState(
  factor: {
    readonly impl_module: string | null;
    readonly impl_func: string | null;
    readonly impl_version: string | null;
  },
  pack: FactorPackage,
): ImplState {
  const { impl_module: module, impl_func: name, impl_version: version } = factor;
  if (!module || !name) return "missing";
  const parts = module.split(".");
  const modules = parts.map((_, at) => parts.slice(at).join("."));
  const found = modules
    .flatMap((one) => SPELLINGS.map((prefix) => pack.functions.get(`${one}:${prefix}${name}`)))
    .find((one) => one !== undefined);
  if (!found) return "missing";
  if (found.isStub) return "stub";
  if (!version || /^\d{8}$/.test(version) || pack.version === undefined) return "unversioned";
  const order = compareVersions(version, pack.version);
  return order === 0 ? "current" : order < 0 ? "stale" : "ahead";
}

/** 1.0.9 before 1.0.10: part by part, numbers as numbers; what lacks a part comes first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.trim().replace(/^v/i, "").split(/[.+-]/));
  for (let at = 0; at < Math.max(left!.length, right!.length); at++) {
    const [x, y] = [left![at] ?? "0", right![at] ?? "0"];
    const isNumber = /^\d+$/.test(x) && /^\d+$/.test(y);
    const order = isNumber ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Compares the implementations of a store's factors with a package and keeps each state in the store.
 * @param folder the package: the folder that holds VERSION
 * @returns how many factors are in each state
 */
export async function compareImplementations(
  store: Store,
  folder: string,
): Promise<Readonly<Partial<Record<ImplState, number>>>> {
  const pack = readFactorPackage(folder);
  const { rows } = await store.factors({ limit: Number.MAX_SAFE_INTEGER });
  const counts: Partial<Record<ImplState, number>> = {};
  await store.db.transaction().execute(async (db) => {
    for (const row of rows) {
      const state = implState(row, pack);
      counts[state] = (counts[state] ?? 0) + 1;
      if (row.impl_state === state) continue;
      await db
        .updateTable("factors")
        .set({ impl_state: state })
        .where("record_key", "=", row.record_key)
        .execute();
    }
  });
  return counts;
}
