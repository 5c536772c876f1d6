import { DataServiceError } from "../errors.js";

/** V8 makes no longer arrays. */
const MOST_CELLS = 2 ** 32 - 1;

/** The class of the cells of a matrix. */
interface Cells<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
}

/** A side of a matrix: how many there are, and of what. */
export type Side = readonly [count: number, of: string];

/**
 * The cells of a dense matrix, row-major zeros.
 * @param call how the error names the call
 * @throws DataServiceError over-budget where there is not so much memory
 */
export function zeroedMatrix<T extends Float32Array | Float64Array>(
  Cells: Cells<T>,
  [rows, ofRows]: Side,
  [columns, ofColumns]: Side,
  call: string,
): T {
  const width = Cells.BYTES_PER_ELEMENT;
  const refusal = (cause?: unknown) => {
    const bytes = rows * columns * width;
    const problem = `${call}: ${rows} ${ofRows} × ${columns} ${ofColumns} × ${width} bytes are ${bytes} bytes, more than one array can take; ask for fewer of them`;
    return new DataServiceError("over-budget", problem, { count: bytes }, cause);
  };
  if (rows * columns > MOST_CELLS) throw refusal();
  try {
    return new Cells(rows * columns);
  } catch (error) {
    if (error instanceof RangeError) throw refusal(error);
    throw error;
  }
}
