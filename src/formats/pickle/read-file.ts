import { DataServiceError } from "../../errors.js";
import { ByteFile } from "../../files/byte-file.js";
import { isKnownName } from "./known-names.js";
import { readPickle } from "./read-pickle.js";
import { NotAPickle, type PickleValue, UnknownName } from "./values.js";

/** More is no research result, and would have to be held in memory twice. */
const MOST_BYTES = 2 ** 30;

/**
 * The value of a pickle file. What it names beyond pandas, numpy and qlib's positions is refused by its name.
 * @throws DataServiceError not-found, is-directory, read-failed, corrupt, unsupported, over-budget
 */
export function readPickleFile(path: string): PickleValue {
  const file = ByteFile.of(path);
  if (file.size > MOST_BYTES) {
    const problem = `${path}: a pickle of ${file.size} bytes; those up to ${MOST_BYTES} are read: write it with to_parquet`;
    throw new DataServiceError("over-budget", problem, { path, count: file.size });
  }
  try {
    return readPickle(file.read(0, file.size), isKnownName);
  } catch (error) {
    if (error instanceof UnknownName) {
      throw new DataServiceError(
        "unsupported",
        `${path}: the pickle holds a ${error.unknown}, which is not read; pandas frames and series, numpy numbers and qlib's positions are: in Python, write the frame with to_parquet`,
        { path, field: error.unknown },
      );
    }
    if (!(error instanceof NotAPickle)) throw error;
    throw new DataServiceError("corrupt", `${path}: not a whole pickle: ${error.message}; write it again`, {
      path,
    });
  }
}
