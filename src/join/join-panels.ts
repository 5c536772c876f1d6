import type { RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import { type Indexes, type JoinedKeys, type JoinHow, joinKeys } from "../align/join-keys.js";
import type { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { notesUnder, type PanelNote } from "../panel/notes.js";
import { inOneZone } from "../panel/one-zone.js";
import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import { accountOf, checkMaxLoss, refuseLoss } from "./account.js";
import { type ColumnNaming, type JoinedColumn, planColumns } from "./join-columns.js";
import { JoinLedger, keepLedger, type PanelAccount } from "./ledger.js";
import { MatchAudit } from "./match-audit.js";
import { noMatchNote, spelledApart, whyNoMatch } from "./no-match.js";

/** Which rows and columns a join has, and what it may lose. */
export interface JoinOptions extends ColumnNaming {
  /**
   * `left` (the default): the rows of the first panel; `inner`: those that all panels have; `outer`: those that any
   * panel has; `right`: those of the last.
   */
  readonly how?: JoinHow | undefined;
  /**
   * The share of the first panel's rows, 0 to 1, that may have no match in another panel (they would lose the other's
   * values, or be dropped); more is an error that gives the account. Any share when omitted.
   */
  readonly maxLoss?: number | undefined;
}

/** `panel.notes` tells which panels have no matching row, and why, if that can be told. */
export interface JoinResult {
  readonly panel: Panel;
  readonly ledger: JoinLedger;
}

const JOIN_KEYS: RequestKeys<JoinOptions> = { how: true, maxLoss: true, onConflict: true, suffixes: true };
const HOWS: readonly JoinHow[] = ["left", "inner", "outer", "right"];

/**
 * Joins panels by (datetime, instrument), all in one pass, as pandas' `join` does two. Instruments match under either
 * spelling and come out as the first panel spells them. Columns keep their types; cells without a row are NaN in
 * floats, null in strings, else masked. Columns are gathered when first read, and shared where the rows are the same;
 * panels with equal keys are aligned once. The panels' notes are kept, under the columns' names in the join, and so are
 * their `unknownInstruments`, except those that another panel brings in. Times in another zone than the first panel's are
 * taken to its clocks (`inOneZone`).
 * @throws DataServiceError column-conflict, zone-conflict, max-loss, bad-request
 * @example
 * const { panel, ledger } = joinPanels([prices, valuation], { how: "left", maxLoss: 0.05 });
 */
export function joinPanels(given: readonly Panel[], options: JoinOptions = {}): JoinResult {
  checkKeys(options, JOIN_KEYS, "join");
  const { how = "left", maxLoss } = options;
  if (!Array.isArray(given) || given.length === 0) {
    throw new DataServiceError("bad-request", "join: no panels; give a list of at least one");
  }
  onlyPanels(given, "join");
  checkChoice(how, HOWS, "join: how");
  checkMaxLoss(maxLoss);
  const labels = labelsOf(given);
  const { panels, notes: zones } = inOneZone(given, labels, "join");
  const plan = planColumns(panels, labels, options);
  const indexes = panels.map(({ index }) => index) as unknown as Indexes;
  const keys = joinKeys(indexes, how);
  const matches = panels.slice(1).map(({ index }, i) => {
    const [left, right] = [
      { label: labels[0]!, index: indexes[0] },
      { label: labels[i + 1]!, index },
    ];
    return new MatchAudit(left, right, { alignment: keys.againstFirst?.[i + 1] });
  });
  const accounts = panels.map((panel, i) => accountOf(panel, labels[i]!, i, plan, keys.rows[i]!));
  if (maxLoss !== undefined) refuseLoss(how, maxLoss, accounts[0]!, how === "inner", matches);
  const notes = [...zones, ...noMatchNotes(panels, labels, plan, keys)];
  return assemble({ index: keys.index, panels, rows: keys.rows, plan, how, accounts, matches, notes });
}

/** Of which panels no row, or for their spelling not every instrument, is beside those of the first, or in a right join of the last. */
function noMatchNotes(
  panels: readonly Panel[],
  labels: readonly string[],
  plan: readonly JoinedColumn[],
  { rows, againstFirst }: JoinedKeys,
): PanelNote[] {
  const [beside, to] = againstFirst ? [againstFirst, 0] : [rows, panels.length - 1];
  const { index: target, rowCount } = panels[to]!;
  return panels.flatMap((panel, i) => {
    if (i === to || panel.rowCount === 0 || rowCount === 0) return [];
    if (beside[i]!.matched > 0) {
      const apart = spelledApart(panel.index, target, labels[to]!);
      const names = [...namesFrom(i, plan).keys()];
      return apart === undefined ? [] : [{ fields: names, tell: () => `${labels[i]}: ${apart}` }];
    }
    const why =
      whyNoMatch(panel.index, target, labels[to]!) ??
      `it has sessions and instruments of ${labels[to]}, but none of its rows`;
    return [noMatchNote(labels[i]!, why, namesFrom(i, plan).keys())];
  });
}

/** A join whose rows are known. */
export interface JoinParts {
  readonly index: PanelIndex;
  readonly panels: readonly Panel[];
  /** One for each panel: its row for each row of `index`. */
  readonly rows: readonly RowAlignment[];
  readonly plan: readonly JoinedColumn[];
  readonly how: string;
  readonly accounts: readonly PanelAccount[];
  readonly matches: readonly MatchAudit[];
  /** A column that is in no panel, after the others. */
  readonly extra?: readonly [name: string, column: Column] | undefined;
  /** Besides those that the panels bring along. */
  readonly notes: readonly PanelNote[];
}

/** The Panel of a join, and its ledger. */
export function assemble({
  index,
  panels,
  rows,
  plan,
  how,
  accounts,
  matches,
  extra,
  notes,
}: JoinParts): JoinResult {
  const columns = new Map<string, Column>();
  const groups = new Map<string, string>();
  for (const { name, panel, from } of plan) {
    columns.set(name, alignColumn(panels[panel]!.column(from), rows[panel]!));
    const group = panels[panel]!.info.groups?.get(from);
    if (group !== undefined) groups.set(name, group);
  }
  if (extra) columns.set(...extra);
  const brought = panels.flatMap(({ info }, i) =>
    info.notes ? notesUnder(info.notes, namesFrom(i, plan)) : [],
  );
  const info = {
    source: sourceOf(panels),
    ...(groups.size > 0 && { groups }),
    notes: [...brought, ...notes],
    unknownInstruments: unknownIn(index, panels),
  };
  const joined = panels[0]!.with({ index, columns, info });
  const { rowCount } = index;
  const ledger = new JoinLedger({
    how,
    rows: rowCount,
    columns: [...columns.keys()],
    panels: accounts,
    matches,
  });
  keepLedger(joined, ledger);
  return { panel: joined, ledger };
}

/** What a panel calls each of its columns of a join, by the name there. */
export function namesFrom(position: number, plan: readonly JoinedColumn[]): Map<string, string> {
  return new Map(plan.filter(({ panel }) => panel === position).map(({ name, from }) => [name, from]));
}

/** What any of the panels was asked for and did not know, where no other has brought it into the join. */
function unknownIn(index: PanelIndex, panels: readonly Panel[]): string[] {
  const unknown = new Set(panels.flatMap(({ unknownInstruments }) => unknownInstruments));
  return [...unknown].filter((instrument) => index.codeOf(instrument) < 0);
}

/** How errors and ledgers name the panels: by where they came from, else by position. */
export function labelsOf(panels: readonly Panel[]): string[] {
  return panels.map(({ info }, i) => info.source ?? `panel ${i + 1}`);
}

function sourceOf(panels: readonly Panel[]): string | undefined {
  const [first, ...others] = panels.map(({ info }) => info.source);
  if (first === undefined || others.length === 0) return first;
  return others.length === 1 ? `${first} + ${others[0] ?? "panel 2"}` : `${first} + ${others.length} more`;
}
