import { newCells, putCells } from "../../columns/cells.js";
import { RefusedColumn } from "../../columns/refused-column.js";
import type {
  ColumnData,
  ColumnSource,
  ColumnType,
  FileTable,
  LevelCodes,
  RowKeys,
} from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";

/** Where tables that stand one after another begin, and the row count. */
export function startsOf(tables: readonly FileTable[]): number[] {
  const starts = [0];
  for (const { keys } of tables) starts.push(starts.at(-1)! + keys.rowCount);
  return starts;
}

/**
 * The keys of tables one after another: their levels joined, codes read of the part they lie in.
 * @throws DataServiceError unsupported (parts of several zones)
 */
export function concatKeys(tables: readonly FileTable[], label: string): RowKeys {
  const starts = startsOf(tables);
  const { timezone } = tables[0]!.keys;
  const other = tables.find(({ keys }) => keys.timezone !== timezone);
  if (other) {
    throw new DataServiceError(
      "unsupported",
      `${label}: the times of ${tables[0]!.label} are in ${timezone ?? "no zone"} and those of ${other.label} in ${other.keys.timezone ?? "no zone"}; write them in one`,
      { path: label, found: [tables[0]!.label, other.label] },
    );
  }
  const times = joinLevels(tables.map(({ keys }) => keys.datetimes as ArrayLike<bigint>));
  const names = joinLevels<string | null>(tables.map(({ keys }) => keys.instruments));
  const read = (
    first: number,
    last: number,
    maps: readonly Int32Array[],
    of: (keys: RowKeys, a: number, b: number) => LevelCodes,
  ) => {
    const codes = new Int32Array(last - first);
    eachPart(starts, first, last, (part, a, b, at) => {
      const own = of(tables[part]!.keys, a, b);
      const map = maps[part]!;
      for (let i = 0; i < own.length; i++) codes[at + i] = own[i]! < 0 ? -1 : (map[own[i]!] ?? own[i]!);
    });
    return codes;
  };
  return {
    rowCount: starts.at(-1)!,
    datetimes: BigInt64Array.from(times.level),
    instruments: names.level,
    readDatetimeCodes: (first, last) =>
      read(first, last, times.maps, (keys, a, b) => keys.readDatetimeCodes(a, b)),
    readInstrumentCodes: (first, last) =>
      read(first, last, names.maps, (keys, a, b) => keys.readInstrumentCodes(a, b)),
    timezone,
  };
}

/** Each distinct entry once, and for each level where its entries are. */
function joinLevels<T extends bigint | string | null>(
  levels: readonly ArrayLike<T>[],
): { level: T[]; maps: Int32Array[] } {
  const known = new Map<T, number>();
  const maps = levels.map((level) => {
    const map = new Int32Array(level.length);
    for (let i = 0; i < level.length; i++) {
      const entry = level[i]!;
      const code = known.get(entry) ?? known.size;
      if (code === known.size) known.set(entry, code);
      map[i] = code;
    }
    return map;
  });
  return { level: [...known.keys()], maps };
}

/** The parts that rows [first, last) lie in: their own rows [a, b), and where these come. */
function eachPart(
  starts: readonly number[],
  first: number,
  last: number,
  use: (part: number, a: number, b: number, at: number) => void,
): void {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= first) low = middle;
    else high = middle;
  }
  for (let part = low; part < starts.length - 1 && starts[part]! < last; part++) {
    const [begin, end] = [Math.max(first, starts[part]!), Math.min(last, starts[part + 1]!)];
    if (begin < end) use(part, begin - starts[part]!, end - starts[part]!, begin - first);
  }
}

/** The columns of parts one after another; cells are read of the parts that they lie in. */
export class ConcatColumn implements ColumnSource {
  readonly length: number;

  constructor(
    readonly type: ColumnType,
    readonly parts: readonly ColumnSource[],
    readonly starts: readonly number[],
  ) {
    this.length = starts.at(-1)!;
  }

  read(first: number, last: number): ColumnData {
    const values = newCells(this.type, last - first);
    let mask: Uint8Array | undefined;
    eachPart(this.starts, first, last, (part, a, b, at) => {
      const data = this.parts[part]!.read(a, b);
      putCells(values, at, data.values);
      if (!data.mask) return;
      mask ??= new Uint8Array(last - first).fill(1);
      mask.set(data.mask, at);
    });
    return mask ? { values, mask } : { values };
  }

  gather(rows: Uint32Array): ColumnData {
    const values = newCells(this.type, rows.length);
    let mask: Uint8Array | undefined;
    for (let from = 0, part = 0; from < rows.length; part++) {
      const [begin, end] = [this.starts[part]!, this.starts[part + 1]!];
      let to = from;
      while (to < rows.length && rows[to]! < end) to++;
      if (to === from) continue;
      const data = this.parts[part]!.gather(rows.subarray(from, to).map((row) => row - begin));
      putCells(values, from, data.values);
      if (data.mask) {
        mask ??= new Uint8Array(rows.length).fill(1);
        mask.set(data.mask, from);
      }
      from = to;
    }
    return mask ? { values, mask } : { values };
  }
}

/**
 * The columns of tables one after another. Numbers of several widths are float64; a part in which a column has no cell
 * fits any type.
 * @throws DataServiceError unsupported (parts that lack columns, or have others)
 */
export function concatColumns(tables: readonly FileTable[], label: string): Map<string, ColumnSource> {
  const starts = startsOf(tables);
  const [first] = tables;
  for (const table of tables) refuseOther(first!, table);
  return new Map(
    Array.from(first!.columns.keys(), (name) => {
      const parts = tables.map(({ columns }) => columns.get(name)!);
      return [name, concatColumn(name, parts, starts, tables, label)];
    }),
  );
}

function concatColumn(
  name: string,
  parts: readonly ColumnSource[],
  starts: readonly number[],
  tables: readonly FileTable[],
  label: string,
): ColumnSource {
  const refused = parts.find((part): part is RefusedColumn => part instanceof RefusedColumn);
  if (refused) return new RefusedColumn(refused.type, starts.at(-1)!, refused.reason);
  const { type } = parts[0]!;
  const other = parts.findIndex((part) => part.type !== type);
  if (other < 0) return new ConcatColumn(type, parts, starts);
  if (parts.every((part) => /^(float|u?int)/.test(part.type))) {
    return new ConcatColumn(
      "float64",
      parts.map((part) => new AsFloat64(part)),
      starts,
    );
  }
  throw new DataServiceError(
    "unsupported",
    `${label}: column "${name}" is ${type} in ${tables[0]!.label} and ${parts[other]!.type} in ${tables[other]!.label}; write the parts with one type, or leave it out with columns`,
    { path: label, field: name, found: [tables[0]!.label, tables[other]!.label] },
  );
}

/** A column of numbers as float64; a missing cell is NaN. */
class AsFloat64 implements ColumnSource {
  readonly type = "float64";
  readonly length: number;

  constructor(readonly source: ColumnSource) {
    this.length = source.length;
  }

  read(first: number, last: number): ColumnData {
    return asFloat64(this.source.read(first, last));
  }

  gather(rows: Uint32Array): ColumnData {
    return asFloat64(this.source.gather(rows));
  }
}

function asFloat64({ values, mask }: ColumnData): ColumnData {
  const out = Float64Array.from(values as ArrayLike<number | bigint>, Number);
  if (mask) for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = Number.NaN;
  return { values: out };
}

function refuseOther(first: FileTable, other: FileTable): void {
  const lacking = [...first.columns.keys()].find((name) => !other.columns.has(name));
  const more = [...other.columns.keys()].find((name) => !first.columns.has(name));
  if (lacking === undefined && more === undefined) return;
  const what =
    lacking === undefined
      ? `has a column "${more}", which ${first.label} lacks`
      : `has no column "${lacking}" as ${first.label} has`;
  throw new DataServiceError(
    "unsupported",
    `${other.label}: ${what}; parts of one table have the same columns`,
    {
      path: other.label,
      found: [first.label, other.label],
    },
  );
}
