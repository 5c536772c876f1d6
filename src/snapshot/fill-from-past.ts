import type { Column } from "../columns/column.js";
import { presence } from "../columns/missing-cells.js";
import { type FillPlan, fillColumn, planFill } from "./fill.js";
import type { HistoryPlan } from "./history-plan.js";

/** Sessions looked through at a time on the way back; doubled each time. */
const FIRST_STEP = 64;

interface Seed {
  readonly column: Column;
  readonly row: number;
}

/**
 * `nanPolicy: "ffill"`: the columns with their gaps filled, so that a window equals the whole base panel filled
 * and then cut. Gaps at the window's start are filled from before it: the sessions before are read, newest
 * first, until every such gap has its value or the instrument's span (or the file) begins.
 * @param columns those that are to be filled
 * @param over these columns, or more, over all base rows of some sessions
 */
export function fillFromPast(
  plan: HistoryPlan,
  columns: ReadonlyMap<string, Column>,
  over: (first: number, last: number) => ReadonlyMap<string, Column>,
): Map<string, Column> {
  const { rows, panels } = plan;
  const { index } = rows;
  const seeds = new Map<string, Map<number, Seed>>();
  const fills = new Map<string, FillPlan>();
  const search = new Search(plan);
  for (const [name, column] of columns) {
    const fill = planFill(column, index, rows.spans?.ofRow);
    fills.set(name, fill);
    seeds.set(name, new Map());
    search.want(name, fill.leading);
  }
  const base = panels.base.index;
  let last = search.latest;
  for (let step = FIRST_STEP; search.pending > 0 && last > search.earliest; step *= 2) {
    const first = Math.max(search.earliest, last - step);
    const before = over(first, last);
    const start = base.startOf(first);
    for (const [name, wanted] of search.wanted) {
      if (wanted.size === 0) continue;
      const column = before.get(name)!;
      const present = presence(column);
      for (let s = last - 1; s >= first && wanted.size > 0; s--) {
        const codes = base.codesOf(base.startOf(s), base.startOf(s + 1));
        for (let i = 0; i < codes.length; i++) {
          const want = wanted.get(codes[i]!);
          const row = base.startOf(s) - start + i;
          if (!want || s >= want.before || s < want.notBefore || !present(row)) continue;
          seeds.get(name)!.set(want.code, { column, row });
          wanted.delete(codes[i]!);
        }
      }
    }
    last = first;
  }
  const filled = new Map<string, Column>();
  for (const [name, column] of columns) {
    filled.set(name, fillColumn(column, index, fills.get(name)!, seeds.get(name)!));
  }
  return filled;
}

/** An instrument whose value before its first row of the window is looked for. */
interface Want {
  /** Its code in the window. */
  readonly code: number;
  /** The base session of its first row in the window. */
  readonly before: number;
  /** The base session its membership span begins with. */
  readonly notBefore: number;
}

class Search {
  /** By column, then by the instrument's code in the base. */
  readonly wanted = new Map<string, Map<number, Want>>();
  /** Sessions [earliest, latest) have to be looked through. */
  earliest = Number.POSITIVE_INFINITY;
  latest = 0;
  readonly #plan: HistoryPlan;

  constructor(plan: HistoryPlan) {
    this.#plan = plan;
  }

  get pending(): number {
    let total = 0;
    for (const wanted of this.wanted.values()) total += wanted.size;
    return total;
  }

  /** @param leading rows of the window before their instrument's first value, ascending */
  want(name: string, leading: readonly number[]): void {
    const { rows, panels } = this.#plan;
    const { index } = rows;
    const wanted = new Map<number, Want>();
    for (const row of leading) {
      const code = index.codes[row]!;
      const there = panels.base.index.codeOf(index.instruments[code]!);
      if (wanted.has(there)) continue; // the first row of an instrument comes first
      const before = panels.base.index.sessionAt(index.datetimes[index.sessionOf(row)]!);
      const notBefore = rows.spans ? rows.spans.starts[rows.spans.ofRow[row]!]! : 0;
      if (notBefore >= before) continue;
      wanted.set(there, { code, before, notBefore });
      this.earliest = Math.min(this.earliest, notBefore);
      this.latest = Math.max(this.latest, before);
    }
    this.wanted.set(name, wanted);
  }
}
