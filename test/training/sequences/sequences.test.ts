import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "#src/crypto.js";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { formatNs } from "#src/time.js";
import type { Cells } from "#src/training/frame/block.js";
import { frameOfPanel } from "#src/training/frame/frame.js";
import type { Span } from "#src/training/processors/processor.js";
import { parseSpan } from "#src/training/segments/span.js";
import { Sequences } from "#src/training/sequences/sequences.js";
import type { SequenceFill } from "#src/training/sequences/window-grid.js";
import { sharedFixtures } from "../../shared-fixtures.js";

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
  readonly fills: Readonly<
    Record<SequenceFill, { readonly sha256: string; readonly sha256Float32?: string }>
  >;
}

const folder = sharedFixtures("training");
const cases = folder ? (JSON.parse(readFileSync(join(folder, "sequences.json"), "utf8")) as Case[]) : [];

describe.skipIf(!folder)("sequences, as qlib's TSDataSampler, by the hash of all their windows", () => {
  for (const own of cases) {
    it(own.name, async () => {
      const panel = await inputOf(own);
      const flags = own.fltFrame ? ["FLT"] : [];
      const names = own.columns;
      const frame = frameOfPanel(
        panel,
        new Map([["all", names], ...(own.fltFrame ? [["flt", flags] as const] : [])]),
      );
      for (const [fill, expected] of Object.entries(own.fills)) {
        const sequences = Sequences.of(frame, frame.index, parseSpan(own.segment, "segment"), {
          length: own.stepLen,
          fill: fill as SequenceFill,
          order: "instrument",
          groups: ["all"],
          type: own.dtype,
          filter: own.fltFrame ? "flt" : undefined,
        });
        expect(sequences.count).toBe(own.length);
        if (fill === Object.keys(own.fills)[0]) expect(keyHash(sequences)).toBe(own.indexSha256);
        for (const { i, key } of own.samples) expect(textOf(sequences, i)).toBe(key.join(" "));
        const all = sequences.windows(Array.from({ length: sequences.count }, (_, i) => i));
        expect(sha256(bytes(all)), fill).toBe(expected.sha256);
      }
    });
  }
});

/** The rows a TSDatasetH hands to its sampler. */
async function inputOf({ frame, extended, fltFrame }: Case): Promise<Panel> {
  const { startNs: start, endNs: end } = parseSpan(extended, "extended");
  const panel = (await openPanel(join(folder!, frame), { cache: false })).window({ start, end });
  if (!fltFrame) return panel;
  const flags = await openPanel(join(folder!, fltFrame), { cache: false });
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
