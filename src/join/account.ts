import type { RowAlignment } from "../align/align.js";
import { DataServiceError } from "../errors.js";
import type { Panel } from "../panel/panel.js";
import { groupDigits } from "../text/figures.js";
import type { JoinedColumn } from "./join-columns.js";
import { type PanelAccount, reasonsText } from "./ledger.js";
import type { MatchAudit } from "./match-audit.js";

/** What became of a panel, of which each row of the result has at most one row. */
export function accountOf(
  { rowCount, columnNames }: Panel,
  label: string,
  position: number,
  plan: readonly JoinedColumn[],
  rows: RowAlignment,
): PanelAccount {
  const own = plan.filter(({ panel }) => panel === position);
  const kept = new Set(own.map(({ from }) => from));
  return {
    panel: label,
    rows: rowCount,
    used: rows.matched,
    dropped: rowCount - rows.matched,
    missing: rows.length - rows.matched,
    columns: own.map(({ name }) => name),
    columnsDropped: columnNames.filter((name) => !kept.has(name)),
  };
}

const MAX_LOSS = { code: "max-loss", words: "maxLoss" } as const;

/** @throws DataServiceError bad-request */
export function checkMaxLoss(maxLoss: number | undefined): void {
  if (maxLoss === undefined || (maxLoss >= 0 && maxLoss <= 1)) return;
  throw new DataServiceError("bad-request", `join: maxLoss is ${maxLoss}; give a share from 0 to 1`, {
    advice: MAX_LOSS,
  });
}

/** @param together whether rows that any panel lacks count as lost, and not only those that one lacks */
export function refuseLoss(
  how: string,
  maxLoss: number,
  first: PanelAccount,
  together: boolean,
  matches: readonly MatchAudit[],
): void {
  const limit = maxLoss * first.rows;
  const over = matches.filter((match) => match.leftOnly > limit);
  const dropped = together ? first.dropped : 0;
  if (over.length === 0 && dropped <= limit) return;
  const share = (lost: number): string =>
    `${groupDigits(lost)} of ${groupDigits(first.rows)} rows (${((100 * lost) / first.rows).toFixed(1)}%)`;
  const worst = over.reduce((most, match) => Math.max(most, match.leftOnly), dropped);
  const found = (over.length > 0 ? over : matches)
    .filter((match) => match.leftOnly > 0)
    .map(
      (match) => `${match.right.label} lacks ${share(match.leftOnly)}: ${reasonsText(match.leftOnlyBecause)}`,
    );
  const total = together
    ? `drops ${share(dropped)} of ${first.panel}`
    : `leaves rows of ${first.panel} unmatched`;
  throw new DataServiceError(
    "max-loss",
    `${how} join ${total}, more than the ${+(100 * maxLoss).toPrecision(6)}% that maxLoss allows; ${found.join("; ")}`,
    { count: worst, found, advice: MAX_LOSS },
  );
}
