import { createReadStream, statSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { CatalogueScanner } from "../json/catalogue-scanner.js";
import { CATALOGUES, type CatalogueKind } from "./catalogue-kinds.js";
import { type CatalogueRecord, compactJson, isRecord, parseRecord, recordKey } from "./catalogue-record.js";
import { recordProblem } from "./record-schema.js";

/** One record of a catalogue file, whole or not. */
export interface ReadRecord {
  /** Its place in the list, from 0. */
  readonly position: number;
  /** Every field that it came with; undefined where it is no JSON object. */
  readonly record: CatalogueRecord | undefined;
  /** By what it is known from one export to the next; undefined where a part is missing. */
  readonly key: readonly string[] | undefined;
  /** Its JSON as it stands in the file, blanks between tokens aside. */
  readonly text: string;
  /** What is missing or odd, as a sentence; undefined where all is as the contract has it. */
  readonly problem: string | undefined;
}

/**
 * The records of a catalogue file one after the other, in the memory of the largest. A record that is odd comes with what is
 * odd about it, and does not end the reading.
 * @throws DataServiceError not-found; corrupt: the file ends in the middle, or is none
 */
export async function* readCatalogue(path: string, kind: CatalogueKind): AsyncGenerator<ReadRecord> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new DataServiceError("not-found", `${path}: there is no catalogue file`, { path });
  }
  const { list } = CATALOGUES[kind];
  const scanner = new CatalogueScanner(path);
  let position = 0;
  let hasList = false;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const part of scanner.push(chunk as Buffer)) {
      if (part.kind === "list" && part.key === list) hasList = true;
      if (part.kind === "record" && part.key === list) yield readRecord(kind, part.text, position++);
    }
  }
  scanner.end();
  if (!hasList) throw scanner.broken(`it has no list "${list}"`);
}

function readRecord(kind: CatalogueKind, source: string, position: number): ReadRecord {
  const text = compactJson(source);
  let record: unknown;
  try {
    record = parseRecord(source);
  } catch (error) {
    return {
      position,
      record: undefined,
      key: undefined,
      text,
      problem: `it is not JSON: ${(error as Error).message}`,
    };
  }
  if (!isRecord(record))
    return { position, record: undefined, key: undefined, text, problem: "it is not an object" };
  return { position, record, key: recordKey(kind, record), text, problem: recordProblem(kind, record) };
}
