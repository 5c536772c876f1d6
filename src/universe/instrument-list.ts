import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { accessing } from "../files/file-access.js";
import { type MemberSpan, readInstrumentSpans } from "../formats/qlib/lists.js";

/** A named list of instruments with dated spans: qlib's `instruments/csi300.txt`. */
export interface InstrumentList {
  readonly name: string;
  /** Where it was read from; undefined if it was made by the caller. */
  readonly path?: string | undefined;
  readonly spans: readonly MemberSpan[];
}

/** The paths of the lists in some folders by name; of one name the first counts. @throws DataServiceError read-failed */
export function findLists(folders: readonly string[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const folder of folders) {
    const files = accessing(folder, () =>
      statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [],
    );
    for (const file of files.sort()) {
      const name = file.endsWith(".txt") ? file.slice(0, -4) : "";
      if (name !== "" && !paths.has(name)) paths.set(name, join(folder, file));
    }
  }
  return paths;
}

/**
 * An instrument list of a file such as qlib's `instruments/csi300.txt`: on each line a code, and between tabs or commas
 * the first and the last day on which it belongs; without days it always does. Its name is the file's.
 * @throws DataServiceError not-found, is-directory, read-failed, corrupt
 */
export function readInstrumentList(path: string, name = basename(path, ".txt")): InstrumentList {
  const spans = Object.freeze(readInstrumentSpans(path).map((span) => Object.freeze(span)));
  return Object.freeze({ name, path, spans }); // a snapshot plans windows by the same list
}
