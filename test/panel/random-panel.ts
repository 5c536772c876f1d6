import fc from "fast-check";
import { type Panel, panelFromColumns } from "#src/index.js";

/** A row of a panel as a naive program would hold it. */
export interface PlainRow {
  readonly ns: bigint;
  readonly instrument: string;
  readonly close: number;
  readonly volume: number;
}

const DAY_NS = 86_400_000_000_000n;
/** 2020-01-01 */
const EPOCH = 1_577_836_800_000_000_000n;

/** Panels with holes, NaN cells, single rows and one-session instruments; and the same rows, sorted. */
export const plainRows: fc.Arbitrary<PlainRow[]> = fc
  .record({
    instruments: fc.integer({ min: 1, max: 9 }),
    sessions: fc.integer({ min: 1, max: 14 }),
    density: fc.constantFrom(0.1, 0.5, 0.9, 1),
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  })
  .map(({ instruments, sessions, density, seed }) => {
    const random = mulberry32(seed);
    const rows: PlainRow[] = [];
    for (let s = 0; s < sessions; s++) {
      for (let i = 0; i < instruments; i++) {
        if (random() >= density) continue;
        const close = random() < 0.1 ? Number.NaN : Math.fround(random() * 100);
        rows.push({
          ns: EPOCH + BigInt(s * 2) * DAY_NS,
          instrument: codeOf(i),
          close,
          volume: Math.floor(random() * 1e6),
        });
      }
    }
    return rows;
  });

export function codeOf(i: number): string {
  return `${String(1 + i * 7).padStart(6, "0")}.${i % 2 === 0 ? "SZ" : "SH"}`;
}

/** `date(3)` is the ISO date 3 days after the first session; sessions fall on every second day. */
export function date(day: number): string {
  return new Date(Number((EPOCH + BigInt(day) * DAY_NS) / 1_000_000n)).toISOString().slice(0, 10);
}

export function panelOf(rows: readonly PlainRow[]): Panel {
  return panelFromColumns({
    datetime: BigInt64Array.from(rows, (r) => r.ns),
    instrument: rows.map((r) => r.instrument),
    columns: {
      $close: Float32Array.from(rows, (r) => r.close),
      volume: Float64Array.from(rows, (r) => r.volume),
    },
  });
}

/** The rows of a Panel back, through its public columns and keys. */
export function rowsOf(panel: Panel): PlainRow[] {
  const close = panel.column("close");
  const volume = panel.column("volume");
  return Array.from({ length: panel.rowCount }, (_, row) => {
    const { datetime, instrument } = panel.keyAt(row);
    return {
      ns: BigInt(datetime.getTime()) * 1_000_000n,
      instrument,
      close: close.at(row) as number,
      volume: volume.at(row) as number,
    };
  });
}

/** A small seeded generator of numbers in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same request with its start and end in order, as a window asks for them. */
export function inOrder<T extends { readonly start?: unknown; readonly end?: unknown }>(request: T): T {
  const { start, end } = request;
  const turned = start !== undefined && end !== undefined && String(start) > String(end);
  return turned ? { ...request, start: end, end: start } : request;
}
