// npm run bench join [-- --laptop] [-- --only WORDS]: joins of the generated market with factors, all values of the result read.

import { alignRows } from "../src/align/align.js";
import { asofJoin } from "../src/join/asof-join.js";
import { type JoinOptions, joinPanels } from "../src/join/join-panels.js";
import { PanelIndex } from "../src/keys/panel-index.js";
import { spelledAs } from "../src/names/spelling.js";
import { Panel } from "../src/panel/panel.js";
import { factorOf } from "./factors.js";
import { collectGarbage } from "./garbage.js";
import { FULL_MARKET, LAPTOP_MARKET, makeMarket } from "./market.js";

const RUNS = 5;
const PANELS = 20;

const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1]! : "";
const market = makeMarket(process.argv.includes("--laptop") ? LAPTOP_MARKET : FULL_MARKET);
const half = factorOf(market, "half", 0.5, 11);
const late = lastSessions(factorOf(market, "late", 1, 12), 0.5);
const qlib = respelled(half);
const factors = Array.from({ length: PANELS - 1 }, (_, i) =>
  factorOf(market, `f${i}`, 0.9 + (i % 10) / 100, 20 + i),
);
console.log(
  `${market.rowCount} rows x ${market.columnNames.length} float32 columns; factor of ${half.rowCount} rows (float64) spread, of ${late.rowCount} in the last half of the sessions`,
);

for (const how of ["left", "inner", "outer", "right"] as const) {
  report(`${how} join, spread factor`, () => joined([market, half], { how }));
  report(`${how} join, late factor`, () => joined([market, late], { how }));
}
report("left join, spread factor in the other spelling", () => joined([market, qlib], { how: "left" }));
report("outer join, spread factor in the other spelling", () => joined([market, qlib], { how: "outer" }));
report("as-of join, spread factor, 30d", () => {
  read(asofJoin(market, half, { tolerance: "30d" }).panel);
});
report("alignment alone", () => alignRows(market.index, half.index));
report(`${PANELS}-panel matrix, left`, () => joined([market, ...factors], { how: "left" }));
report(`${PANELS}-panel matrix, inner`, () => joined([market, ...factors], { how: "inner" }));
report(`${PANELS}-panel matrix, outer`, () => joined([market, ...factors], { how: "outer" }));
report("left join and its ledger, printed", () => String(joinPanels([market, half]).ledger));

function joined(panels: readonly Panel[], options: JoinOptions): void {
  read(joinPanels(panels.map(fresh), options).panel);
}

function read(panel: Panel): void {
  for (const name of panel.columnNames) panel.column(name).values;
}

function lastSessions(panel: Panel, share: number): Panel {
  const { datetimes } = panel.index;
  return panel.window({ start: datetimes[Math.floor(datetimes.length * (1 - share))]! });
}

/** The same rows under qlib's spelling, which sorts otherwise. */
function respelled(panel: Panel): Panel {
  const { datetimes, instruments, offsets, codes } = panel.index;
  const names = instruments.map((name) => spelledAs(name, "qlib"));
  const sorted = [...names].sort();
  const place = new Map(sorted.map((name, i) => [name, i]));
  const rank = Int32Array.from(names, (name) => place.get(name)!);
  const moved = codes.map((code) => rank[code]!);
  for (let s = 0; s < datetimes.length; s++) moved.subarray(offsets[s]!, offsets[s + 1]!).sort();
  const index = new PanelIndex({ datetimes, instruments: sorted, offsets, codes: moved });
  return new Panel(index, new Map([["respelled", panel.column(panel.columnNames[0]!)]]));
}

/** The same panel with an index object of its own, as a file opened anew has. */
function fresh(panel: Panel): Panel {
  const { datetimes, instruments, offsets, codes } = panel.index;
  const index = new PanelIndex({ datetimes, instruments, offsets, codes });
  return new Panel(index, new Map(panel.columnNames.map((name) => [name, panel.column(name)])), panel.info);
}

function report(what: string, act: () => void): void {
  if (!what.includes(only)) return;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    collectGarbage();
    const begun = performance.now();
    act();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  console.log(
    `${what.padEnd(52)} ${times[times.length >> 1]!.toFixed(0).padStart(6)} ms (best ${times[0]!.toFixed(0)})`,
  );
}
