import type { KeyNames } from "../names/key-columns.js";
import type { PanelNote } from "./notes.js";

/** What a Panel knows about itself besides its table. */
export interface PanelInfo {
  /** What errors and print-outs call it: the file it came from. */
  readonly source?: string | undefined;
  /** The group of a column that had a two-part name, such as `feature` of `("feature", "mom_10d")`. */
  readonly groups?: ReadonlyMap<string, string> | undefined;
  /** Which columns of the file its keys were, where they are not called `datetime` and `instrument`. */
  readonly keys?: KeyNames | undefined;
  /** What the caller should know about how it was made, such as factors that look ahead. */
  readonly notes?: readonly PanelNote[] | undefined;
  /** Codes that a window's universe named and its panel does not have (`onUnknown: "skip"`). */
  readonly unknownInstruments?: readonly string[] | undefined;
}
