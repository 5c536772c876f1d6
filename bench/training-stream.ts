// npm run bench training-stream [-- --full]: a training set larger than the memory it is given, written in parts of its
// columns. 158 features of 5,300 instruments over 820 sessions, or 4,100 with --full, made up as they are read.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Column } from "../src/columns/column.js";
import type { ColumnSource } from "../src/columns/table.js";
import { PanelIndex } from "../src/keys/panel-index.js";
import { Panel } from "../src/panel/panel.js";
import { exportInParts } from "../src/training/export/export-in-parts.js";

const INSTRUMENTS = 5300;
const FEATURES = 158;
const isFull = process.argv.includes("--full");
const sessions = isFull ? 4100 : 820;
const memory = (isFull ? 1200 : 300) * 2 ** 20;
const rowCount = INSTRUMENTS * sessions;
const DAY_NS = 86_400_000_000_000n;

/** Numbers that a cell's place decides, 2 % of them NaN. */
function noise(seed: number): ColumnSource {
  const cell = (row: number) => {
    let z = Math.imul(row ^ (seed * 0x9e3779b9), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    const u = ((z ^ (z >>> 15)) >>> 8) / 2 ** 24;
    return u < 0.02 ? Number.NaN : u - 0.5;
  };
  return {
    type: "float32",
    length: rowCount,
    read: (first, last) => {
      const values = new Float32Array(last - first);
      for (let i = 0; i < values.length; i++) values[i] = cell(first + i);
      return { values };
    },
    gather: (rows) => ({ values: Float32Array.from(rows, cell) }),
  };
}

function market(): Panel {
  const codes = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) codes[row] = row % INSTRUMENTS;
  const index = new PanelIndex({
    datetimes: BigInt64Array.from({ length: sessions }, (_, s) => BigInt(s) * DAY_NS),
    instruments: Array.from({ length: INSTRUMENTS }, (_, i) => `SH${String(600_000 + i)}`),
    offsets: Uint32Array.from({ length: sessions + 1 }, (_, s) => s * INSTRUMENTS),
    codes,
  });
  const names = [...Array.from({ length: FEATURES }, (_, c) => `F${c}`), "LABEL0"];
  return new Panel(index, new Map(names.map((name, c) => [name, Column.from(noise(c + 1))])));
}

const day = (share: number) => new Date(Math.floor(share * sessions) * 86_400_000).toISOString().slice(0, 10);
const folder = mkdtempSync(join(tmpdir(), "training-stream-"));
let peak = 0;
const watch = () => {
  peak = Math.max(peak, process.memoryUsage.rss());
};
const timer = setInterval(watch, 50);
const began = performance.now();
const cpu = process.cpuUsage();
try {
  const manifest = await exportInParts(
    market(),
    {
      features: Array.from({ length: FEATURES }, (_, c) => `F${c}`),
      labels: ["LABEL0"],
      purge: 2,
      segments: { train: [day(0), day(0.6)], valid: [day(0.7), day(0.8)], test: [day(0.85), null] },
      processors: {
        infer: [
          { kind: "RobustZScoreNorm", fields: "feature" },
          { kind: "Fillna", fields: "feature" },
        ],
        learn: [{ kind: "DropnaLabel" }, { kind: "CSRankNorm", fields: "label" }],
      },
      onProgress: watch,
    },
    join(folder, "set"),
    { format: "npy", memory, onProgress: watch },
  );
  const { user, system } = process.cpuUsage(cpu);
  const rows = Object.values(manifest.segments).reduce((sum, own) => sum + own.rows, 0);
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  console.log(
    `${rowCount.toLocaleString("en")} rows × ${FEATURES}: the matrix would take ${gib(rowCount * FEATURES * 4)}; ` +
      `${rows.toLocaleString("en")} rows written with ${gib(memory)} for a part, ${gib(peak)} at the peak, ` +
      `${((performance.now() - began) / 1000).toFixed(0)} s, ${((user + system) / 1e6).toFixed(0)} s of CPU`,
  );
} finally {
  clearInterval(timer);
  rmSync(folder, { recursive: true, force: true });
}
