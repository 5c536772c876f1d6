import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256 } from "#src/crypto.js";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { formatNs } from "#src/time.js";
import { fromQlibConfig, type QlibConfigOptions } from "#src/training/qlib/from-qlib-config.js";
import type { ViewName } from "#src/training/segment-data.js";
import { parseSpan } from "#src/training/segments/span.js";
import type { TrainingSet } from "#src/training/training-set.js";
import { scratchFolder } from "../../scratch-folder.js";
import { PROVIDER, REFEREE, readReferee, refereeFrame } from "../referee.js";

interface Output {
  readonly segments: string | { readonly slice: readonly [string | null, string | null] };
  readonly col_set: string | readonly string[];
  readonly data_key: ViewName;
  readonly rows: number;
  readonly columns: readonly { readonly group: string | null; readonly name: string }[];
  readonly nan: readonly number[];
  readonly inf: readonly number[];
  readonly sum: readonly number[];
  readonly sumAbs: readonly number[];
  readonly sessions: number;
  readonly instruments: number;
  readonly indexSha256: string;
  readonly file?: string;
  readonly stored?: readonly string[];
}
/** What `prepare` gave for a list of segments: a frame each. */
interface Several {
  readonly segments: readonly string[];
  readonly col_set: Output["col_set"];
  readonly data_key: ViewName;
  readonly parts: readonly Omit<Output, "segments" | "col_set" | "data_key">[];
}
interface Case {
  readonly name: string;
  readonly dataset: { readonly kwargs: { readonly handler: { readonly kwargs: Record<string, unknown> } } };
  readonly outputs: readonly (Output | Several)[];
  readonly setup_data?: { readonly handler_kwargs: { readonly init_type: string } };
  readonly config?: { readonly handler_kwargs: Record<string, unknown> };
  readonly before?: { readonly outputs: readonly (Output | Several)[] };
}

const cases = readReferee<Case[]>("handlers.json");
const scratch = scratchFolder();
/** What stands for the fixtures' folder in the files. */
const OUT = "$" + "{OUT}";

/** What a float64 implementation is off by at most, over max(1, |x|): facts on training, §13. */
const TOLERANCE: Readonly<Record<string, number>> = {
  h04_cross_section: 2e-5,
  h05_cs_list: 2e-5,
  h17_alpha158_config_section: 1e-3,
  h18_alpha360: 2e-5,
};
/** qlib trains on columns of zeros here, as the codes of the file do not line up; they do here. */
const MISMATCH = "h21_rdagent_mismatch";

describe("handlers of qlib and RD-Agent, row by row and cell by cell", () => {
  for (const own of cases.filter(({ name }) => name !== MISMATCH)) {
    it(own.name, async () => {
      const outputs = own.outputs.flatMap(each);
      const options = { keepRaw: outputs.some(({ data_key }) => data_key === "raw"), type: typeOf(own.name) };
      const first = await setOf(own.dataset, own, options);
      if (!own.before) return check(first, outputs, own.name);
      await check(first, own.before.outputs.flatMap(each), own.name);
      const state = join(scratch, `${own.name}.json`);
      await first.saveState(state);
      const dataset = structuredClone(own.dataset);
      Object.assign(dataset.kwargs.handler.kwargs, own.config!.handler_kwargs);
      await check(await setOf(dataset, own, { ...options, state }), outputs, own.name);
    });
  }
});

describe("a factor file whose codes are spelled otherwise than the market's", () => {
  it("lines up with the market's rows", async () => {
    const own = cases.find(({ name }) => name === MISMATCH)!;
    const set = await setOf(own.dataset, own, { keepRaw: true, type: "float64" });
    const raw = set.view("raw");
    const expected = own.outputs.flatMap(each).find(({ data_key }) => data_key === "raw")!;
    expect([raw.rowCount, indexHash(raw)]).toEqual([expected.rows, expected.indexSha256]);
    const factors = await openPanel(join(REFEREE, "combined_ts_codes.parquet"));
    let matched = 0;
    for (let row = 0; row < raw.rowCount; row++) {
      const { datetime, instrument } = raw.keyAt(row);
      const there = factors.rowOf(datetime, instrument);
      const want = there < 0 ? Number.NaN : factors.column("mom_10d").at(there);
      expect(raw.column("mom_10d").at(row)).toBe(want);
      if (!Number.isNaN(want)) matched++;
    }
    expect(matched).toBeGreaterThan(500);
    expect(new Set(set.view("infer").column("mom_10d").floats()).size).toBeGreaterThan(100);
  });
});

function each(output: Output | Several): Output[] {
  if (!("parts" in output)) return [output];
  const { segments, col_set, data_key, parts } = output;
  return parts.map((part, i) => ({ ...part, segments: segments[i]!, col_set, data_key }));
}

function typeOf(name: string): "float32" | "float64" {
  return /^h(12|20|21)/.test(name) ? "float64" : "float32";
}

async function setOf(
  dataset: object,
  { setup_data }: Case,
  options: QlibConfigOptions,
): Promise<TrainingSet> {
  const text = JSON.stringify(dataset, null, 1).replaceAll(OUT, REFEREE);
  const fit = setup_data?.handler_kwargs.init_type === "fit_ind" ? ("raw" as const) : undefined;
  const { set } = await fromQlibConfig(text, { ...options, providerUri: PROVIDER, fit });
  return set;
}

async function check(set: TrainingSet, outputs: readonly Output[], name: string): Promise<void> {
  const tolerance = TOLERANCE[name] ?? 2e-6;
  for (const output of outputs) {
    const panel = partOf(set, output);
    const what = `${name} ${JSON.stringify(output.segments)} ${output.data_key}`;
    expect(panel.rowCount, what).toBe(output.rows);
    expect(indexHash(panel), what).toBe(output.indexSha256);
    expect(panel.columnNames, what).toEqual(output.columns.map((column) => column.name));
    for (const [c, column] of panel.columnNames.entries()) {
      const cells = panel.column(column).values as Float32Array;
      const counted = [count(cells, Number.isNaN), count(cells, (x) => x === 1 / 0 || x === -1 / 0)];
      expect(counted, `${what}: NaN and infinities of ${column}`).toEqual([output.nan[c], output.inf[c]]);
      if (output.inf[c]! > 0) continue;
      const total = cells.reduce((sum, x) => sum + (Number.isNaN(x) ? 0 : Math.abs(x)), 0);
      expect(
        Math.abs(total - output.sumAbs[c]!) / Math.max(1, output.sumAbs[c]!),
        `${what}: sum of ${column}`,
      ).toBeLessThan(Math.max(tolerance, 2e-6));
    }
    const saved = output.file && refereeFrame(output.file);
    if (saved) await compare(panel, saved, tolerance, what);
  }
}

function partOf(set: TrainingSet, { segments, col_set, data_key }: Output): Panel {
  const view = set.view(data_key);
  const groups = typeof col_set === "string" ? [col_set] : col_set;
  const isAll = groups[0] === "__raw" || groups[0] === "__all";
  const names = view.columnNames.filter(
    (name) => isAll || groups.includes(view.info.groups!.get(name)!) || view.info.groups!.get(name) === "",
  );
  if (segments === "*") return view.select(names);
  if (typeof segments === "string") return set.segment(segments, { view: data_key }).toPanel().select(names);
  const { startNs: start, endNs: end } = parseSpan(segments.slice, "slice");
  return view.window({ start, end, fields: names });
}

function indexHash({ index }: Panel): string {
  const keys: string[] = [];
  for (let s = 0; s < index.sessionCount; s++) {
    const day = formatNs(index.datetimes[s]!);
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++)
      keys.push(`${day} ${index.instruments[index.codes[row]!]}\n`);
  }
  return sha256(keys.join(""));
}

async function compare(own: Panel, path: string, tolerance: number, what: string): Promise<void> {
  const expected = await openPanel(path, { cache: false });
  for (const name of expected.columnNames) {
    const [got, want] = [own.column(name).floats(), expected.column(name).floats()];
    let [worst, at] = [0, 0];
    for (let row = 0; row < want.length; row++) {
      if (got[row] === want[row] || (Number.isNaN(got[row]) && Number.isNaN(want[row]))) continue;
      const error = Math.abs(got[row]! - want[row]!) / Math.max(1, Math.abs(want[row]!));
      if (!(error <= worst)) [worst, at] = [error, row];
    }
    expect(worst, `${what}: ${name}, row ${at}: ${got[at]} where qlib has ${want[at]}`).toBeLessThanOrEqual(
      tolerance,
    );
  }
}

function count(cells: Iterable<number>, is: (x: number) => boolean): number {
  let found = 0;
  for (const x of cells) if (is(x)) found++;
  return found;
}
