import { closeSync, openSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";

/** How every error of DuckDB begins, after what its package for Node may say first. */
const KIND = /^(?:Fail[^:]*: )?([A-Z][\w ]*) (?:Error|Exception): /;
/** What V8 says where there is no memory for a typed array. */
const NO_ROOM = "Array buffer allocation failed";

/**
 * Runs `use`, which reads a file by DuckDB. What DuckDB throws about the file becomes an error of ours; anything else,
 * such as a fault in this program or what the caller's progress function throws, goes through.
 * @throws DataServiceError corrupt, unsupported, over-budget, not-found, read-failed
 */
export async function reading<T>(path: string, kind: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (cause instanceof DataServiceError || !(cause instanceof Error)) throw cause;
    if (cause instanceof RangeError && cause.message === NO_ROOM) throw overBudget(path, cause);
    switch (KIND.exec(cause.message)?.[1]) {
      case undefined:
        throw cause;
      case "Out of Memory":
        throw asksForAll(cause) ? notReadable(path, kind, cause) : overBudget(path, cause);
      case "IO":
        throw isCutShort(cause) ? notReadable(path, kind, cause) : readFailed(path, cause);
      default:
        throw notReadable(path, kind, cause);
    }
  }
}

/** DuckDB's first line: what follows are the query and settings, neither of which the caller knows. */
function firstLine(cause: Error): string {
  return cause.message.split("\n")[0]!.replace(/^(Out of Memory Error: [^(]*) \(.*$/, "$1");
}

function notReadable(path: string, kind: string, cause: Error): DataServiceError {
  const said = firstLine(cause);
  const isUnsupported = /not implemented|not supported|^(?!.*invalid).*unsupported/i.test(said);
  const so = isUnsupported ? `a ${kind} that cannot be read` : `not a whole ${kind}`;
  const problem = `${path}: ${so}: ${said}; write the file again`;
  return new DataServiceError(isUnsupported ? "unsupported" : "corrupt", problem, { path }, cause);
}

function overBudget(path: string, cause: Error): DataServiceError {
  const advice = "ask for fewer columns or sessions, or give the process more memory";
  const problem = `${path}: takes more memory to read than there is: ${firstLine(cause)}; ${advice}`;
  return new DataServiceError("over-budget", problem, { path }, cause);
}

/** The system may have refused the file, which it says best itself, or a file that DuckDB makes for itself. */
function readFailed(path: string, cause: Error): DataServiceError {
  accessing(path, () => closeSync(openSync(path, "r")));
  const problem = `${path}: cannot be read: ${firstLine(cause)}; check the disk and the system's temporary folder`;
  return new DataServiceError("read-failed", problem, { path }, cause);
}

/** Whether the system gave fewer bytes than the file says there are. */
function isCutShort({ message }: Error): boolean {
  return message.includes("Could not read enough bytes");
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Whether one piece of the file claims to be larger than all the memory that reading it may take. @see readingLimits */
function asksForAll({ message }: Error): boolean {
  const [, asked, askedUnit, limit, limitUnit] =
    / of size ([\d.]+) (\w+) \(.*\/([\d.]+) (\w+) used\)/.exec(message) ?? [];
  return bytesOf(asked, askedUnit) > bytesOf(limit, limitUnit);
}

function bytesOf(amount = "", unit = ""): number {
  return Number(amount) * 1024 ** UNITS.indexOf(unit);
}
