import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { frameOfPanel } from "#src/training/frame/frame.js";
import { runPipeline } from "#src/training/pipeline.js";
import { processorOf } from "#src/training/qlib/qlib-processors.js";
import { readWorkflow } from "#src/workflow/read-workflow.js";
import { readReferee } from "../referee.js";

interface Table {
  readonly table: string;
  readonly input: {
    readonly keys: readonly [string, string][];
    readonly columns: readonly [string, string][];
    readonly values: readonly (number | string)[][];
  };
  readonly results: readonly Result[];
}
interface Result {
  readonly class: string;
  readonly kwargs: object;
  readonly output: Output;
  readonly roundingDecides?: true;
  readonly float64?: Output;
}
interface Output {
  readonly keys?: readonly [string, string][];
  readonly columns?: readonly [string, string][];
  readonly values: readonly (number | string)[][];
}

const tables = readReferee<Table[]>("edges.json");

/** Worst differences that float32 means allow, over max(1, |x|): facts on training, §13. */
const EXACT = new Set(["Fillna", "DropnaLabel", "DropnaProcessor", "DropCol", "FilterCol"]);

describe("processors on tables of odd cells, as qlib's own code", () => {
  for (const { table, input, results } of tables) {
    for (const [i, result] of results.entries()) {
      it(`${table}: ${i} ${result.class} ${JSON.stringify(result.kwargs)}`, async () => {
        const config = await readWorkflow(
          JSON.stringify({ class: result.class, kwargs: result.kwargs }, null, 1),
        );
        const processor = processorOf(config);
        const frame = frameOf(input);
        const { learn } = runPipeline(frame, { learn: [processor] }, { keepRaw: false });
        const expected = result.roundingDecides ? undefined : result.output;
        if (!expected) return;
        const panel = learn.toPanel("result");
        const names = (expected.columns ?? input.columns).map(([, name]) => name);
        expect(panel.columnNames).toEqual(names);
        const rows = panel.toRows().length;
        expect(rows).toBe(expected.values[0]?.length ?? 0);
        for (const [c, name] of names.entries()) {
          const own = Array.from(panel.column(name).values as Float32Array);
          compare(
            own,
            expected.values[c]!.map(Number),
            EXACT.has(result.class) ? 0 : result.class === "CSZScoreNorm" ? 2e-5 : 1e-6,
            name,
          );
        }
      });
    }
  }
});

function frameOf({ keys, columns, values }: Table["input"]) {
  const panel = panelFromColumns({
    datetime: keys.map(([date]) => date),
    instrument: keys.map(([, code]) => code),
    columns: Object.fromEntries(columns.map(([, name], c) => [name, Float32Array.from(values[c]!, Number)])),
  });
  const groups = new Map<string, string[]>();
  for (const [group, name] of columns) groups.set(group, [...(groups.get(group) ?? []), name]);
  return frameOfPanel(panel, groups);
}

function compare(own: readonly number[], expected: readonly number[], tolerance: number, name: string): void {
  for (const [i, value] of expected.entries()) {
    const got = own[i]!;
    if (Object.is(got, value) || got === value) continue;
    const error = Math.abs(got - value) / Math.max(1, Math.abs(value));
    expect(error, `${name}[${i}]: ${got} where qlib has ${value}`).toBeLessThanOrEqual(tolerance);
  }
}
