import { alignRows } from "../../align/align.js";
import { reasonsText } from "../../join/ledger.js";
import { MatchAudit } from "../../join/match-audit.js";
import { listNames } from "../../names/field.js";
import { spellingOf } from "../../names/spelling.js";
import type { Panel } from "../../panel/panel.js";
import type { Comparison } from "../factor-report.js";
import type { FactorRun, FactorSource } from "../sources/factor-source.js";
import { layPanel } from "../sources/lay-beside.js";
import type { RecordedSource } from "../sources/recorded-source.js";
import { type ColumnPair, compareColumn, differing } from "./compare-columns.js";
import { explainDifference } from "./explain-difference.js";
import { rdAgentVerdict } from "./rdagent-verdict.js";

export interface CompareOptions {
  /** The relative difference up to which cells count as within tolerance; 1e-9 by default. */
  readonly tolerance?: number | undefined;
  /** Where other inputs are written for Python; the caller removes it. */
  readonly folder: string;
}

/**
 * A factor's values on a market against those that were recorded: keys, cells by class, and why they differ. A row that
 * the factor drops counts as missing.
 * @throws DataServiceError what opening the recorded file throws
 */
export async function compareFactor(
  source: FactorSource,
  run: FactorRun,
  market: Panel,
  recordedBy: RecordedSource,
  { tolerance = 1e-9, folder }: CompareOptions,
): Promise<Comparison> {
  const recorded = await recordedBy.panel();
  const { index } = market;
  const there = layPanel(recorded, index, 0);
  const own = [...run.columns.keys()];
  const pairs = pairColumns(own, [...there.columns.keys()]).map(
    ([mine, theirs]): ColumnPair & { theirs: string } => ({
      column: mine,
      theirs,
      index,
      left: run.columns.get(mine)!,
      right: there.columns.get(theirs)!,
      inBoth: there.present,
    }),
  );
  const columns = pairs.map((pair) => compareColumn(pair, tolerance));
  const audit = new MatchAudit(
    { label: market.label, index },
    { label: recordedBy.description.text, index: recorded.index },
    { alignment: alignRows(index, recorded.index) },
  );
  const rowsInBoth = there.present.reduce((sum, mark) => sum + mark, 0);
  const matched = new Set(pairs.map((pair) => pair.column));
  const columnsOnlyLeft = own.filter((name) => !matched.has(name));
  const columnsOnlyRight = [...there.columns.keys()].filter(
    (name) => !pairs.some(({ theirs }) => theirs === name),
  );
  const [pair] = worstFirst(pairs, columns);
  const comparison = {
    left: source.description,
    right: recordedBy.description,
    rowsInBoth,
    rowsOnlyLeft: market.rowCount - rowsInBoth,
    rowsOnlyRight: recorded.rowCount - rowsInBoth,
    onlyLeftBecause: reasonsText(audit.leftOnlyBecause),
    onlyRightBecause: reasonsText(audit.rightOnlyBecause),
    columns,
    columnsOnlyLeft,
    columnsOnlyRight,
  };
  if (!pair) {
    const sentence = `the recorded file has none of ${listNames(own)}; it has ${listNames([...there.columns.keys()])}`;
    const explanation = {
      code: "no-common-column",
      sentence,
      sentenceZh: `记录文件中没有列 ${own.join("、")}`,
      values: {},
    };
    return { ...comparison, explanation };
  }
  const main = columns[pairs.indexOf(pair)]!;
  const explanation = await explainDifference({
    pair,
    comparison: main,
    market,
    source,
    recorded: recorded.rename(pair.theirs === pair.column ? {} : { [pair.theirs]: pair.column }),
    inRecorded: there.present,
    inResult: run.present,
    rowsOnlyRight: comparison.rowsOnlyRight,
    columnsOnlyLeft,
    otherSpelling: spellingOf(recorded.index.instruments) !== spellingOf(index.instruments),
    folder,
  });
  const counted = (cells: ArrayLike<number>, test: (cell: number) => boolean) =>
    Array.from(cells).filter(test).length;
  const rdagent = rdAgentVerdict(
    {
      columns: own.length,
      infinite: counted(pair.left, (cell) => Math.abs(cell) === Number.POSITIVE_INFINITY),
      leftRows: run.report.output!.rows,
      rightRows: recorded.rowCount,
      rowsInBoth,
      leftMissing: counted(pair.left, Number.isNaN),
      rightMissing: counted(recorded.column(pair.theirs).floats(), Number.isNaN),
    },
    pair,
    main,
  );
  return { ...comparison, explanation, rdagent };
}

/** Columns of one name; where there is one on each side they are compared whatever their names. */
function pairColumns(own: readonly string[], theirs: readonly string[]): [string, string][] {
  const common = own.filter((name) => theirs.includes(name)).map((name): [string, string] => [name, name]);
  return common.length > 0 || own.length !== 1 || theirs.length !== 1 ? common : [[own[0]!, theirs[0]!]];
}

function worstFirst<T>(pairs: readonly T[], columns: readonly Parameters<typeof differing>[0][]): T[] {
  return pairs
    .map((pair, k) => ({ pair, apart: differing(columns[k]!) }))
    .sort((a, b) => b.apart - a.apart)
    .map(({ pair }) => pair);
}
