import type { CatalogueKind } from "../research/catalogues/catalogue-kinds.js";
import type { CataloguePart } from "../research/json/catalogue-scanner.js";
import { API_STYLE, printJson } from "../research/json/print-json.js";
import { type PythonJson, parsePythonJson } from "../research/json/python-json.js";
import { type ServedRecord, servedRecord } from "./served-records.js";

/** The answer to a request for a whole catalogue, made record by record as FastAPI prints it. */
export class CatalogueBody {
  readonly #kind: CatalogueKind;
  /** A member that stands twice keeps its first place and its last value, as in Python. */
  readonly #members = new Map<string, string | ServedRecord[]>();

  constructor(kind: CatalogueKind) {
    this.#kind = kind;
  }

  /** @throws SyntaxError where a record is no JSON */
  add(part: Exclude<CataloguePart, { kind: "other" }>): void {
    if (part.kind === "list") this.#members.set(part.key, []);
    else if (part.kind === "member") {
      this.#members.set(part.key, printJson(parsePythonJson(part.text), API_STYLE));
    } else {
      const value: PythonJson = parsePythonJson(part.text);
      (this.#members.get(part.key) as ServedRecord[]).push(servedRecord(this.#kind, value));
    }
  }

  hasList(key: string): boolean {
    return Array.isArray(this.#members.get(key));
  }

  records(key: string): readonly ServedRecord[] {
    const member = this.#members.get(key);
    return Array.isArray(member) ? member : [];
  }

  memberText(key: string): string | undefined {
    const member = this.#members.get(key);
    return typeof member === "string" ? member : undefined;
  }

  bytes(): Buffer {
    const pieces: Buffer[] = [];
    for (const [key, member] of this.#members) {
      pieces.push(Buffer.from(`${pieces.length === 0 ? "{" : ","}${JSON.stringify(key)}:`));
      if (typeof member === "string") {
        pieces.push(Buffer.from(member));
        continue;
      }
      pieces.push(OPEN);
      for (const [at, record] of member.entries()) pieces.push(...(at > 0 ? [COMMA] : []), record.json);
      pieces.push(CLOSE);
    }
    pieces.push(Buffer.from(pieces.length === 0 ? "{}" : "}"));
    return Buffer.concat(pieces);
  }
}

const [OPEN, CLOSE, COMMA] = [Buffer.from("["), Buffer.from("]"), Buffer.from(",")];
