import { DataServiceError } from "../../errors.js";

/** A piece of a catalogue as its bytes go by; the texts are JSON that nobody has parsed yet. */
export type CataloguePart =
  /** A member of the envelope that is not a list, such as `version`. */
  | { readonly kind: "member"; readonly key: string; readonly text: string }
  /** One entry of the list `key`. */
  | { readonly kind: "record"; readonly key: string; readonly text: string }
  /** The list `key` begins: an empty one has no records. */
  | { readonly kind: "list"; readonly key: string }
  /** The text is not an object at all. */
  | { readonly kind: "other"; readonly text: string };

/** The most that one entry may hold: what goes on for longer is no catalogue. */
const MOST_BYTES = 64 * 1024 ** 2;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Inside a value: quotes and brackets. */
const IS_MARK = new Uint8Array(256);
for (const byte of [QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) IS_MARK[byte] = 1;

/** `trim` would take a byte order mark as well, which is no JSON. */
const BLANK_ENDS = /^[ \t\n\r]+|[ \t\n\r]+$/g;

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

type Place = "start" | "key" | "colon" | "value" | "member" | "entry" | "after" | "other" | "end";

/**
 * Takes `{"version": …, "factors": [{…}, {…}]}` apart while it arrives, so that a catalogue of any size is read in the
 * memory of its largest record. It looks for strings and brackets only; whether a record is JSON shows when it is parsed.
 */
export class CatalogueScanner {
  readonly #label: string;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #begun = 0;
  #place: Place = "start";
  #depth = 0;
  #inString = false;
  #key = "";
  #hasEntries = false;

  /** @param label what errors call the catalogue */
  constructor(label: string) {
    this.#label = label;
  }

  /** @throws DataServiceError corrupt */
  push(chunk: Uint8Array): CataloguePart[] {
    this.#keepRest(chunk);
    const parts: CataloguePart[] = [];
    const bytes = this.#bytes;
    while (this.#at < bytes.length) {
      this.#skip(bytes);
      if (this.#at >= bytes.length) break;
      this.#step(bytes[this.#at]!, parts);
      this.#at++;
    }
    return parts;
  }

  /** Goes on to the next byte that can matter: nearly all are letters of strings and digits. */
  #skip(bytes: Uint8Array): void {
    let at = this.#at;
    if (this.#inString) {
      while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at++;
    } else if (this.#depth > 0) {
      while (at < bytes.length && !IS_MARK[bytes[at]!]) at++;
    }
    this.#at = at;
  }

  /**
   * What stands after the last byte.
   * @throws DataServiceError corrupt: the text ends before the catalogue does
   */
  end(): CataloguePart[] {
    if (this.#place === "other") return [{ kind: "other", text: this.#text(this.#bytes.length) }];
    if (this.#place === "end") return [];
    throw this.broken(`it ends ${this.#place === "start" ? "before it begins" : "in the middle"}`);
  }

  #keepRest(chunk: Uint8Array): void {
    const kept = this.#bytes.length - this.#begun;
    if (kept > MOST_BYTES) throw this.broken(`one entry has more than ${MOST_BYTES} bytes`);
    const joined = new Uint8Array(kept + chunk.length);
    joined.set(this.#bytes.subarray(this.#begun));
    joined.set(chunk, kept);
    this.#bytes = joined;
    this.#at -= this.#begun;
    this.#begun = 0;
  }

  #step(byte: number, parts: CataloguePart[]): void {
    if (this.#inString) this.#inside(byte);
    else if (this.#place === "member" || this.#place === "entry") this.#valueStep(byte, parts);
    else if (this.#place === "key") this.#keyStep(byte);
    else if (this.#place === "value") this.#beginValue(byte, parts);
    else if (this.#place === "colon") this.#colonStep(byte);
    else if (this.#place === "start") this.#startStep(byte);
    else if (this.#place !== "other") this.#afterStep(byte);
  }

  #startStep(byte: number): void {
    if (isBlank(byte)) return;
    this.#begun = this.#at;
    this.#place = byte === OPEN_OBJECT ? "key" : "other";
  }

  #colonStep(byte: number): void {
    if (byte !== COLON && !isBlank(byte)) throw this.broken("a colon is missing");
    if (byte === COLON) this.#place = "value";
  }

  /** Inside a string only its end counts. */
  #inside(byte: number): void {
    if (byte === BACKSLASH) this.#at++;
    else if (byte === QUOTE) {
      this.#inString = false;
      if (this.#place !== "key") return;
      this.#key = JSON.parse(this.#text(this.#at + 1)) as string;
      this.#place = "colon";
    }
  }

  #keyStep(byte: number): void {
    if (isBlank(byte)) return;
    if (byte === CLOSE_OBJECT) {
      this.#place = "end";
      return;
    }
    if (byte !== QUOTE) throw this.broken("a key is missing");
    this.#begun = this.#at;
    this.#inString = true;
  }

  #beginValue(byte: number, parts: CataloguePart[]): void {
    if (isBlank(byte)) return;
    this.#begun = this.#at + (byte === OPEN_LIST ? 1 : 0);
    this.#depth = 0;
    this.#hasEntries = false;
    this.#place = byte === OPEN_LIST ? "entry" : "member";
    if (byte === OPEN_LIST) parts.push({ kind: "list", key: this.#key });
    else this.#valueStep(byte, parts);
  }

  #valueStep(byte: number, parts: CataloguePart[]): void {
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
    else if (this.#depth > 0) {
      if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth--;
    } else if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (this.#place === "member") this.#endMember(byte, parts);
      else this.#endEntry(byte, parts);
    }
  }

  #endMember(byte: number, parts: CataloguePart[]): void {
    if (byte === CLOSE_LIST) throw this.broken("a bracket closes what was not open");
    parts.push({ kind: "member", key: this.#key, text: this.#text(this.#at) });
    this.#begun = this.#at + 1;
    this.#place = byte === COMMA ? "key" : "end";
  }

  #endEntry(byte: number, parts: CataloguePart[]): void {
    if (byte === CLOSE_OBJECT) throw this.broken("a bracket closes what was not open");
    const text = this.#text(this.#at);
    this.#begun = this.#at + 1;
    if (byte === CLOSE_LIST) this.#place = "after";
    if (text === "" && byte === CLOSE_LIST && !this.#hasEntries) return; // []
    this.#hasEntries = true;
    parts.push({ kind: "record", key: this.#key, text });
  }

  #afterStep(byte: number): void {
    if (isBlank(byte)) return;
    if (this.#place === "end" || (byte !== COMMA && byte !== CLOSE_OBJECT)) {
      throw this.broken("text stands where a comma or the end should");
    }
    this.#begun = this.#at + 1;
    this.#place = byte === COMMA ? "key" : "end";
  }

  #text(end: number): string {
    try {
      return this.#decoder.decode(this.#bytes.subarray(this.#begun, end)).replace(BLANK_ENDS, "");
    } catch (error) {
      throw this.broken("it is not UTF-8", error);
    }
  }

  /** @internal */
  broken(how: string, cause?: unknown): DataServiceError {
    return new DataServiceError(
      "corrupt",
      `${this.#label} is not a whole JSON catalogue: ${how}; it may be being written: read it again, or export it anew`,
      { path: this.#label },
      cause,
    );
  }
}
