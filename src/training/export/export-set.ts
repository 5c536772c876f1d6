import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../../errors.js";
import { replaceWhenWhole } from "../../formats/write.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { formatNs } from "../../time.js";
import { type FittedState, stateText } from "../fitted-state.js";
import type { Segment } from "../segments/resolve-segments.js";
import type { SequenceFill } from "../sequences/window-grid.js";
import type { TrainingProgress } from "../training-request.js";
import { EXPORT_FORMATS, type ExportFormat, type SegmentRows, writeSegment } from "./write-segment.js";

/** How a training set is written. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Which segments; all when omitted. */
  readonly segments?: readonly string[] | undefined;
  /** Writes windows too: the rows of the matrix that each sample's steps are, which may lie before the segment. */
  readonly sequences?: { readonly length: number; readonly fill?: SequenceFill | undefined } | undefined;
  /** Called with how far it is, now and then. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

export const EXPORT_KEYS: RequestKeys<ExportOptions> = {
  format: true,
  segments: true,
  sequences: true,
  onProgress: true,
};

/** What `manifest.json` says; it is the last file that is written. */
export interface ExportManifest {
  readonly format: ExportFormat;
  readonly version: 1;
  readonly source: string;
  readonly segments: Readonly<Record<string, ExportedSegment>>;
  readonly notes: readonly string[];
  /** SHA-256 of each file, by its path in the folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** What was written of a segment. */
export interface ExportedSegment {
  readonly view: string;
  /** The first and last session of the segment; with windows, the rows before it are their history. */
  readonly first: string;
  readonly last: string;
  readonly rows: number;
  /** Names of the columns by group, in the order of the matrix. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** What the numbers in `instrument` stand for. */
  readonly instruments: readonly string[];
  readonly files: readonly string[];
}

const MANIFEST = "manifest.json";
const STATE = "state.json";

/** A segment to be written, and from which view. */
export interface ExportedRows {
  readonly segment: Segment;
  readonly view: string;
  readonly rows: SegmentRows;
}

/**
 * Writes segments, the fitted state and a manifest into a folder that takes the place of `dir` when it is whole. A folder
 * that is no such export is left alone.
 * @throws DataServiceError bad-request, write-failed
 */
export async function exportSegments(
  dir: string,
  segments: readonly ExportedRows[],
  state: FittedState,
  notes: readonly string[],
  options: ExportOptions,
): Promise<ExportManifest> {
  checkKeys(options, EXPORT_KEYS, "export");
  checkChoice(options.format, EXPORT_FORMATS, "export: format");
  refuseForeign(dir);
  const total = segments.reduce((sum, { rows }) => sum + rows.index.rowCount, 0);
  let manifest: ExportManifest | undefined;
  await replaceWhenWhole(
    dir,
    async (folder) => {
      let done = 0;
      const written: Record<string, ExportedSegment> = {};
      for (const { segment, view, rows } of segments) {
        const onRows = (own: number) =>
          options.onProgress?.({ stage: "export", done: done + own, total, what: segment.name });
        const files = await writeSegment(folder, rows, options.format, onRows);
        done += rows.index.rowCount;
        written[segment.name] = {
          view,
          first: formatNs(segment.firstNs),
          last: formatNs(segment.lastNs),
          rows: rows.index.rowCount,
          columns: Object.fromEntries([...rows.groups].map(([group, { names }]) => [group, names])),
          instruments: rows.index.instruments,
          files,
        };
      }
      writeFileSync(join(folder, STATE), stateText(state));
      const all = [...Object.values(written).flatMap(({ files }) => files), STATE];
      const hashes = Object.fromEntries(all.map((file) => [file, hashOfFile(join(folder, file))]));
      manifest = {
        format: options.format,
        version: 1,
        source: state.source,
        segments: written,
        notes: [
          ...notes,
          ...segments.flatMap(({ segment, rows }) => rows.notes.map((note) => `${segment.name}: ${note}`)),
        ],
        files: hashes,
      };
      writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    },
    "folder",
  );
  return manifest!;
}

/** @throws DataServiceError bad-request */
function refuseForeign(dir: string): void {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) return;
  const there = readdirSync(dir);
  if (there.length === 0 || there.includes(MANIFEST)) return;
  const problem = `export: ${dir} holds other files (${there.slice(0, 3).join(", ")} …), which it would replace; name a new folder`;
  throw new DataServiceError("bad-request", problem, { path: dir });
}

function hashOfFile(path: string): string {
  const hash = createHash("sha256");
  const fd = openSync(path, "r");
  try {
    const part = Buffer.allocUnsafe(1 << 20);
    for (let got = readSync(fd, part); got > 0; got = readSync(fd, part)) hash.update(part.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return hash.digest("hex");
}
