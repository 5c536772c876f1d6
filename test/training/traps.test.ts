import { beforeAll, describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import type { Panel } from "#src/panel/panel.js";
import { parseTimeNs } from "#src/time.js";
import { trainingSet } from "#src/training/build-training-set.js";
import type { Processor } from "#src/training/processors/processor.js";
import type { TrainingRequest } from "#src/training/training-request.js";

const none = Number.NaN;
const SESSIONS = 20;
const dates = Array.from({ length: SESSIONS }, (_, d) => `2024-01-${String(d + 1).padStart(2, "0")}`);
const codes = ["SZ000001", "SZ000002", "SZ000003"];

/** Three instruments over twenty days; `cells` gives each its number of a day. */
function market(cells: (session: number, instrument: number) => Record<string, number>): Panel {
  const rows = dates.flatMap((date, s) => codes.map((code, i) => ({ date, code, own: cells(s, i) })));
  const names = Object.keys(rows[0]!.own);
  return panelFromColumns({
    datetime: rows.map(({ date }) => date),
    instrument: rows.map(({ code }) => code),
    columns: Object.fromEntries(
      names.map((name) => [name, Float32Array.from(rows, ({ own }) => own[name]!)]),
    ),
  });
}

const segments = { train: [dates[0]!, dates[11]!], test: [dates[12]!, dates[19]!] } as const;
const request: TrainingRequest = { features: ["x"], segments };
const varied = (s: number, i: number) => 10 + ((7 * s + 3 * i) % 11);

describe("rows that were left out for their label", () => {
  let panel: Panel;
  const label = { label: "Ref($x, -1)/$x - 1" };
  const processors = { learn: [{ kind: "DropnaLabel" }] as Processor[] };
  beforeAll(() => {
    panel = market((s, i) => ({ x: s === 5 && i === 1 ? none : varied(s, i), z: varied(s, i) }));
  });

  it("are told of where ffill would repeat the row before, and seen with history: infer", async () => {
    const set = await trainingSet(panel, { ...request, features: ["z"], labels: label, processors });
    const train = set.segment("train");
    const repeating = train.sequences({ length: 3, fill: "ffill" });
    expect(repeating.notes.join("\n")).toContain(
      '2 rows were left out for learning, and "ffill" repeats the row before',
    );
    expect(train.sequences({ length: 3 }).notes).toEqual([]);
    const honest = train.sequences({ length: 3, fill: "ffill", history: "infer" });
    expect(honest.notes).toEqual([]);
    const day = dates[6]!;
    const [own, other] = [repeating.windowOf(day, codes[1]!), honest.windowOf(day, codes[1]!)];
    expect(Array.from(other)).toEqual([varied(4, 1), varied(5, 1), varied(6, 1)]);
    expect(Array.from(own)).not.toEqual(Array.from(other));
    expect(honest.count).toBe(repeating.count);
  });
});

describe("sessions and rows that a window does not have", () => {
  const member = (instrument: string, from: number, to: number) => ({
    instrument,
    startNs: parseTimeNs(dates[from]!, "from"),
    endNs: parseTimeNs(dates[to]!, "to"),
  });
  const panel = market((s, i) => ({ x: varied(s, i) }));

  it("tells how many sessions it passes over between two spans of a universe", async () => {
    const spans = codes.flatMap((code) => [member(code, 0, 4), member(code, 9, 19)]);
    const set = await trainingSet(panel, { ...request, universe: { name: "twice", spans } });
    const sequences = set.segment("train").sequences({ length: 4 });
    expect(sequences.notes).toEqual([
      "windows pass over 4 sessions that have no row, as if they had not been: 4 of them between 2024-01-05 and 2024-01-10",
    ]);
    expect(Array.from(sequences.windowOf(dates[9]!, codes[0]!))).toEqual(
      [2, 3, 4, 9].map((s) => varied(s, 0)),
    );
  });

  it("tells of rows that ffill repeats where one instrument was no member", async () => {
    const spans = [member(codes[0]!, 0, 19), member(codes[1]!, 0, 4), member(codes[1]!, 9, 19)];
    const set = await trainingSet(panel, { ...request, universe: { name: "one", spans } });
    const train = set.segment("train");
    expect(train.sequences({ length: 4 }).notes).toEqual([]);
    expect(train.sequences({ length: 4, fill: "ffill" }).notes.join()).toContain(
      "repeats rows in up to 4 steps",
    );
  });
});

describe("odd cells in a fit", () => {
  const fitted = (kind: "RobustZScoreNorm" | "ZScoreNorm" | "MinMaxNorm") =>
    trainingSet(
      market((s, i) => ({
        x: varied(s, i),
        infinite: s === 3 && i === 0 ? Number.POSITIVE_INFINITY : varied(s, i),
        constant: s < 12 ? 5 : varied(s, i),
        absent: none,
      })),
      {
        ...request,
        features: ["x", "infinite", "constant", "absent"],
        processors: { infer: [{ kind, fields: "feature" }] },
      },
    );

  it.each([
    ["RobustZScoreNorm", '"infinite": infinities in the fit, which count as its extremes'],
    ["RobustZScoreNorm", '"constant": at least half of the fit\'s cells are equal'],
    ["ZScoreNorm", '"infinite": infinities in the fit, which spoil all cells'],
    ["ZScoreNorm", '"constant": constant in the fit, left as they are'],
    ["MinMaxNorm", '"infinite": infinities in the fit, which spoil all cells'],
    ["MinMaxNorm", '"constant": constant in the fit, left as they are'],
    ["RobustZScoreNorm", '"absent": no number in the fit, so they become NaN'],
    ["ZScoreNorm", '"absent": no number in any segment'],
  ] as const)("%s tells: %s", async (kind, note) => {
    expect((await fitted(kind)).notes.join("\n")).toContain(note);
  });
});

describe("a feature that a segment lacks", () => {
  const panel = market((s, i) => ({ x: varied(s, i), late: s < 12 ? none : varied(s, i) }));
  const asked = { ...request, features: ["x", "late"] };

  it("is an error, also where a fill would hide it", async () => {
    const processors = { infer: [{ kind: "Fillna", fields: "feature" }] as Processor[] };
    await expect(trainingSet(panel, { ...asked, processors })).rejects.toMatchObject({
      code: "bad-request",
      message: expect.stringContaining('the segment "train" has no number of "late"'),
    });
  });

  it("is told of where it is allowed", async () => {
    const { notes } = await trainingSet(panel, { ...asked, allow: ["missing-features"] });
    expect(notes.join("\n")).toContain('allowed: the segment "train" has no number of "late"');
  });
});

describe("processor lists", () => {
  it.each([
    [{ inferr: [] }, 'did you mean "infer"?'],
    [{ mode: "both" }, 'processors.mode "both" is not known'],
    [{ fit: "later" }, 'processors.fit "later" is not known'],
  ])("refuses %j", async (processors, message) => {
    const panel = market((s, i) => ({ x: varied(s, i) }));
    await expect(trainingSet(panel, { ...request, processors: processors as never })).rejects.toThrow(
      message,
    );
  });
});
