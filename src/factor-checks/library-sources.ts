import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { sha256 } from "../crypto.js";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { resultFilesIn } from "../files/result-files.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { openPanel } from "../open/open-panel.js";
import type { Finding, SourceDescription, VersionReport } from "./factor-report.js";
import { finding } from "./findings.js";
import { type CallLimits, FactorProcess, type LibraryContents } from "./python/factor-process.js";
import type { ReportCache } from "./report-cache.js";
import { expressionSource } from "./sources/expression-source.js";
import {
  compareVersions,
  type FactorPointer,
  pointersOf,
  readPointers,
  resolvePointer,
} from "./sources/factor-pointers.js";
import type { FactorSource } from "./sources/factor-source.js";
import { pythonSource, workspaceSource } from "./sources/python-source.js";
import { type RecordedSource, recordedSource } from "./sources/recorded-source.js";

/** A factor that is to be validated. */
export interface Candidate {
  readonly name: string;
  readonly description: SourceDescription;
  /** Absent where there is nothing to run; `findings` say why. */
  readonly source?: FactorSource | undefined;
  readonly findings: readonly Finding[];
  readonly recorded?: RecordedSource | undefined;
  readonly version?: VersionReport | undefined;
  /** `lookback_days` of its metadata. */
  readonly lookback?: number | undefined;
  /** What its code is, for the cache; absent where that cannot be told. */
  readonly code?: string | undefined;
}

/** Which factors are validated, and what is known of them. */
export interface LibraryRequest {
  /** The folder of a Python package, or one RD-Agent workspace, or a folder of them. */
  readonly library?: string | undefined;
  /** A `factor_meta.json` or factor catalogue; by default that beside the package. */
  readonly metadata?: string | undefined;
  readonly expressions?: Readonly<Record<string, string>> | undefined;
  /** A folder with `NAME/result.h5`, `NAME.h5` or `.parquet`, or one file with a column a factor. */
  readonly recorded?: string | undefined;
  readonly python?: string | undefined;
  readonly parallel?: number | undefined;
}

/** The factors of a library and the process that runs them, which the caller closes. */
export interface Library {
  readonly candidates: readonly Candidate[];
  readonly process?: FactorProcess | undefined;
}

/** @throws DataServiceError not-found, read-failed, corrupt (the metadata), bad-request */
export async function openLibrary(
  request: LibraryRequest,
  limits: CallLimits,
  scratch: string,
  cache: ReportCache,
): Promise<Library> {
  const recorded = await recordedFiles(request.recorded);
  const expressions = Object.entries(request.expressions ?? {}).map(([name, text]): Candidate => {
    const source = expressionSource(name, text);
    return {
      name,
      source,
      description: source.description,
      findings: [],
      recorded: recorded(name),
      code: text,
    };
  });
  if (request.library === undefined) return { candidates: expressions };
  const folder = resolve(request.library);
  if (!accessing(request.library, () => statSync(folder)).isDirectory()) {
    const problem = `${request.library} is no folder; name the folder of a Python package, or of an RD-Agent workspace`;
    throw new DataServiceError("bad-request", problem, { path: request.library });
  }
  let process: FactorProcess;
  try {
    process = await FactorProcess.start(scratch, { python: request.python, parallel: request.parallel });
  } catch (error) {
    if (!(error instanceof DataServiceError) || request.python !== undefined) throw error;
    return { candidates: [...expressions, ...withoutPython(folder, request, error, recorded)] };
  }
  const workspaces = workspacesIn(folder);
  const own =
    workspaces.length > 0
      ? workspaces.map((path) => workspaceCandidate(path, process, limits, recorded))
      : await packageCandidates(folder, request, process, limits, recorded, cache);
  return { candidates: [...expressions, ...own], process };
}

type FindRecorded = (name: string) => RecordedSource | undefined;

function metadataOf(folder: string, { metadata }: LibraryRequest): FactorPointer[] | undefined {
  if (metadata !== undefined) return readPointers(metadata);
  const beside = [join(folder, "factor_meta.json"), join(dirname(folder), "factor_meta.json")].find((path) =>
    existsSync(path),
  );
  return beside === undefined ? undefined : readPointers(beside);
}

function withoutPython(
  folder: string,
  request: LibraryRequest,
  error: DataServiceError,
  recorded: FindRecorded,
): Candidate[] {
  const pointers = metadataOf(folder, request) ?? [{ name: basename(folder) }];
  return pointers.map((pointer) => ({
    name: pointer.name,
    description: describe(pointer),
    findings: [finding("no-python", { error: error.message })],
    recorded: recorded(pointer.name),
    lookback: pointer.lookback,
  }));
}

function describe({ module, function: named, version, name }: FactorPointer): SourceDescription {
  return {
    kind: "python",
    text: module && named ? `${module}.${named}` : name,
    module,
    function: named,
    version,
  };
}

async function packageCandidates(
  folder: string,
  request: LibraryRequest,
  process: FactorProcess,
  limits: CallLimits,
  recorded: FindRecorded,
  cache: ReportCache,
): Promise<Candidate[]> {
  const contents = await process.import(dirname(folder), basename(folder));
  const pointers = metadataOf(folder, request) ?? [...pointersOf(contents), ...brokenModules(contents)];
  return pointers.map((pointer): Candidate => {
    const resolved = resolvePointer(pointer, contents);
    const base = {
      name: pointer.name,
      description: describe(pointer),
      recorded: recorded(pointer.name),
      lookback: pointer.lookback,
    };
    if (resolved.verdict !== "ok") {
      const { module = "", function: named = "" } = pointer;
      const error = contents.failed[module];
      const values = {
        module,
        function: named,
        near: resolved.nearest ?? "",
        error: error ? `${error.type}: ${error.message}` : "",
      };
      const version = pointer.version === undefined ? undefined : versionOf(pointer, contents);
      return { ...base, version, findings: [finding(resolved.verdict, values)] };
    }
    const { module, call, style, dollar, hash } = resolved;
    const description: SourceDescription = {
      ...base.description,
      text: `${module}.${call}`,
      module,
      function: call,
    };
    const source = pythonSource(
      pointer.name,
      process,
      { module, function: call, style, dollar },
      description,
      limits,
    );
    const library = contents.version ?? "none";
    const changed = cache.firstHash(`${module}.${call}`, library, hash) !== hash;
    const version = versionOf(pointer, contents);
    return {
      ...base,
      description,
      source,
      findings: [],
      version: {
        ...version,
        codeHash: hash,
        ...(changed && { verdict: "changed-without-version" as const }),
      },
      code: hash,
    };
  });
}

/** A module that cannot be imported has factors that nobody can name: one entry tells of it. */
function brokenModules({ failed }: LibraryContents): FactorPointer[] {
  return Object.keys(failed).map((module) => ({ name: module, module, function: "*" }));
}

function versionOf({ version }: FactorPointer, { version: library }: LibraryContents): VersionReport {
  return {
    recorded: version,
    library: library ?? undefined,
    verdict: compareVersions(version, library ?? undefined),
  };
}

function workspacesIn(folder: string): string[] {
  if (existsSync(join(folder, "factor.py"))) return [folder];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, "factor.py")));
}

function workspaceCandidate(
  path: string,
  process: FactorProcess,
  limits: CallLimits,
  recorded: FindRecorded,
): Candidate {
  const name = basename(path);
  const source = workspaceSource(name, process, path, limits);
  const [result] = resultFilesIn(path);
  return {
    name,
    source,
    description: source.description,
    findings: [],
    recorded: recorded(name) ?? (result === undefined ? undefined : recordedSource(name, result)),
    code: sha256(readFileSync(join(path, "factor.py"))),
  };
}

const EXTENSIONS = [".h5", ".parquet", ".arrow"];

/** Finds what was recorded of a factor. @throws DataServiceError not-found */
async function recordedFiles(path: string | undefined): Promise<FindRecorded> {
  if (path === undefined) return () => undefined;
  if (accessing(path, () => statSync(path)).isDirectory()) {
    return (name) => {
      const candidates = [
        ...resultFilesIn(join(path, name)),
        ...EXTENSIONS.map((end) => join(path, name + end)),
      ];
      const found = candidates.find((file) => existsSync(file));
      return found === undefined ? undefined : recordedSource(name, found);
    };
  }
  const panel = await openPanel(path);
  return (name) => (panel.hasField(name) ? recordedSource(name, path, [name]) : undefined);
}

/** Only the factors named. @throws DataServiceError bad-request, with the nearest name */
export function chosen(candidates: readonly Candidate[], names: readonly string[] | undefined): Candidate[] {
  if (names === undefined) return [...candidates];
  return names.map((name) => {
    const found = candidates.find((one) => one.name === name);
    if (found) return found;
    const known = candidates.map((one) => one.name);
    const near = nearestName(name, known);
    const problem = `validateFactors: there is no factor "${name}" among ${known.length}${suggestion(near)}`;
    throw new DataServiceError("bad-request", problem, {
      found: known,
      ...(near !== undefined && { suggestion: near }),
    });
  });
}
