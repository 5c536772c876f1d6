import { Column } from "../src/columns/column.js";
import { PanelIndex } from "../src/keys/panel-index.js";
import { Panel } from "../src/panel/panel.js";
import { Random } from "./random.js";

/** A factor of float64 on a share of the market's rows, drawn row by row. */
export function factorOf({ index }: Panel, name: string, share: number, seed: number): Panel {
  const random = new Random(seed);
  const codes = new Int32Array(index.rowCount);
  const values = new Float64Array(index.rowCount);
  const offsets = new Uint32Array(index.sessionCount + 1);
  let count = 0;
  for (let s = 0; s < index.sessionCount; s++) {
    const end = index.startOf(s + 1);
    for (let row = index.startOf(s); row < end; row++) {
      // The last row of a session stays, so that no session is empty.
      if (share < 1 && row < end - 1 && random.uniform() >= share) continue;
      codes[count] = index.codes[row]!;
      values[count++] = random.normal();
    }
    offsets[s + 1] = count;
  }
  const { datetimes, instruments } = index;
  const own = new PanelIndex({ datetimes, instruments, offsets, codes: codes.slice(0, count) });
  return new Panel(own, new Map([[name, Column.of("float64", values.slice(0, count))]]), { source: name });
}
