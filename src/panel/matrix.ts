import { inspect } from "node:util";
import type { Column } from "../columns/column.js";
import { isNumeric } from "../columns/floats.js";
import { DataServiceError } from "../errors.js";
import { instrumentsOf } from "../keys/find/window-plan.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { placesOfUsed } from "../keys/used-codes.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { formatCell, groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { formatNs } from "../time.js";
import { zeroedMatrix } from "./zeroed-matrix.js";

/** A dense matrix of one column: sessions × instruments, row-major, NaN where there is no row or no value. */
export class Matrix {
  /** `values[session * instruments.length + instrument]`; float32 columns stay float32, others are float64. */
  readonly values: Float32Array | Float64Array;
  /** The datetimes of the rows of the matrix, epoch nanoseconds. */
  readonly datetimes: BigInt64Array;
  /** The columns of the matrix: the instruments asked for, as they were written there, else those that have a row. */
  readonly instruments: readonly string[];

  constructor(values: Float32Array | Float64Array, datetimes: BigInt64Array, instruments: readonly string[]) {
    this.values = values;
    this.datetimes = datetimes;
    this.instruments = instruments;
  }

  /** Its size, and the cells of the first and last sessions. */
  toString(): string {
    const { values, datetimes, instruments } = this;
    const width = instruments.length;
    const type = values instanceof Float32Array ? "float32" : "float64";
    const size = `Matrix ${type}: ${groupDigits(datetimes.length)} sessions × ${groupDigits(width)} instruments`;
    if (values.length === 0) return size;
    const shown = instruments.slice(0, SHOWN_INSTRUMENTS);
    const more = width > shown.length ? ["…"] : [];
    const row = (session: number) => {
      const cells = shown.map((_, i) => formatCell(values[session * width + i]!));
      return [formatNs(datetimes[session]!), ...cells, ...more];
    };
    const sessions = [...datetimes.keys()];
    const isCut = sessions.length > 2 * EDGE_SESSIONS + 1;
    const lines = isCut
      ? [
          ...sessions.slice(0, EDGE_SESSIONS).map(row),
          ["…", ...shown.map(() => "…"), ...more],
          ...sessions.slice(-EDGE_SESSIONS).map(row),
        ]
      : sessions.map(row);
    const align = ["left" as const, ...[...shown, ...more].map(() => "right" as const)];
    return [size, ...layTable(["", ...shown, ...more], lines, align)].join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

/** Shown of a matrix: the first instruments, and the first and last sessions. */
const SHOWN_INSTRUMENTS = 6;
const EDGE_SESSIONS = 3;

/** What `unstack` and `pivot` lay out. */
export interface UnstackOptions {
  /**
   * The columns of the matrix, in this order, in either spelling; one the panel does not have is NaN throughout, so
   * that matrices of several panels can have one shape. When omitted, the instruments that have a row, ascending.
   */
  readonly instruments?: Iterable<string> | undefined;
}

const UNSTACK_KEYS: RequestKeys<UnstackOptions> = { instruments: true };

/** pandas' `unstack` of one column. @see Panel.unstack @throws DataServiceError bad-request, over-budget */
export function unstackColumn(
  index: PanelIndex,
  column: Column,
  name: string,
  options: UnstackOptions = {},
): Matrix {
  checkKeys(options, UNSTACK_KEYS, "unstack");
  if (!isNumeric(column.type)) {
    throw new DataServiceError(
      "bad-request",
      `unstack: column "${name}" is ${column.type}; a matrix holds numbers`,
      {
        field: name,
      },
    );
  }
  const { instruments, places } =
    options.instruments === undefined ? usedOnes(index) : givenOnes(index, options.instruments);
  const sides = [
    [index.sessionCount, "sessions"],
    [instruments.length, "instruments"],
  ] as const;
  const cells = column.floats();
  const values =
    cells instanceof Float32Array
      ? spread32(index, cells, places, instruments.length, zeroedMatrix(Float32Array, ...sides, "unstack"))
      : spread64(index, cells, places, instruments.length, zeroedMatrix(Float64Array, ...sides, "unstack"));
  return new Matrix(values, index.datetimes, instruments);
}

/** The columns of a matrix, and the column of each instrument code, -1 where it has none. */
interface MatrixColumns {
  readonly instruments: readonly string[];
  readonly places: Int32Array;
}

function usedOnes(index: PanelIndex): MatrixColumns {
  const used = index.usedCodes();
  return {
    instruments: index.instruments.filter((_, code) => used[code] === 1),
    places: placesOfUsed(used),
  };
}

function givenOnes(index: PanelIndex, given: Iterable<string>): MatrixColumns {
  const instruments = [...instrumentsOf(given, "instruments")];
  const places = new Int32Array(index.instruments.length).fill(-1);
  for (const [place, name] of instruments.entries()) {
    const code = index.codeOf(name);
    if (code < 0) continue;
    const before = places[code]!;
    if (before >= 0) {
      const problem = `unstack: instruments lists "${name}" twice, at ${before} (as "${instruments[before]}") and at ${place}; a column of the matrix is one instrument`;
      throw new DataServiceError("bad-request", problem, { instrument: name, position: place });
    }
    places[code] = place;
  }
  return { instruments, places };
}

// A loop for each type: one that has seen one array type stays specialised to it.
function spread32(
  index: PanelIndex,
  cells: Float32Array,
  places: Int32Array,
  width: number,
  out: Float32Array,
): Float32Array {
  const { codes } = index;
  for (let s = 0; s < index.sessionCount; s++) {
    out.fill(Number.NaN, s * width, (s + 1) * width); // a session at a time, while it is in the cache
    const end = index.startOf(s + 1);
    for (let row = index.startOf(s); row < end; row++) {
      const place = places[codes[row]!]!;
      if (place >= 0) out[s * width + place] = cells[row]!;
    }
  }
  return out;
}

function spread64(
  index: PanelIndex,
  cells: Float64Array,
  places: Int32Array,
  width: number,
  out: Float64Array,
): Float64Array {
  const { codes } = index;
  for (let s = 0; s < index.sessionCount; s++) {
    out.fill(Number.NaN, s * width, (s + 1) * width);
    const end = index.startOf(s + 1);
    for (let row = index.startOf(s); row < end; row++) {
      const place = places[codes[row]!]!;
      if (place >= 0) out[s * width + place] = cells[row]!;
    }
  }
  return out;
}
