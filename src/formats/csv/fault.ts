import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";

const CHUNK_BYTES = 1 << 20;
/** A line that is longer is none: what has no line ends is not looked through, each time from its beginning. */
const MOST_LINE_BYTES = 1 << 24;

/**
 * Runs `use`, which reads a CSV file by DuckDB. Where that fails, the text is looked through for the first line that
 * explains it, which DuckDB's own words do not tell; without one the error stays what it is.
 */
export async function explainingLines<T>(path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof DataServiceError) || !/^(corrupt|flat-index)$/.test(error.code)) throw error;
    const fault = accessing(path, () => faultIn(path, unreadable(error)));
    if (fault === undefined) throw error;
    const { line, what } = fault;
    throw new DataServiceError(
      "corrupt",
      `${path}: line ${line + 1} ${what}`,
      { path, position: line },
      error.cause ?? error,
    );
  }
}

/** The text that DuckDB could not take for a time. */
function unreadable({ message }: DataServiceError): string | undefined {
  return /Could not convert string '(.*)' to|timestamp field value out of range: "(.*?)"|invalid timestamp field format: "(.*?)"/
    .exec(message)
    ?.slice(1)
    .find((text) => text !== undefined);
}

interface Fault {
  /** Counts from 0. */
  readonly line: number;
  readonly what: string;
}

function faultIn(path: string, bad: string | undefined): Fault | undefined {
  let line = -1;
  let separator = ",";
  let header: string[] = [];
  for (const bytes of linesOf(path)) {
    line++;
    if (!isUtf8(bytes)) {
      const what =
        "is not UTF-8; save the file as UTF-8; one in GBK: iconv -f GBK -t UTF-8 old.csv > new.csv";
      return { line, what };
    }
    const text = bytes.toString("utf8").trimEnd();
    if (text.includes('"')) return undefined; // a cell may go over several lines
    if (line === 0) {
      separator = /[,;\t|]/.exec(text)?.[0] ?? ",";
      header = text.replace(/^\ufeff/, "").split(separator);
      continue;
    }
    const cells = text.split(separator);
    if (text !== "" && cells.length !== header.length) {
      return {
        line,
        what: `has ${cells.length} cells where the header has ${header.length}; write it again`,
      };
    }
    const time = cells[header.indexOf("datetime")];
    if (bad !== undefined && time === bad) {
      return { line, what: `has ${JSON.stringify(bad)} where a datetime is expected` };
    }
  }
  return undefined;
}

/** The bytes between line ends. */
function* linesOf(path: string): Generator<Buffer> {
  const fd = openSync(path, "r");
  try {
    let rest = Buffer.alloc(0);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) {
      rest = Buffer.concat([rest, chunk.subarray(0, read)]);
      let from = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
        yield rest.subarray(from, end);
        from = end + 1;
      }
      rest = rest.subarray(from);
      if (rest.length > MOST_LINE_BYTES) return;
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(fd);
  }
}
