import { matchSessions } from "../../align/align.js";
import { mapInstruments } from "../../align/instrument-map.js";
import { presence } from "../../columns/missing-cells.js";
import { DataServiceError } from "../../errors.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import { canonicalCode } from "../../names/instrument-code.js";
import { Panel } from "../../panel/panel.js";
import type { Groups } from "./quality-options.js";

/** Which group each instrument of a market is in, session by session. */
export class GroupCodes {
  /** The names, in order; a code is a position here. */
  readonly names: readonly string[];
  readonly #fixed: Int32Array | undefined;
  readonly #bySession: ((session: number) => Int32Array) | undefined;

  constructor(groups: Groups, market: PanelIndex) {
    if (groups instanceof Panel) {
      const { names, bySession } = changingGroups(groups, market);
      this.names = names;
      this.#bySession = bySession;
      return;
    }
    const known = new Map(Object.entries(groups).map(([code, name]) => [canonicalCode(code), name]));
    const own = market.instruments.map((code) => groups[code] ?? known.get(canonicalCode(code)));
    this.names = [...new Set(own.filter((name) => name !== undefined))].sort();
    const position = new Map(this.names.map((name, k) => [name, k]));
    this.#fixed = Int32Array.from(own, (name) => (name === undefined ? -1 : position.get(name)!));
  }

  /** The group of each instrument of the market, -1 for none. */
  at(session: number): Int32Array {
    return this.#fixed ?? this.#bySession!(session);
  }

  /** Instruments of the market without a group, where groups do not change. */
  missing(market: PanelIndex): string[] {
    return this.#fixed ? market.instruments.filter((_, code) => this.#fixed![code] === -1) : [];
  }
}

function changingGroups(panel: Panel, market: PanelIndex) {
  const [name, ...more] = panel.columnNames;
  if (name === undefined || more.length > 0) {
    const problem = `groups: a panel of ${panel.columnNames.length} columns; select the one that names the group`;
    throw new DataServiceError("bad-request", problem, { found: panel.columnNames });
  }
  const data = panel.column(name).read(0, panel.rowCount);
  const { values } = data;
  const isThere = presence(data);
  const names = [
    ...new Set(
      Array.from(values as ArrayLike<unknown>)
        .filter((_, row) => isThere(row))
        .map(String),
    ),
  ].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  const position = new Map(names.map((text, k) => [text, k]));
  const sessions = matchSessions(market.datetimes, panel.index.datetimes);
  const toMarket = mapInstruments(panel.index.instruments, market.instruments);
  const groups = new Int32Array(market.instruments.length);
  const bySession = (session: number): Int32Array => {
    groups.fill(-1);
    const own = sessions[session]!;
    if (own < 0) return groups;
    const first = panel.index.startOf(own);
    const codes = panel.index.codesOf(first, panel.index.startOf(own + 1));
    for (let i = 0; i < codes.length; i++) {
      const code = toMarket[codes[i]!]!;
      if (code >= 0 && isThere(first + i)) groups[code] = position.get(String(values[first + i]))!;
    }
    return groups;
  };
  return { names, bySession };
}
