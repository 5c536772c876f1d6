import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CATALOGUES, type CatalogueKind } from "../research/catalogues/catalogue-kinds.js";
import { type CataloguePart, CatalogueScanner } from "../research/json/catalogue-scanner.js";
import { API_STYLE, printJson } from "../research/json/print-json.js";
import { parsePythonJson } from "../research/json/python-json.js";
import { CatalogueBody } from "./catalogue-body.js";
import { ServedRecords } from "./served-records.js";

/** A catalogue file as it is served: the bytes of the answer and what may be asked of its records. */
export interface ServedCatalogue {
  readonly body: Buffer;
  /** A weak entity tag: of the same catalogue, compressed or not. */
  readonly etag: string;
  /** When the file was last written, in milliseconds since 1970. */
  readonly modified: number;
  /** Undefined where the file is not an object with a list. */
  readonly records: ServedRecords | undefined;
  /** What the list's member holds where it is no list, as its text; undefined where there is no such member. */
  readonly listText: string | undefined;
  readonly isObject: boolean;
  /** The file on disk is not readable now; this is its last good state. */
  readonly isLastGood: boolean;
}

/** A file that is being rewritten in place is whole again soon. */
const ATTEMPTS = 3;
const PAUSE = 40;

/** One catalogue of the results folder, read again whenever the file has changed. */
export class CatalogueFile {
  readonly #path: string;
  readonly #kind: CatalogueKind;
  #good: ServedCatalogue | undefined;
  #goodStamp = "";
  #badStamp = "";
  #loading: Promise<ServedCatalogue | undefined> | undefined;

  constructor(path: string, kind: CatalogueKind) {
    this.#path = path;
    this.#kind = kind;
  }

  /** What to serve; undefined where there is no readable file and never was. */
  async current(): Promise<ServedCatalogue | undefined> {
    const stamp = this.#stamp();
    if (stamp !== "" && stamp === this.#goodStamp) return this.#good;
    if (stamp === "" || stamp === this.#badStamp) return this.#lastGood();
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<ServedCatalogue | undefined> {
    for (let attempt = 1; ; attempt++) {
      const stamp = this.#stamp();
      try {
        const read = await readServed(this.#path, this.#kind, this.#good?.records);
        if (stamp === this.#stamp()) {
          [this.#good, this.#goodStamp] = [read, stamp];
          return read;
        }
      } catch {
        // half written, not JSON, not UTF-8, a folder: the same answer to whoever asks
      }
      if (attempt === ATTEMPTS) {
        this.#badStamp = this.#stamp();
        return this.#lastGood();
      }
      await sleep(PAUSE);
    }
  }

  #lastGood(): ServedCatalogue | undefined {
    return this.#good && { ...this.#good, isLastGood: true };
  }

  #stamp(): string {
    const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : "";
  }
}

async function readServed(
  path: string,
  kind: CatalogueKind,
  before: ServedRecords | undefined,
): Promise<ServedCatalogue> {
  const scanner = new CatalogueScanner(path);
  const modified = statSync(path).mtimeMs;
  const body = new CatalogueBody(kind);
  let other: string | undefined;
  const take = (parts: readonly CataloguePart[]) => {
    for (const part of parts) {
      if (part.kind === "other") other = part.text;
      else body.add(part);
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) take(scanner.push(chunk));
  take(scanner.end());
  const isObject = other === undefined;
  const value = other === undefined ? undefined : parsePythonJson(other);
  if (value === null) throw new SyntaxError("null is no catalogue");
  const bytes = value === undefined ? body.bytes() : Buffer.from(printJson(value, API_STYLE));
  const list = CATALOGUES[kind].list;
  return {
    body: bytes,
    etag: `W/"${createHash("sha256").update(bytes).digest("base64url")}"`,
    modified,
    records: body.hasList(list)
      ? new ServedRecords(body.records(list), Math.floor(modified * 1000), before)
      : undefined,
    listText: body.memberText(list),
    isObject,
    isLastGood: false,
  };
}
