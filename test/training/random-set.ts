import fc from "fast-check";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import type { Panel } from "#src/panel/panel.js";

/** A market with holes: instruments that begin late, end early, are suspended, and cells without a number. */
export interface RandomMarket {
  readonly panel: Panel;
  readonly dates: readonly string[];
}

const cell = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -60, max: 60 }).map((x) => Math.fround(10 + x / 7)) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
/** What an instrument has in a session: nothing, or two fields. */
const bar = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(cell, cell) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** Markets of `sessions` days and up to 5 instruments. */
export function randomMarkets(sessions: number): fc.Arbitrary<RandomMarket> {
  const history = fc.array(bar, { minLength: sessions, maxLength: sessions });
  return fc.array(history, { minLength: 2, maxLength: 5 }).map((histories) => {
    const dates = Array.from({ length: sessions }, (_, s) =>
      new Date(Date.UTC(2024, 0, 1 + s)).toISOString().slice(0, 10),
    );
    const datetime: string[] = [];
    const instrument: string[] = [];
    const [x, y]: [number[], number[]] = [[], []];
    for (const [s, date] of dates.entries()) {
      for (const [i, own] of histories.entries()) {
        // The first has a row in every session, so that the calendar is whole.
        const cells = own[s] ?? (i === 0 ? [10, 10] : undefined);
        if (!cells) continue;
        datetime.push(date);
        instrument.push(`SZ00000${i + 1}`);
        x.push(cells[0]!);
        y.push(cells[1]!);
      }
    }
    const columns = { x: Float32Array.from(x), y: Float32Array.from(y) };
    return { panel: panelFromColumns({ datetime, instrument, columns }), dates };
  });
}
