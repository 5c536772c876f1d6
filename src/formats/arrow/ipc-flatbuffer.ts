/** Bytes that are no flatbuffer: an offset or a length points outside. Callers turn it into "corrupt". */
export class FlatbufferError extends Error {}

/**
 * A flatbuffer table, read in place: the form of Arrow's schemas and message headers. Every offset is checked
 * against the buffer, for the bytes come from a file (https://flatbuffers.dev/internals).
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - int32(view, at);
    this.#vtableBytes = uint16(view, this.#vtable);
  }

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, uint32(view, 0));
  }

  int8(field: number, otherwise = 0): number {
    const at = this.#field(field);
    if (at === 0) return otherwise;
    check(this.#view, at, 1);
    return this.#view.getInt8(at);
  }

  bool(field: number, otherwise = false): boolean {
    return this.int8(field, otherwise ? 1 : 0) !== 0;
  }

  int16(field: number, otherwise = 0): number {
    const at = this.#field(field);
    if (at === 0) return otherwise;
    check(this.#view, at, 2);
    return this.#view.getInt16(at, true);
  }

  int32(field: number, otherwise = 0): number {
    const at = this.#field(field);
    return at === 0 ? otherwise : int32(this.#view, at);
  }

  /** A 64-bit integer that must be a safe one: a length, an offset or an id. */
  size(field: number, otherwise = 0): number {
    const at = this.#field(field);
    return at === 0 ? otherwise : safeInt64(this.#view, at);
  }

  string(field: number): string | undefined {
    const at = this.#field(field);
    if (at === 0) return undefined;
    const start = at + uint32(this.#view, at);
    const length = uint32(this.#view, start);
    check(this.#view, start + 4, length);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length),
    );
  }

  table(field: number): FlatTable | undefined {
    const at = this.#field(field);
    return at === 0 ? undefined : new FlatTable(this.#view, at + uint32(this.#view, at));
  }

  tables(field: number): FlatTable[] {
    const [start, length] = this.#vector(field, 4);
    return Array.from({ length }, (_, i) => {
      const at = start + 4 * i;
      return new FlatTable(this.#view, at + uint32(this.#view, at));
    });
  }

  /** A vector of structs as 64-bit integers, `words` of them a struct, all safe integers, in one flat array. */
  structs(field: number, words: number): Float64Array {
    const [start, length] = this.#vector(field, 8 * words);
    return Float64Array.from({ length: length * words }, (_, i) => safeInt64(this.#view, start + 8 * i));
  }

  /** Arrow's Block structs: offset (int64), metadata length (int32), body length (int64). */
  blocks(field: number): { offset: number; metadataLength: number; bodyLength: number }[] {
    const [start, length] = this.#vector(field, 24);
    return Array.from({ length }, (_, i) => ({
      offset: safeInt64(this.#view, start + 24 * i),
      metadataLength: int32(this.#view, start + 24 * i + 8),
      bodyLength: safeInt64(this.#view, start + 24 * i + 16),
    }));
  }

  /** Where the elements of a vector begin, and how many there are; all inside the buffer. */
  #vector(field: number, elementBytes: number): [number, number] {
    const at = this.#field(field);
    if (at === 0) return [0, 0];
    const start = at + uint32(this.#view, at);
    const length = uint32(this.#view, start);
    check(this.#view, start + 4, length * elementBytes);
    return [start + 4, length];
  }

  /** Where a field lies; 0 when it is absent. */
  #field(field: number): number {
    const entry = 4 + 2 * field;
    if (entry + 2 > this.#vtableBytes) return 0;
    const offset = uint16(this.#view, this.#vtable + entry);
    return offset === 0 ? 0 : this.#at + offset;
  }
}

function check(view: DataView, at: number, bytes: number): void {
  if (!(at >= 0 && at + bytes <= view.byteLength)) {
    throw new FlatbufferError(`its metadata points to byte ${at} of ${view.byteLength}`);
  }
}

function int32(view: DataView, at: number): number {
  check(view, at, 4);
  return view.getInt32(at, true);
}

function uint32(view: DataView, at: number): number {
  check(view, at, 4);
  return view.getUint32(at, true);
}

function uint16(view: DataView, at: number): number {
  check(view, at, 2);
  return view.getUint16(at, true);
}

function safeInt64(view: DataView, at: number): number {
  check(view, at, 8);
  const value = Number(view.getBigInt64(at, true));
  if (!(value >= 0 && Number.isSafeInteger(value))) {
    throw new FlatbufferError(`its metadata holds the length or offset ${value}`);
  }
  return value;
}
