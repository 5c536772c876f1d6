import { existsSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { DEFINITION, SPELLINGS } from "./impl-version.js";

/** The text of a factor's function. */
export interface ImplementationSource {
  /** Below the package's folder. */
  readonly path: string;
  /** Its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** The package's VERSION. */
  readonly version: string | undefined;
}

interface Pointer {
  readonly impl_module: string | null;
  readonly impl_func: string | null;
}

/** A module's name is a path; nothing else may lead out of the package. */
const MODULE = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * The text of the function that a factor's pointer names, without running anything. A module is known by its last parts:
 * `rd_factors_lib.generated` or `generated`.
 * @param folder the package: the folder that holds VERSION
 * @returns undefined where the package has no such function
 */
export function implementationSource(folder: string, factor: Pointer): ImplementationSource | undefined {
  const { impl_module: module, impl_func: name } = factor;
  const parts = module?.split(".") ?? [];
  if (!name || parts.length === 0 || !parts.every((part) => MODULE.test(part))) return undefined;
  for (const [at] of parts.entries()) {
    const path = join(...parts.slice(at));
    for (const file of [`${path}.py`, join(path, "__init__.py")]) {
      const found = functionText(join(folder, file), name);
      if (found !== undefined)
        return { path: file.replaceAll(sep, "/"), ...found, version: versionOf(folder) };
    }
  }
  return undefined;
}

function functionText(file: string, name: string): { line: number; text: string } | undefined {
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  const names = new Set(SPELLINGS.map((prefix) => prefix + name));
  // The last definition of a name is the one that counts.
  const start = lines.findLastIndex((line) => names.has(DEFINITION.exec(line)?.[1] ?? ""));
  if (start < 0) return undefined;
  let first = start;
  while (first > 0 && lines[first - 1]!.startsWith("@")) first--;
  let end = start + 1;
  while (end < lines.length && !/^[^\s)#]/.test(lines[end]!)) end++;
  return { line: first + 1, text: lines.slice(first, end).join("\n").trimEnd() };
}

function versionOf(folder: string): string | undefined {
  const path = join(folder, "VERSION");
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}
