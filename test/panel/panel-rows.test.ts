import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";

const ONE = { datetime: ["2020-03-02 09:31"], instrument: ["a"] };

describe("a panel as JSON", () => {
  it("is its rows, times and large integers as text, what JSON lacks as null", () => {
    const panel = panelFromColumns({
      datetime: ["2020-03-02", "2020-03-02"],
      instrument: ["a", "b"],
      columns: {
        x: [0.1, Number.POSITIVE_INFINITY],
        n: BigInt64Array.of(2n ** 53n, 2n ** 60n),
        flag: [true, null],
        text: ["t", null],
        when: Column.of("datetime", BigInt64Array.of(0n, 1n)),
      },
    });
    expect(JSON.stringify(panel)).toBe(
      '[{"datetime":"2020-03-02","instrument":"a","x":0.1,"n":"9007199254740992","flag":true,"text":"t","when":"1970-01-01"},' +
        '{"datetime":"2020-03-02","instrument":"b","x":null,"n":"1152921504606846976","flag":null,"text":null,"when":"1970-01-01 00:00:00.000000001"}]',
    );
  });

  it("prints a float32 with the digits that give it back", () => {
    const panel = panelFromColumns({ ...ONE, columns: { x: Float32Array.of(7.5516887) } });
    expect(JSON.stringify(panel)).toBe('[{"datetime":"2020-03-02 09:31:00","instrument":"a","x":7.5516887}]');
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const one = panelFromColumns({ ...ONE, columns: { x: Float32Array.of(value) } });
        const [row] = JSON.parse(JSON.stringify(one)) as [{ x: number }];
        expect(Math.fround(row.x)).toBe(value === 0 ? 0 : value);
        expect(Number.isInteger(row.x) || Number(row.x.toPrecision(9)) === row.x).toBe(true);
      }),
      propertyRuns(71, 300),
    );
  });

  it("refuses a column that has the name of a key", () => {
    const panel = panelFromColumns({ ...ONE, columns: { instrument: [1] } });
    expect(() => panel.toJSON()).toThrow('toJSON: a column "instrument" beside the key of that name');
  });
});
