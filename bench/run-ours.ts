// Our side of the table, in a process of its own: node run-ours.js WORKLOAD.json (memory|fresh-window|load) [cache folder]
import { readFileSync } from "node:fs";
import type { Samples } from "./measure.js";
import type { Workload } from "./workload.js";

const [file, mode, cache] = process.argv.slice(2);
const work = JSON.parse(readFileSync(file!, "utf8")) as Workload;
const WINDOW_FIELDS = ["$close", "$volume"];
const RANDOM_WINDOWS = 10_000;
const windowRequest = { universe: work.universe, start: work.start, end: work.end, fields: WINDOW_FIELDS };

// The package as it is built for its users. Its import is timed apart, as pandas' is.
const built = new URL("../../../dist/index.js", import.meta.url).href;
const began = performance.now();
const { joinPanels, openPanel } = (await import(built)) as typeof import("../src/index.js");
const imported = performance.now();
const ms = () => [performance.now() - imported];
type Panel = Awaited<ReturnType<typeof openPanel>>;

function otherUniverse(i: number): readonly string[] {
  const from = i % (work.instruments.length - 300);
  return work.instruments.slice(from, from + 300);
}

function readAll(panel: Panel): Panel {
  for (const name of panel.columnNames) panel.column(name).values;
  return panel;
}

async function freshWindow(): Promise<Record<string, Samples>> {
  const panel = await openPanel(work.h5, { cache: cache ?? false });
  readAll(panel.window(windowRequest));
  const took = ms();
  return {
    [cache ? "open-window-cached" : "open-window"]: {
      ms: took,
      form: "openPanel, panel.window, values read",
    },
    import: { ms: [imported - began], form: 'import("@aistock/data-service")' },
  };
}

async function load(): Promise<Record<string, Samples>> {
  const panel = await openPanel(work.h5, { cache: false, load: true });
  const took = ms();
  const bytes = panel.columnNames.reduce((sum, name) => sum + byteLength(panel.column(name).values), 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { collectGarbage } = await import("./garbage.js");
  collectGarbage();
  const rss = process.memoryUsage().rss;
  const note = JSON.stringify({ valueBytes: bytes, rss, most: 1024 * process.resourceUsage().maxRSS });
  return { load: { ms: took, form: "openPanel(path, { load: true })", note } };
}

function byteLength(values: unknown): number {
  return ArrayBuffer.isView(values) ? values.byteLength : 0;
}

async function inMemory(): Promise<Record<string, Samples>> {
  const { measure, measureAsync } = await import("./measure.js");
  const panel = await openPanel(work.h5, { cache: false, load: true });
  const { session, start, end, universe } = work;
  const fields = WINDOW_FIELDS;
  const held = panel.universe(universe);
  const tasks: Record<string, Samples> = {
    window: measure("panel.window({ universe, start, end, fields }), values read", () =>
      readAll(panel.window(windowRequest)),
    ),
    "window-universe": measure("panel.window({ universe: panel.universe(codes), … }), values read", () =>
      readAll(panel.window({ ...windowRequest, universe: held })),
    ),
    "window-other": measure("panel.window({ universe, start, end, fields }), values read", (i) =>
      readAll(panel.window({ ...windowRequest, universe: otherUniverse(i) })),
    ),
    "window-all": measure("panel.window({ start, end }), shared memory", () =>
      readAll(panel.window({ start, end })),
    ),
    "window-all-2": measure("panel.window({ start, end, fields })", () =>
      readAll(panel.window({ start, end, fields })),
    ),
    "window-bars": measure("panel.window({ universe, bars: 60, fields })", () =>
      readAll(panel.window({ universe, bars: 60, fields })),
    ),
    "window-bars-universe": measure(
      "panel.window({ universe: panel.universe(codes), bars: 60, fields })",
      () => readAll(panel.window({ universe: held, bars: 60, fields })),
    ),
    "cross-section": measure("panel.crossSection(date)", () => readAll(panel.crossSection(session))),
    unstack: measure('panel.unstack("$close")', () => panel.unstack("$close")),
    rolling: await measureAsync('panel.evaluateInThreads({ mean: "Mean($close, 20)" })', async () =>
      readAll(await panel.evaluateInThreads({ mean: "Mean($close, 20)" }, { threads: 2 })),
    ),
    "rolling-one": measure('panel.evaluate({ mean: "Mean($close, 20)" })', () =>
      readAll(panel.evaluate({ mean: "Mean($close, 20)" })),
    ),
    "random-windows": await randomWindows(panel, universe),
    "random-universe": await randomWindows(panel, held),
  };
  const factor = await openPanel(work.factorH5, { cache: false, load: true });
  for (const how of ["left", "inner"] as const) {
    tasks[`join-${how}`] = measure(`joinPanels([market, factor], { how: "${how}" }), all values read`, () =>
      readAll(joinPanels([panel, factor], { how }).panel),
    );
  }
  return { ...tasks, ...(await histories(panel)) };
}

/** Whole histories, before and after the panel is laid out by instrument; last, since it has its columns twice then. */
async function histories(panel: Panel): Promise<Record<string, Samples>> {
  const { measure } = await import("./measure.js");
  const { instruments, universe } = work;
  const fields = WINDOW_FIELDS;
  const reads = () => ({
    one: measure("panel.series(code), values read", () => readAll(panel.series(instruments[0]!))),
    many: measure("panel.series(code), values read", (i) =>
      readAll(panel.series(instruments[i % instruments.length]!)),
    ),
    bars: measure("panel.window({ universe: [code], end, bars: 60, fields }), 50 codes in turn", (i) => {
      const end = panel.index.datetimes[(1000 + Math.floor(i / 50)) % panel.index.sessionCount]!;
      return readAll(panel.window({ universe: [universe[i % 50]!], end, bars: 60, fields }));
    }),
    loop: measure("for (const [, history] of panel.groupByInstrument()), values read", () => {
      for (const [, history] of panel.groupByInstrument()) readAll(history);
    }),
  });
  const before = reads();
  const rss = process.memoryUsage().rss;
  const from = performance.now();
  panel.load({ byInstrument: true });
  const took = performance.now() - from;
  const note = JSON.stringify({ rssGrowth: process.memoryUsage().rss - rss });
  const after = reads();
  return {
    series: before.one,
    "series-many": before.many,
    group: before.loop,
    "bars-one": before.bars,
    "by-instrument": { ms: [took], form: "panel.load({ byInstrument: true }), of a loaded panel", note },
    "series-laid": after.one,
    "series-many-laid": after.many,
    "bars-one-laid": after.bars,
    "group-laid": after.loop,
  };
}

/** Many windows at random dates, with how much memory they left behind. */
async function randomWindows(panel: Panel, universe: Iterable<string>): Promise<Samples> {
  const { Random } = await import("./random.js");
  const { collectGarbage } = await import("./garbage.js");
  const random = new Random(5);
  const { datetimes, sessionCount } = panel.index;
  const run = () => {
    const first = random.integer(0, sessionCount - 60);
    const [start, end] = [datetimes[first]!, datetimes[first + 59]!];
    readAll(panel.window({ ...windowRequest, universe, start, end }));
  };
  for (let i = 0; i < 1000; i++) run();
  collectGarbage();
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  for (let i = 0; i < RANDOM_WINDOWS; i++) {
    const from = performance.now();
    run();
    times.push(performance.now() - from);
  }
  collectGarbage();
  const note = JSON.stringify({ rssGrowth: process.memoryUsage().rss - before });
  return { ms: times, form: "as the window above, other dates each time", note };
}

const modes = { memory: inMemory, "fresh-window": freshWindow, load };
const { printReport } = await import("./measure.js");
printReport({ version: process.version, tasks: await modes[mode as keyof typeof modes]() });
