import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "#src/crypto.js";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { formatNs, parseTimeNs } from "#src/time.js";
import type { Cells } from "#src/training/frame/block.js";
import { type Frame, frameOfPanel } from "#src/training/frame/frame.js";
import type { Span } from "#src/training/processors/processor.js";
import { parseSpan } from "#src/training/segments/span.js";
import { Sequences } from "#src/training/sequences/sequences.js";
import type { SequenceFill } from "#src/training/sequences/window-grid.js";
import { REFEREE, readReferee } from "../referee.js";

/** What was asked of a TSDataSampler, and what it gave. */
interface Access {
  readonly ask: unknown;
  readonly error?: string;
  readonly shape?: readonly number[];
  readonly nan?: number;
  readonly sum?: number;
  readonly sha256?: string;
}

interface Case {
  readonly name: string;
  readonly segment: Span;
  readonly extended: Span;
  readonly frame: string;
  readonly fltFrame?: string;
  readonly dtype: "float32" | "float64";
  readonly stepLen: number;
  readonly length: number;
  readonly columns: readonly string[];
  readonly indexSha256: string;
  readonly samples: readonly { readonly i: number; readonly key: readonly [string, string] }[];
  readonly getitem?: readonly Access[];
  readonly fills: Readonly<
    Record<SequenceFill, { readonly sha256: string; readonly sha256Float32?: string }>
  >;
}

const cases = readReferee<Case[]>("sequences.json");

describe("sequences, as qlib's TSDataSampler, by the hash of all their windows", () => {
  for (const own of cases) {
    it(own.name, async () => {
      const frame = await frameOf(own);
      for (const [fill, expected] of Object.entries(own.fills)) {
        const sequences = sequencesOf(frame, own, fill as SequenceFill);
        expect(sequences.count).toBe(own.length);
        if (fill === Object.keys(own.fills)[0]) expect(keyHash(sequences)).toBe(own.indexSha256);
        for (const { i, key } of own.samples) expect(textOf(sequences, i)).toBe(key.join(" "));
        const all = sequences.windows(Array.from({ length: sequences.count }, (_, i) => i));
        expect(sha256(bytes(all)), fill).toBe(expected.sha256);
      }
    });
  }
});

async function frameOf(own: Case): Promise<Frame> {
  const groups = new Map([["all", own.columns]]);
  if (own.fltFrame) groups.set("flt", ["FLT"]);
  return frameOfPanel(await inputOf(own), groups);
}

function sequencesOf(frame: Frame, own: Case, fill: SequenceFill): Sequences {
  return Sequences.of(frame, frame, parseSpan(own.segment, "segment"), {
    length: own.stepLen,
    fill,
    order: "instrument",
    groups: ["all"],
    type: own.dtype,
    filter: own.fltFrame ? "flt" : undefined,
  });
}

describe("single windows, as TSDataSampler's where its answer means what was asked", () => {
  const accesses = cases.flatMap((own) => (own.getitem ?? []).map((access) => ({ own, access })));
  const made = new Map<Case, Promise<Frame>>();

  it.each(accesses.map(({ own, access }) => [own.name, JSON.stringify(access.ask), own, access] as const))(
    "%s: %s",
    async (_, __, own, { ask, error, sha256: expected }) => {
      if (!made.has(own)) made.set(own, frameOf(own));
      const frame = await made.get(own)!;
      const sequences = sequencesOf(frame, own, "none");
      const hash = (...windows: Cells[]) => sha256(Buffer.concat(windows.map(bytes)));
      const [numbers, keys] = [samplesOf(ask), keysOf(ask)];
      if (numbers && error?.includes("is out of")) {
        expect(() => sequences.windows(numbers)).toThrow("there is no sample");
      } else if (numbers) {
        // Of no sample there are no windows, on which qlib fails, as it does on a number that Python calls a float.
        const windows = sequences.windows(numbers);
        if (error) expect(windows).toHaveLength(numbers.length * own.stepLen * own.columns.length);
        else expect(hash(windows)).toBe(expected);
      } else if (keys) {
        // An unknown code is the next one's window in qlib, and an unknown date that of the last session before.
        const windows = () => keys.map(([date, code]) => sequences.windowOf(date, code));
        const isSession = keys.every(([date]) => frame.index.sessionAt(parseTimeNs(date, "date")) >= 0);
        if (keys.some(([, code]) => frame.index.codeOf(code) < 0))
          expect(windows).toThrow("unknown instrument");
        else if (!isSession) expect(windows).toThrow("is no session of these sequences");
        else expect(hash(...windows())).toBe(expected);
      } else expect(() => sequences.windows(ask as never)).toThrow("is no list of samples");
    },
  );
});

/** The numbers of samples that an access asks for; undefined where it does not by number. */
function samplesOf(ask: unknown): number[] | undefined {
  if (typeof ask === "number") return [ask];
  if (Array.isArray(ask)) return ask.every((own) => typeof own === "number") ? ask : undefined;
  const { numpy, int64 } = (typeof ask === "object" ? ask : {}) as { numpy?: number[]; int64?: number };
  return numpy ?? (int64 === undefined ? undefined : [int64]);
}

/** The keys that an access asks for; undefined where there are none. */
function keysOf(ask: unknown): [string, string][] | undefined {
  if (Array.isArray(ask) && typeof ask[1] === "string") return [ask as [string, string]];
  return (ask as { tuples?: [string, string][] }).tuples;
}

/** The rows a TSDatasetH hands to its sampler. */
async function inputOf({ frame, extended, fltFrame }: Case): Promise<Panel> {
  const { startNs: start, endNs: end } = parseSpan(extended, "extended");
  const panel = (await openPanel(join(REFEREE, frame), { cache: false })).window({ start, end });
  if (!fltFrame) return panel;
  const flags = await openPanel(join(REFEREE, fltFrame), { cache: false });
  return panel.join(flags.rename({ [flags.columnNames[0]!]: "FLT" }));
}

function textOf(sequences: Sequences, sample: number): string {
  const { datetime, instrument } = sequences.keyAt(sample);
  return `${formatNs(BigInt(datetime.getTime()) * 1_000_000n)} ${instrument}`;
}

function keyHash(sequences: Sequences): string {
  return sha256(Array.from({ length: sequences.count }, (_, i) => `${textOf(sequences, i)}\n`).join(""));
}

/** Bytes with numpy's NaN in place of any. */
function bytes(cells: Cells): Uint8Array {
  const own = cells.map((x) => (Number.isNaN(x) ? Number.NaN : x));
  return new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
}
