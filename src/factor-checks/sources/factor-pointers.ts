import { readFileSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";
import { nearestName } from "../../names/nearest.js";
import type { VersionVerdict } from "../factor-report.js";
import type { LibraryContents } from "../python/factor-process.js";

/** Where a factor's metadata says that its code is: `impl_module`, `impl_func`, `impl_version`. */
export interface FactorPointer {
  readonly name: string;
  readonly module?: string | undefined;
  readonly function?: string | undefined;
  readonly version?: string | undefined;
  /** `interface_info.standard_wrapper`: what is called instead. */
  readonly wrapper?: string | undefined;
  /** `input_schema.lookback_days`, which nobody measured. */
  readonly lookback?: number | undefined;
  readonly expression?: string | undefined;
}

interface MetaEntry {
  readonly name?: unknown;
  readonly impl_module?: unknown;
  readonly impl_func?: unknown;
  readonly impl_version?: unknown;
  readonly expression?: unknown;
  readonly interface_info?: { readonly standard_wrapper?: unknown } | null;
  readonly input_schema?: { readonly lookback_days?: unknown } | null;
}

/** The pointers of a `factor_meta.json` or a factor catalogue. @throws DataServiceError not-found, read-failed, corrupt */
export function readPointers(path: string): FactorPointer[] {
  const text = accessing(path, () => readFileSync(path, "utf8"));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new DataServiceError("corrupt", `${path} is no JSON: ${(error as Error).message}`, { path }, error);
  }
  const { factors } = (Array.isArray(parsed) ? { factors: parsed } : parsed) as { factors?: unknown };
  if (!Array.isArray(factors)) {
    throw new DataServiceError("corrupt", `${path} has no list of factors; give a factor_meta.json`, {
      path,
    });
  }
  return (factors as MetaEntry[]).map((entry, k) => {
    const name = textOf(entry?.name);
    if (name === undefined) {
      throw new DataServiceError("corrupt", `${path}: factor ${k} has no name`, { path, position: k });
    }
    const lookback = entry.input_schema?.lookback_days;
    return {
      name,
      module: textOf(entry.impl_module),
      function: textOf(entry.impl_func),
      version: textOf(entry.impl_version),
      wrapper: textOf(entry.interface_info?.standard_wrapper),
      lookback: typeof lookback === "number" ? lookback : undefined,
      expression: textOf(entry.expression),
    };
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** A pointer for every `factor_*` and `calculate_*` of a library. */
export function pointersOf({ modules }: LibraryContents): FactorPointer[] {
  return Object.entries(modules).flatMap(([module, { functions }]) =>
    Object.keys(functions)
      .filter((name) => /^(factor|calculate)_/.test(name))
      .map((name) => ({ name: name.replace(/^(factor|calculate)_/, ""), module, function: name })),
  );
}

/** What a pointer leads to. */
export type ResolvedPointer =
  | {
      readonly verdict: "ok";
      readonly module: string;
      readonly call: string;
      readonly style: "frame" | "workspace";
      readonly dollar: boolean;
      /** SHA-256 of the source of the function and what it calls in its module. */
      readonly hash: string;
    }
  | {
      readonly verdict: "no-pointer" | "missing-module" | "import-failed" | "missing-function";
      readonly nearest?: string | undefined;
    };

/**
 * The function that a pointer means: the wrapper if one is named, else `impl_func` itself, else `factor_` or `calculate_`
 * before it; one without a parameter reads its input from a file, as RD-Agent's workspaces do.
 */
export function resolvePointer(
  pointer: FactorPointer,
  { modules, failed }: LibraryContents,
): ResolvedPointer {
  const { module, function: named, wrapper } = pointer;
  if (module === undefined || named === undefined) return { verdict: "no-pointer" };
  if (Object.hasOwn(failed, module)) return { verdict: "import-failed" };
  if (!Object.hasOwn(modules, module)) {
    return { verdict: "missing-module", nearest: nearestName(module, Object.keys(modules)) };
  }
  const { functions } = modules[module]!;
  const candidates = [...(wrapper ? [wrapper] : []), named, `factor_${named}`, `calculate_${named}`];
  const call = candidates.find((name) => Object.hasOwn(functions, name));
  if (call === undefined)
    return { verdict: "missing-function", nearest: nearestFunction(named, Object.keys(functions)) };
  const { parameters, dollar, hash } = functions[call]!;
  return { verdict: "ok", module, call, style: parameters === 0 ? "workspace" : "frame", dollar, hash };
}

/** All begin with `factor_`, so that only the rest tells how near a name is. */
function nearestFunction(named: string, functions: readonly string[]): string | undefined {
  const plain = (name: string) => name.replace(/^factor_/, "");
  const near = nearestName(plain(named), functions.map(plain));
  return functions.find((name) => plain(name) === near);
}

/** A recorded `impl_version` against the library's. A day (`20260112`) is what RD-Agent writes, whatever the version. */
export function compareVersions(recorded: string | undefined, library: string | undefined): VersionVerdict {
  if (recorded === undefined || library === undefined) return "unknown";
  if (recorded === library) return "same";
  if (/^\d{8}$/.test(recorded)) return "a-date";
  const [a, b] = [recorded, library].map((version) => version.split(".").map(Number));
  if ([...a!, ...b!].some(Number.isNaN)) return "unknown";
  for (let k = 0; k < Math.max(a!.length, b!.length); k++) {
    const step = (a![k] ?? 0) - (b![k] ?? 0);
    if (step !== 0) return step < 0 ? "older-than-library" : "newer-than-library";
  }
  return "same";
}
