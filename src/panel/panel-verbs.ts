import type { Column } from "../columns/column.js";
import {
  evaluatePanel,
  evaluatePanelInThreads,
  type PanelEvaluateOptions,
  type ThreadedEvaluateOptions,
} from "../expression/evaluate-panel.js";
import { type Explanation, explainExpression } from "../expression/explain.js";
import { namesOfPanel } from "../expression/panel-table.js";
import { type JoinOptions, joinPanels } from "../join/join-panels.js";
import type { Aggregation } from "../verbs/aggregation.js";
import { appendSessions } from "../verbs/append-sessions.js";
import { type CorrelationOptions, type Correlations, correlations } from "../verbs/correlations.js";
import { type DropMissingOptions, dropMissing } from "../verbs/drop-missing.js";
import { type FillValue, fillMissing } from "../verbs/fill-missing.js";
import { type ForwardFillOptions, forwardFill } from "../verbs/forward-fill.js";
import { GroupBy } from "../verbs/group-by.js";
import { filterPanel, type RowMask } from "../verbs/keep-rows.js";
import { quantileBins } from "../verbs/quantile-bins.js";
import { type OrderOptions, sortBy, top } from "../verbs/ranking.js";
import { type InstrumentRenaming, renameInstruments } from "../verbs/rename-instruments.js";
import { type Period, resample } from "../verbs/resample.js";
import { diff, pctChange, shift } from "../verbs/shift.js";
import { at, head, sample, tail } from "../verbs/some-rows.js";
import { describe, type Statistics, type StatisticsOptions } from "../verbs/statistics.js";
import { type ValueCount, valueCounts } from "../verbs/value-counts.js";
import type { Panel } from "./panel.js";
import { PanelOutput } from "./panel-output.js";

/** What Panels are made of a Panel by: each method calls a verb, which knows Panel as a type only. */
export abstract class PanelVerbs extends PanelOutput {
  /**
   * The rows that `mask` keeps, in order: pandas' `df[mask]`. One contiguous run shares memory.
   * @throws DataServiceError bad-request
   */
  filter(this: Panel, mask: RowMask): Panel {
    return filterPanel(this, mask);
  }

  /**
   * The rows without a missing cell (NaN, null, masked) in `columns` (all by default), which are read; with
   * `how: "all"`, the rows with at least one cell that is not missing: pandas' `dropna(subset, how)`.
   * @throws DataServiceError unknown-field, bad-request
   */
  dropMissing(this: Panel, columns?: readonly string[], options?: DropMissingOptions): Panel {
    return dropMissing(this, columns, options);
  }

  /**
   * This panel with missing cells replaced: by one value in all columns whose type it fits (numbers, booleans, text),
   * or by a value for each column named: pandas' `fillna`.
   * @throws DataServiceError unknown-field, bad-request (a value that does not fit)
   */
  fillMissing(this: Panel, fill: FillValue | Readonly<Record<string, FillValue>>): Panel {
    return fillMissing(this, fill);
  }

  /**
   * This panel's columns and the other's, for the rows that `how` chooses; `ledgerOf` tells what matched.
   * @throws DataServiceError column-conflict, max-loss, bad-request
   * @see joinPanels
   */
  join(this: Panel, other: Panel, options?: JoinOptions): Panel {
    return joinPanels([this, other], options).panel;
  }

  /**
   * This panel extended with the sessions of another, all after its last; instruments may be new. What was computed on
   * this panel need not be computed again: `grown.evaluate(expressions, { previous })`.
   * @throws DataServiceError bad-request if sessions overlap or columns differ; unknown-field
   */
  appendSessions(this: Panel, later: Panel): Panel {
    return appendSessions(this, later);
  }

  /** This panel with its instruments called otherwise, `{ old: new }` or by a function. @see renameInstruments for its errors */
  renameInstruments(this: Panel, renaming: InstrumentRenaming): Panel {
    return renameInstruments(this, renaming);
  }

  /**
   * Evaluates factor expressions in qlib's language, such as `{ ma5: "Mean($close, 5) / $close" }`, into a Panel with
   * the same key and one float32 column per name.
   * @throws DataServiceError bad-expression, with a caret under the place
   * @example
   * panel.evaluate({ ma5: "Mean($close, 5) / $close" });
   */
  evaluate(
    this: Panel,
    expressions: Readonly<Record<string, string>>,
    options?: PanelEvaluateOptions,
  ): Panel {
    return evaluatePanel(this, expressions, options);
  }

  /**
   * `evaluate` on several threads, with bit for bit the same result: for many expressions or a large panel. Small work
   * stays on this thread.
   * @throws DataServiceError bad-expression, bad-request (`threads`), thread-failed
   */
  evaluateInThreads(
    this: Panel,
    expressions: Readonly<Record<string, string>>,
    options?: ThreadedEvaluateOptions,
  ): Promise<Panel> {
    return evaluatePanelInThreads(this, expressions, options);
  }

  /**
   * Explains an expression without computing it: its tree, the fields it reads, and how many positions before and after
   * a row its value depends on. No data is read.
   * @throws DataServiceError bad-expression
   */
  explainExpression(this: Panel, text: string): Explanation {
    return explainExpression(text, namesOfPanel(this));
  }

  /**
   * Bars of a lower frequency: one row for each instrument that has a row in a period, labelled by the last session of
   * the panel in it. `period` is `"day"`, `"week"` (from Monday on), `"month"`, `"quarter"`, `"year"` or a number of sessions;
   * `how` says what each column becomes: `{ open: "first", high: "max", volume: "sum" }`. pandas'
   * `groupby([instrument, Grouper(freq)]).agg(how)`, missing cells left out.
   * @throws DataServiceError unknown-field, bad-request
   * @example
   * prices.resample("week", { open: "first", high: "max", low: "min", close: "last", volume: "sum" });
   */
  resample(this: Panel, period: Period, how: Readonly<Record<string, Aggregation>>): Panel {
    return resample(this, period, how);
  }

  /**
   * Missing cells become the instrument's last cell before them, at most `limit` in a row: pandas'
   * `groupby("instrument").ffill(limit)`, for cells of any type. Never from after a row.
   * @throws DataServiceError unknown-field, bad-request
   */
  forwardFill(this: Panel, options?: ForwardFillOptions): Panel {
    return forwardFill(this, options);
  }

  /**
   * Each cell becomes that of the instrument `n` rows before, or after it where `n` is negative, which the notes say:
   * pandas' `groupby("instrument").shift(n)`. It counts the instrument's own rows; `evaluate("Ref($close, n)")` counts the
   * sessions of the calendar.
   * @throws DataServiceError unknown-field, bad-request
   */
  shift(this: Panel, n: number, columns?: readonly string[]): Panel {
    return shift(this, n, columns);
  }

  /** The difference to `n` rows before, 1 when omitted: pandas' `groupby("instrument").diff(n)`. @throws as `shift` */
  diff(this: Panel, n?: number, columns?: readonly string[]): Panel {
    return diff(this, n, columns);
  }

  /**
   * The relative change since `n` rows before, 1 when omitted: pandas' `groupby("instrument").pct_change(n,
   * fill_method=None)`. @throws as `shift`
   */
  pctChange(this: Panel, n?: number, columns?: readonly string[]): Panel {
    return pctChange(this, n, columns);
  }

  /** The first `n` rows, 5 when omitted: pandas' `head`. @throws DataServiceError bad-request */
  head(this: Panel, n?: number): Panel {
    return head(this, n);
  }

  /** The last `n` rows, 5 when omitted: pandas' `tail`. @throws DataServiceError bad-request */
  tail(this: Panel, n?: number): Panel {
    return tail(this, n);
  }

  /**
   * The rows of these numbers, which count from the end where they are negative, in the order of the panel: pandas' `iloc`.
   * @throws DataServiceError bad-request
   */
  at(this: Panel, rows: Iterable<number>): Panel {
    return at(this, rows);
  }

  /** `n` rows drawn at random, the same ones for the same `seed`: pandas' `sample(n)`. @throws DataServiceError bad-request */
  sample(this: Panel, n: number, seed?: number): Panel {
    return sample(this, n, seed);
  }

  /**
   * The row numbers of the panel, ordered within each session by a column, the greatest first unless `order` is
   * `"ascending"`, missing cells last: for `column(name).take(rows)` and `keyAt`. @throws DataServiceError unknown-field
   */
  sortBy(this: Panel, name: string, options?: OrderOptions): Uint32Array {
    return sortBy(this, name, options);
  }

  /**
   * The `n` rows of each session with the greatest cells of a column, or the least; a row whose cell is missing is never
   * among them: pandas' `df[by].dropna().groupby("datetime").nlargest(n)`. @throws DataServiceError unknown-field, bad-request
   */
  top(this: Panel, n: number, by: string, options?: OrderOptions): Panel {
    return top(this, n, by, options);
  }

  /**
   * Count, mean, std, min, quantiles and max of the columns of numbers: pandas' `describe(percentiles)`. Prints as a table.
   * @throws DataServiceError unknown-field, bad-request
   */
  describe(this: Panel, options?: StatisticsOptions): Statistics {
    return describe(this, options);
  }

  /** The correlation of each column with each other one, over all rows: pandas' `corr(method)`. @throws as `describe` */
  correlations(this: Panel, options?: CorrelationOptions): Correlations {
    return correlations(this, options);
  }

  /** How many rows have each cell of a column, the most frequent first: pandas' `value_counts`. @throws DataServiceError unknown-field */
  valueCounts(this: Panel, name: string): ValueCount[] {
    return valueCounts(this, name);
  }

  /**
   * The bin of each cell among `n` of equal size within its session, from 0 on: pandas' `groupby("datetime")[name]
   * .transform(qcut, q=n, labels=False, duplicates="drop")`. For `withColumns`. @throws DataServiceError unknown-field, bad-request
   */
  quantileBins(this: Panel, name: string, n: number): Column {
    return quantileBins(this, name, n);
  }

  /**
   * Groups the rows by `"session"`, `"instrument"` or columns: `groupBy("session", "industry").aggregate({ pe: "median" })`,
   * pandas' `groupby(names).agg(…)`. @throws DataServiceError unknown-field, bad-request
   * @example
   * panel.groupBy("session", "industry").aggregate({ pe: "median" });
   */
  groupBy(this: Panel, ...names: readonly string[]): GroupBy {
    return new GroupBy(this, names);
  }
}
