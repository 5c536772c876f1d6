import { inspect } from "node:util";
import type { Panel } from "../panel/panel.js";
import { groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import type { MatchAudit, MatchCounts } from "./match-audit.js";
import type { ReasonCounts } from "./match-reasons.js";

/** What became of one panel in a join. */
export interface PanelAccount {
  readonly panel: string;
  readonly rows: number;
  /** Rows of the panel that are in the result. */
  readonly used: number;
  /** Rows of the panel that are not. */
  readonly dropped: number;
  /** Rows of the result without a row of this panel: its columns are missing there (NaN, null or masked). */
  readonly missing: number;
  /** The panel's columns, by their names in the result. */
  readonly columns: readonly string[];
  /** Columns of the panel left out in favour of another of the same name (`prefer-left`, `prefer-right`). */
  readonly columnsDropped: readonly string[];
}

export interface LedgerParts {
  /** `left`, `inner`, `outer`, `right` or `as of`. */
  readonly how: string;
  readonly rows: number;
  /** All columns of the result, in order. */
  readonly columns: readonly string[];
  readonly panels: readonly PanelAccount[];
  /** Every later panel matched with the first. */
  readonly matches: readonly MatchAudit[];
}

/** A ledger as plain data; `matches` is without sessions and instruments, which the ledger itself can list. */
export interface LedgerJson {
  readonly how: string;
  readonly rows: number;
  readonly columnCount: number;
  readonly panels: readonly PanelAccount[];
  readonly matches: readonly ({ readonly left: string; readonly right: string } & MatchCounts)[];
  readonly missingIntroduced: Readonly<Record<string, number>>;
}

/**
 * The account of a join: what each panel gave, what was dropped, what matched and why the rest did not. Only the row
 * counts are computed before they are asked for.
 */
export class JoinLedger {
  readonly how: string;
  /** Rows of the result. */
  readonly rows: number;
  readonly columns: readonly string[];
  readonly panels: readonly PanelAccount[];
  /** How each later panel matched the first: by reason, `bySession()` and `byInstrument()`. */
  readonly matches: readonly MatchAudit[];

  /** @internal */
  constructor(parts: LedgerParts) {
    this.how = parts.how;
    this.rows = parts.rows;
    this.columns = parts.columns;
    this.panels = parts.panels;
    this.matches = parts.matches;
  }

  /** For each column of the result, how many cells are missing because its panel has no such row. */
  get missingIntroduced(): Readonly<Record<string, number>> {
    const missing = new Map(this.panels.flatMap((p) => p.columns.map((name) => [name, p.missing])));
    return Object.fromEntries(this.columns.map((name) => [name, missing.get(name)!]));
  }

  /** What JSON.stringify takes. */
  toJSON(): LedgerJson {
    return {
      how: this.how,
      rows: this.rows,
      columnCount: this.columns.length,
      panels: this.panels,
      matches: this.matches.map((match) => match.toJSON()),
      missingIntroduced: this.missingIntroduced,
    };
  }

  /** As text, for people. */
  toString(): string {
    const title = `${this.how} join: ${groupDigits(this.rows)} rows, ${groupDigits(this.columns.length)} columns`;
    const accounts = this.panels.map((p) => [
      p.panel,
      ...[p.rows, p.used, p.dropped, p.missing].map(groupDigits),
      columnsText(p),
    ]);
    const matches = this.matches.map((m) => [
      m.right.label,
      ...[m.matched, m.leftOnly, m.rightOnly].map(groupDigits),
      reasonsText(m.leftOnlyBecause),
      reasonsText(m.rightOnlyBecause),
    ]);
    const left = this.panels[0]!.panel;
    return [
      title,
      "",
      ...layTable(["panel", "rows", "used", "dropped", "made missing", "columns"], accounts, ACCOUNT_ALIGN),
      "",
      ...layTable(
        [`against ${left}`, "matched", "only left", "only right", "only left because", "only right because"],
        matches,
        MATCH_ALIGN,
      ),
    ].join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

const ACCOUNT_ALIGN = ["left", "right", "right", "right", "right", "left"] as const;
const MATCH_ALIGN = ["left", "right", "right", "right", "left", "left"] as const;
/** Column names shown for each panel; of more only how many. */
const MOST_NAMES = 4;

function columnsText({ columns, columnsDropped }: PanelAccount): string {
  const shown = columns.slice(0, MOST_NAMES).join(", ");
  const names = columns.length > MOST_NAMES ? `${shown}, … (${columns.length})` : shown;
  return columnsDropped.length > 0 ? `${names} (without ${columnsDropped.join(", ")})` : names;
}

/** `delisted 1,044, suspended 3` with the most frequent first. */
export function reasonsText(reasons: ReasonCounts): string {
  return Object.entries(reasons)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${groupDigits(count)}`)
    .join(", ");
}

const LEDGERS = new WeakMap<Panel, JoinLedger>();

/** The ledger of the join that made this very panel; undefined for any other, including windows of it. */
export function ledgerOf(panel: Panel): JoinLedger | undefined {
  return LEDGERS.get(panel);
}

/** Keeps the ledger of a join's result for `ledgerOf`. */
export function keepLedger(panel: Panel, ledger: JoinLedger): void {
  LEDGERS.set(panel, ledger);
}
