import type { NumericArray } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { numericCells } from "../../expression/table.js";
import type { Panel } from "../../panel/panel.js";
import type { QualityPlan } from "./quality-options.js";
import { LabelFrames, ReturnFrames, type SessionFrame } from "./session-frame.js";

/** Sessions are read together until they have so many rows. */
const BLOCK_ROWS = 1 << 18;

/** The horizons that frames have, and where those of the figures and of the decay are among them. */
export interface FrameHorizons {
  readonly all: readonly number[];
  readonly main: readonly number[];
  readonly decay: readonly number[];
}

export function frameHorizons({ horizons, decay }: QualityPlan): FrameHorizons {
  const all = [...new Set([...horizons, ...decay])].sort((a, b) => a - b);
  const places = (some: readonly number[]) => some.map((horizon) => all.indexOf(horizon));
  return { all, main: places(horizons), decay: places(decay) };
}

/** Frames of a market, from its price or from a label. @throws DataServiceError unknown-field, bad-expression */
export function marketFrames(market: Panel, plan: QualityPlan): { at(session: number): SessionFrame } {
  const { index } = market;
  const codesOf = (session: number) => index.codesOf(index.startOf(session), index.startOf(session + 1));
  if (plan.label !== undefined) {
    const label = market
      .evaluate({ label: plan.label }, { labels: ["label"] })
      .column("label")
      .floats();
    const labelsOf = (session: number) => label.subarray(index.startOf(session), index.startOf(session + 1));
    return new LabelFrames(index.instruments.length, codesOf, labelsOf);
  }
  return new ReturnFrames({
    sessionCount: index.sessionCount,
    instrumentCount: index.instruments.length,
    codesOf,
    pricesOf: pricesOf(market, plan.price),
    horizons: frameHorizons(plan).all,
    padded: plan.padded,
    cumulative: plan.cumulative,
    single: plan.single,
  });
}

/** The prices of a session, from a block of sessions that is read at once. */
export function pricesOf(market: Panel, field: string): (session: number) => ArrayLike<number> {
  const { index } = market;
  const column = market.column(field);
  if (column.type === "string" || column.type === "datetime") {
    const problem = `price: "${field}" holds ${column.type} cells; name a field of prices`;
    throw new DataServiceError("bad-request", problem, { field });
  }
  let block:
    | { first: number; last: number; cells: Exclude<NumericArray, BigInt64Array | BigUint64Array> }
    | undefined;
  return (session) => {
    const [first, last] = [index.startOf(session), index.startOf(session + 1)];
    if (!block || first < block.first || last > block.last) {
      let to = session + 1;
      while (to < index.sessionCount && index.startOf(to + 1) - first <= BLOCK_ROWS) to++;
      const end = index.startOf(to);
      block = { first, last: end, cells: numericCells(column.read(first, end)) };
    }
    return block.cells.subarray(first - block.first, last - block.first);
  };
}
