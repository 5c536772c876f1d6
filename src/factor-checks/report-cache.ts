import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cache/cache-folder.js";
import { digest } from "../cache/digest.js";
import { uniqueSuffix } from "../crypto.js";
import type { Panel } from "../panel/panel.js";
import type { FactorReport } from "./factor-report.js";

/** Reports of another layout are not read. */
const LAYOUT = 1;

/** Reports of earlier runs, found by the content of what they were made from. */
export class ReportCache {
  readonly #folder: string | undefined;
  #hashes: Record<string, string> | undefined;

  /** @param folder true: `validation` in the cache of tables; false: none */
  constructor(folder: string | boolean) {
    this.#folder =
      folder === false ? undefined : folder === true ? join(cacheFolder(), "validation") : folder;
  }

  read(key: string): FactorReport | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      return JSON.parse(readFileSync(join(this.#folder, `${key}.json`), "utf8"), fromText) as FactorReport;
    } catch {
      return undefined; // none, or none that can be read: it is made anew
    }
  }

  write(key: string, report: FactorReport): void {
    this.#put(`${key}.json`, JSON.stringify(report, toText));
  }

  /** The code of a function under a version when it was first seen; remembers it where it was not. */
  firstHash(name: string, version: string, hash: string): string {
    if (this.#folder === undefined) return hash;
    this.#hashes ??= this.#readHashes();
    const key = `${name}@${version}`;
    const known = this.#hashes[key];
    if (known !== undefined) return known;
    this.#hashes[key] = hash;
    this.#put("versions.json", JSON.stringify(this.#hashes));
    return hash;
  }

  #readHashes(): Record<string, string> {
    try {
      return JSON.parse(readFileSync(join(this.#folder!, "versions.json"), "utf8")) as Record<string, string>;
    } catch {
      return {};
    }
  }

  #put(name: string, text: string): void {
    if (this.#folder === undefined) return;
    mkdirSync(this.#folder, { recursive: true });
    const fresh = join(this.#folder, `.${uniqueSuffix()}`);
    writeFileSync(fresh, text);
    renameSync(fresh, join(this.#folder, name));
  }
}

/** What a report depends on, as the name of its file. */
export function reportKey(parts: readonly unknown[]): string {
  return digest(JSON.stringify([LAYOUT, ...parts]));
}

/** The content of a panel: its keys and its cells. */
export function contentOf(panel: Panel): string {
  const { index } = panel;
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const columns = panel.columnNames.map((name) => {
    const { values } = panel.column(name);
    return [name, Array.isArray(values) ? digest(JSON.stringify(values)) : digest(bytes(values))];
  });
  return digest(
    JSON.stringify([digest(bytes(index.datetimes)), digest(bytes(index.codes)), index.instruments, columns]),
  );
}

/** JSON has no NaN and no infinities. */
const NUMBERS: Readonly<Record<string, number>> = {
  "\u0000NaN": Number.NaN,
  "\u0000Infinity": Number.POSITIVE_INFINITY,
  "\u0000-Infinity": Number.NEGATIVE_INFINITY,
};

function toText(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? `\u0000${value}` : value;
}

function fromText(_: string, value: unknown): unknown {
  return typeof value === "string" && Object.hasOwn(NUMBERS, value) ? NUMBERS[value] : value;
}
