import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Panel, panelFromColumns } from "#src/index.js";
import { mulberry32 } from "../panel/random-panel.js";

const SESSIONS = 40;
const INSTRUMENTS = 12;
const EPOCH = Date.UTC(2020, 0, 1);

/** `2020-01-01` and the days after it. */
export const day = (s: number): string => new Date(EPOCH + 86_400_000 * s).toISOString().slice(0, 10);
export const code = (i: number): string => `${String(1 + i).padStart(6, "0")}.SZ`;

const keys = Array.from({ length: SESSIONS * INSTRUMENTS }, (_, row) => ({
  session: Math.floor(row / INSTRUMENTS),
  instrument: row % INSTRUMENTS,
}));
const random = mulberry32(1);

/** 40 sessions of 12 instruments: random closes, and a volume. */
export const market: Panel = panelFromColumns({
  datetime: keys.map(({ session }) => day(session)),
  instrument: keys.map(({ instrument }) => code(instrument)),
  columns: {
    $close: Float32Array.from(keys, () => 10 + random()),
    $volume: Float64Array.from(keys, () => Math.floor(1e6 * random())),
  },
});

/** A factor of noise over the market's rows, or what `cell` says of a row. */
export function factorOf(
  cell: (row: number, session: number, instrument: number) => number = () => random(),
  key: { time?: string; code?: (i: number) => string } = {},
): Panel {
  return panelFromColumns({
    datetime: keys.map(({ session }) => `${day(session)}${key.time ?? ""}`),
    instrument: keys.map(({ instrument }) => (key.code ?? code)(instrument)),
    columns: { factor: Float64Array.from(keys, (k, row) => cell(row, k.session, k.instrument)) },
  });
}

/** Writes a panel into a folder that may be new; gives the path. */
export async function write(panel: Panel, ...path: string[]): Promise<string> {
  const file = join(...path);
  mkdirSync(dirname(file), { recursive: true });
  await panel.write(file);
  return file;
}

/** The first half of a file, as a full disk leaves it. */
export function truncate(from: string, to: string): string {
  const bytes = readFileSync(from);
  writeFileSync(to, bytes.subarray(0, bytes.length / 2));
  return to;
}
