import type { ColumnData, ColumnSource, SortedKeys, WritableTable } from "../src/columns/table.js";
import { NS_PER_SECOND } from "../src/time.js";
import { instrumentCodes, MARKET_FIELDS, tradingDays } from "./market.js";
import { Random } from "./random.js";

/** 100 million one-minute bars: 1,000 instruments, of which 2 in 100 are suspended on a day. */
export const LARGE = { instruments: 1000, days: 426, minutes: 240 };

/** The cell of a row in the column of a position: from the row's number alone, so that any can be checked. */
export function cellOf(row: number, column: number): number {
  const mixed = Math.imul((row | 0) ^ (row >>> 15), 0x2c1b3c6d) + Math.imul(column + 1, 0x297a2d39);
  return Math.fround(((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 22);
}

/** One-minute bars as a table to write: nothing of it is held but the levels and one day's codes. */
export class MinuteMarket implements WritableTable {
  readonly keys: SortedKeys;
  readonly columns: ReadonlyMap<string, ColumnSource>;

  constructor({ instruments, days, minutes }: typeof LARGE) {
    const random = new Random(240);
    const dates = tradingDays(days, random);
    const codes = instrumentCodes(instruments);
    const ofDay: Int32Array[] = [];
    const startOfDay = new Float64Array(days + 1);
    for (let day = 0; day < days; day++) {
      const own = Int32Array.from(codes.keys()).filter(() => random.uniform() >= 0.02);
      ofDay.push(own);
      startOfDay[day + 1] = startOfDay[day]! + own.length * minutes;
    }
    const datetimes = new BigInt64Array(days * minutes);
    for (let s = 0; s < datetimes.length; s++) {
      // 09:31 to 11:30 and 13:01 to 15:00.
      const minute = s % minutes;
      const clock = 9 * 60 + 31 + minute + (minute < minutes / 2 ? 0 : 90);
      datetimes[s] = dates[Math.floor(s / minutes)]! + BigInt(clock * 60) * NS_PER_SECOND;
    }
    const startOf = (session: number) => {
      const day = Math.floor(session / minutes);
      return startOfDay[day]! + (ofDay[day]?.length ?? 0) * (session % minutes);
    };
    const rowCount = startOfDay[days]!;
    this.keys = {
      rowCount,
      sessionCount: datetimes.length,
      datetimes,
      instruments: codes,
      startOf,
      codesOf: (first, last) => {
        const out = new Int32Array(last - first);
        let day = startOfDay.findLastIndex((start) => start <= first);
        for (let row = first; row < last; row++) {
          while (row >= startOfDay[day + 1]!) day++;
          out[row - first] = ofDay[day]![(row - startOfDay[day]!) % ofDay[day]!.length]!;
        }
        return out;
      },
    };
    this.columns = new Map(MARKET_FIELDS.map((name, i) => [name, new CellSource(rowCount, i)]));
  }
}

class CellSource implements ColumnSource {
  readonly type = "float32";

  constructor(
    readonly length: number,
    readonly position: number,
  ) {}

  read(first: number, last: number): ColumnData {
    const values = new Float32Array(last - first);
    for (let i = 0; i < values.length; i++) values[i] = cellOf(first + i, this.position);
    return { values };
  }

  gather(rows: Uint32Array): ColumnData {
    return { values: Float32Array.from(rows, (row) => cellOf(row, this.position)) };
  }
}
