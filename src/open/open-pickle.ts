import type { Table } from "apache-arrow";
import type { ColumnSource } from "../columns/table.js";
import type { PlainData } from "../formats/pickle/plain-data.js";
import type { Panel } from "../panel/panel.js";

/** What a pickle holds. */
export type Pickled =
  | { readonly kind: "panel"; readonly panel: Panel }
  | {
      readonly kind: "table";
      readonly columns: ReadonlyMap<string, ColumnSource>;
      /** The same as an Arrow table. */
      toArrow(): Table;
    }
  | { readonly kind: "data"; readonly data: PlainData };

/**
 * Opens a pickle of pandas 1 or 2 (protocols 2 to 5) without ever running it: a frame or series with a MultiIndex of a
 * time and a name as a Panel, any other as columns that make an Arrow table, the levels of its index first; anything else
 * as plain data, qlib's positions by date. What it names beyond these is refused by its name.
 * @throws DataServiceError not-found, is-directory, read-failed, corrupt, unsupported, over-budget
 */
export async function openPickle(path: string): Promise<Pickled> {
  return (await import("./pickled.js")).readPickled(path); // few callers have pickles
}
