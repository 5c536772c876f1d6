import { alignRows, type RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import type { Column } from "../columns/column.js";
import type { RowPlan } from "../keys/find/window-plan.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";

/** The part of another panel that lies in the sessions of some base rows, and where it stands beside them. */
export interface AlignedPart {
  readonly part: Panel;
  readonly alignment: RowAlignment;
  /** Rows of `part` whose cells are read for a column: the run, or all of them. */
  readonly rowsRead: number;
}

/** A base panel, and other panels seen through its rows. */
export class AlignedPanels {
  /** The panel whose rows are those of the result. */
  readonly base: Panel;
  readonly baseName: string;
  readonly #panels: ReadonlyMap<string, Panel>;
  /** Fields of one panel over the same rows share what `align` found. */
  readonly #aligned = new WeakMap<PanelIndex, Map<string, AlignedPart>>();

  /** @param panels every panel that fields come from, by name, the base among them */
  constructor(baseName: string, panels: ReadonlyMap<string, Panel>) {
    this.base = panels.get(baseName)!;
    this.baseName = baseName;
    this.#panels = panels;
  }

  panel(name: string): Panel {
    return this.#panels.get(name)!;
  }

  /**
   * The rows of another panel beside those of `index`. Only its sessions between the first and the last of
   * `index` take part, so that a column is never read beyond them.
   */
  align(name: string, index: PanelIndex): AlignedPart {
    const known = this.#aligned.get(index) ?? new Map<string, AlignedPart>();
    this.#aligned.set(index, known);
    const part = known.get(name) ?? this.#align(name, index);
    known.set(name, part);
    return part;
  }

  #align(name: string, index: PanelIndex): AlignedPart {
    const panel = this.panel(name);
    const n = index.sessionCount;
    const part =
      n === 0
        ? panel.take({
            rows: { kind: "contiguous", firstSession: 0, lastSession: 0 },
            unknownInstruments: [],
          })
        : panel.window({ start: index.datetimes[0]!, end: index.datetimes[n - 1]! });
    const alignment = alignRows(index, part.index);
    const rowsRead = alignment.run === undefined ? part.rowCount : alignment.length;
    return { part, alignment, rowsRead };
  }

  /** A field over planned base rows, whose key is `index`. */
  cells(name: string, field: string, plan: RowPlan, index: PanelIndex): Column {
    if (name === this.baseName) return this.ofBase(field, plan);
    const { part, alignment } = this.align(name, index);
    return alignColumn(part.column(field), alignment);
  }

  /** A field over the base rows of the sessions [first, last), all instruments. */
  over(name: string, field: string, first: number, last: number): Column {
    const plan: RowPlan = { kind: "contiguous", firstSession: first, lastSession: last };
    return this.cells(name, field, plan, this.base.index.slice(first, last));
  }

  /** A field of the base over planned rows. */
  ofBase(field: string, plan: RowPlan): Column {
    const column = this.base.column(field);
    if (plan.kind === "gathered") return column.pick(plan.rows, plan.cells);
    const { index } = this.base;
    return column.slice(index.startOf(plan.firstSession), index.startOf(plan.lastSession));
  }
}
