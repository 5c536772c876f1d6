// npm run bench validation -- [--instruments N] [--sessions N] [--factors N] [--peer-factors N]:
// quality figures of many factors in one pass, beside alphalens' way of computing them on pandas, for the same cells.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MarketInput } from "../src/factor-checks/market-input.js";
import { computeQuality } from "../src/factor-checks/quality/compute-quality.js";
import { alpha158 } from "../src/factors/alpha158.js";
import { makeMarket } from "./market.js";

const { values } = parseArgs({
  options: {
    instruments: { type: "string", default: "3400" },
    sessions: { type: "string", default: "800" },
    factors: { type: "string", default: "20" },
    "peer-factors": { type: "string", default: "1" },
    python: { type: "string", default: "/usr/bin/python3" },
  },
});

function timed<T>(work: () => T): [result: T, seconds: number] {
  const began = performance.now();
  const result = work();
  return [result, (performance.now() - began) / 1000];
}

const market = makeMarket({ instruments: Number(values.instruments), sessions: Number(values.sessions) });
const expressions = Object.fromEntries(
  Object.entries(alpha158())
    .filter(([, text]) => !text.includes("vwap"))
    .slice(0, Number(values.factors)),
);
const [factors, evaluated] = timed(() => market.evaluate(expressions).load());
const count = factors.columnNames.length;
console.log(`${market.rowCount} rows, ${count} factors; load ${loadavg()[0]!.toFixed(1)}`);
console.log(`expressions: ${evaluated.toFixed(2)} s`);
const [, one] = timed(() =>
  computeQuality(market, factors.select(factors.columnNames.slice(0, 1)), { decay: [] }),
);
const [, all] = timed(() => computeQuality(market, factors, { decay: [] }));
const [, decayed] = timed(() => computeQuality(market, factors));
console.log(`figures of one factor: ${one.toFixed(2)} s; of ${count} in one pass: ${all.toFixed(2)} s`);
console.log(`the same with the decay over 20 horizons and exposures: ${decayed.toFixed(2)} s`);
console.log(`memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);

const folder = mkdtempSync(join(tmpdir(), "bench-validation-"));
try {
  const cells = factors.withColumns({ close: market.column("close") });
  const { input } = MarketInput.of(cells, folder).forPython();
  const peer = fileURLToPath(new URL("../../../bench/peers/alphalens_way.py", import.meta.url));
  const said = execFileSync(values.python, [peer, input, values["peer-factors"]], { encoding: "utf8" });
  const { seconds, factors: compared } = JSON.parse(said) as { seconds: number; factors: number };
  const [ours, theirs] = [all / count, seconds / compared];
  console.log(
    `a factor: ${ours.toFixed(3)} s here, ${theirs.toFixed(2)} s in pandas: ${(theirs / ours).toFixed(1)} times`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
