import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correlation, LEAST_INSTRUMENTS, SessionCorrelations } from "#src/factor-checks/correlation.js";
import { mulberry32 } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";

interface Session {
  readonly factor: Float64Array;
  readonly label: Float32Array;
}

const isFinitePair = ({ factor, label }: Session, i: number): boolean =>
  Number.isFinite(factor[i]) && Number.isFinite(label[i]);

/** Pearson's correlation by its definition. */
function naivePearson(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number) => x.reduce((total, _, i) => total + of(i), 0);
  const xy = sum((i) => (x[i]! - mx) * (y[i]! - my));
  return xy / Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
}

/** The mean of the places that a value has when all are sorted, from 1 on. */
function naiveRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const less = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return less + (equal + 1) / 2;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Sessions with ties, missing and infinite cells, and now and then few pairs or a constant. */
function randomSessions(seed: number, count: number, most: number): Session[] {
  const random = mulberry32(seed);
  return Array.from({ length: count }, () => {
    const n = Math.floor(random() * most);
    const steps = 1 + Math.floor(random() * 30);
    const cell = () => {
      const kind = random();
      if (kind < 0.1) return Number.NaN;
      if (kind < 0.12) return random() < 0.5 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      return 1e3 + Math.floor(random() * steps) / 7;
    };
    return { factor: Float64Array.from({ length: n }, cell), label: Float32Array.from({ length: n }, cell) };
  });
}

function coefficientsOf(sessions: readonly Session[]) {
  const correlations = new SessionCorrelations();
  for (const { factor, label } of sessions) correlations.add(factor, label);
  return correlations.coefficients();
}

describe("a factor's correlation with a label", () => {
  it("is that of the definition", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const sessions = randomSessions(seed, 40, 60);
        const pairs = sessions
          .map((session) => [...session.factor.keys()].filter((i) => isFinitePair(session, i)))
          .map((at, s) => at.map((i): [number, number] => [sessions[s]!.factor[i]!, sessions[s]!.label[i]!]))
          .filter((all) => all.length >= LEAST_INSTRUMENTS)
          .map((all) => [all.map(([x]) => x), all.map(([, y]) => y)] as const)
          .filter(([x, y]) => new Set(x).size > 1 && new Set(y).size > 1);
        const found = coefficientsOf(sessions);
        if (pairs.length < 20) return expect(found).toBeUndefined();
        const ic = pairs.map(([x, y]) => naivePearson(x, y));
        const rankIc = pairs.map(([x, y]) => naivePearson(naiveRanks(x), naiveRanks(y)));
        expect(found!.icSessions).toBe(pairs.length);
        expect(found!.ic).toBeCloseTo(mean(ic), 10);
        expect(found!.rankIc).toBeCloseTo(mean(rankIc), 12);
        const deviation = (all: readonly number[]) =>
          Math.sqrt(all.reduce((a, b) => a + (b - mean(all)) ** 2, 0) / (all.length - 1));
        expect(found!.icir! * deviation(ic)).toBeCloseTo(mean(ic), 10);
        expect(found!.rankIcir! * deviation(rankIc)).toBeCloseTo(mean(rankIc), 12);
      }),
      propertyRuns(20, 40),
    );
  });

  it("is 1 or -1, and not beyond, of what rises or falls with it", () => {
    const label = Float32Array.from({ length: 30 }, (_, i) => Math.fround(i * 0.1));
    const rising = Array.from({ length: 20 }, () => ({
      factor: Float64Array.from(label, (y) => y ** 3),
      label,
    }));
    expect(coefficientsOf(rising)!.rankIc).toBeCloseTo(1, 14);
    expect(coefficientsOf(rising)!.ic).toBeLessThan(1);
    const falling = rising.map(() => ({ factor: Float64Array.from(label, (y) => -y), label }));
    expect(coefficientsOf(falling)).toMatchObject({ icSessions: 20 });
    expect(coefficientsOf(falling)!.ic).toBeCloseTo(-1, 14);
    expect(coefficientsOf(falling)!.ic).toBeGreaterThanOrEqual(-1);
  });

  it("is none where one of both is constant, whatever the constant rounds to", () => {
    const [x, y] = [new Float64Array(7).fill(0.1), Float64Array.of(1, 2, 3, 4, 5, 6, 7)];
    expect(correlation(x, y, 7)).toBeNaN();
    expect(correlation(y, x, 7)).toBeNaN();
  });

  it("is none with fewer than 20 sessions of 10 instruments", () => {
    const session = (n: number): Session => ({
      factor: Float64Array.from({ length: n }, (_, i) => i % 4),
      label: Float32Array.from({ length: n }, (_, i) => i % 3),
    });
    const many = (count: number, n: number) => Array.from({ length: count }, () => session(n));
    expect(coefficientsOf(many(19, 10))).toBeUndefined();
    expect(coefficientsOf([...many(19, 10), ...many(9, 9)])).toBeUndefined();
    expect(coefficientsOf(many(20, 10))).toMatchObject({ icSessions: 20 });
  });
});

/** The first Python that has pandas. */
const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import pandas"]).status === 0,
);

describe("pandas", () => {
  if (python === undefined) console.warn("no python3 with pandas: the IC is not compared with its");

  it.skipIf(python === undefined)("finds the same correlations", () => {
    const sessions = randomSessions(7, 120, 80);
    const rows = sessions.flatMap((session, s) =>
      [...session.factor.keys()]
        .filter((i) => isFinitePair(session, i))
        .map((i) => [s, session.factor[i]!, session.label[i]!]),
    );
    const script = `
import sys, json, pandas as pd
df = pd.DataFrame(json.load(sys.stdin), columns=["session", "factor", "label"])
df = df[df.groupby("session")["factor"].transform("count") >= ${LEAST_INSTRUMENTS}]
by = df.groupby("session")
ic = by.apply(lambda d: d[["factor", "label"]].corr(method="pearson").iloc[0, 1])
rank = by.apply(lambda d: d[["factor", "label"]].corr(method="spearman").iloc[0, 1])
print(json.dumps({"ic": ic.mean(), "icir": ic.mean() / ic.std(), "rankIc": rank.mean(),
  "rankIcir": rank.mean() / rank.std(), "icSessions": int(ic.count())}))`;
    const run = spawnSync(python!, ["-W", "ignore", "-c", script], {
      encoding: "utf8",
      input: JSON.stringify(rows),
    });
    expect(run.stderr).toBe("");
    const expected = JSON.parse(run.stdout) as Record<string, number>;
    const found: Record<string, number | undefined> = { ...coefficientsOf(sessions)! };
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected)) expect(found[name], name).toBeCloseTo(value, 10);
  });
});
