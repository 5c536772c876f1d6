import {
  evaluatePanel,
  evaluatePanelInThreads,
  type PanelEvaluateOptions,
  type ThreadedEvaluateOptions,
} from "../expression/evaluate-panel.js";
import { type Explanation, explainExpression } from "../expression/explain.js";
import { namesOfPanel } from "../expression/panel-table.js";
import { type JoinOptions, joinPanels } from "../join/join-panels.js";
import { appendSessions } from "./append-sessions.js";
import { type DropMissingOptions, dropMissing } from "./drop-missing.js";
import { type FillValue, fillMissing } from "./fill-missing.js";
import { filterPanel, type RowMask } from "./keep-rows.js";
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

  /**
   * Evaluates factor expressions in qlib's language, such as `{ ma5: "Mean($close, 5) / $close" }`, into a Panel with
   * the same key and one float32 column per name.
   * @throws DataServiceError bad-expression, with a caret under the place
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
}
