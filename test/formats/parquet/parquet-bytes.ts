/** Values of Thrift's compact protocol, as far as these files need them. */
type Value = number | string | Buffer | readonly Value[] | Struct | bigint;
/** Fields by their numbers; a number is an i32, a bigint an i64. */
export type Struct = { readonly [field: number]: Value };

const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12];

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

function typeOf(value: Value): number {
  if (typeof value === "number") return I32!;
  if (typeof value === "bigint") return I64!;
  if (typeof value === "string" || Buffer.isBuffer(value)) return BINARY!;
  return Array.isArray(value) ? LIST! : STRUCT!;
}

function bytesOf(value: Value): Buffer {
  if (typeof value === "number" || typeof value === "bigint") return Buffer.from(varint(BigInt(value) * 2n));
  if (typeof value === "string") return bytesOf(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(varint(BigInt(value.length))), value]);
  if (Array.isArray(value)) {
    const head = Buffer.of(0xf0 | typeOf(value[0]!), ...varint(BigInt(value.length)));
    return Buffer.concat([head, ...value.map(bytesOf)]);
  }
  return struct(value as Struct);
}

/** A struct; its fields come in the order of their numbers. */
export function struct(fields: Struct): Buffer {
  const parts: Buffer[] = [];
  let before = 0;
  for (const [key, value] of Object.entries(fields)) {
    parts.push(Buffer.of(((Number(key) - before) << 4) | typeOf(value)), bytesOf(value));
    before = Number(key);
  }
  return Buffer.concat([...parts, Buffer.of(0)]);
}

/** A run of one number in the hybrid of runs and packed bits, of a width of one bit. */
export function run(count: bigint, value: 0 | 1): Buffer {
  return Buffer.of(...varint(count * 2n), value);
}

const DOUBLE_TYPE = 5;
const [INT64_TYPE, BYTE_ARRAY_TYPE] = [2, 6];

/**
 * A Parquet file of a few hundred bytes with `rows` rows, all of one key and of one number in each of `columns` columns,
 * which are runs of dictionary codes.
 */
export function fileOfRuns(rows: bigint, columns: number): Buffer {
  const chunks: Struct[] = [];
  const schema: Struct[] = [{ 4: "schema", 5: columns + 2 }];
  const parts: Buffer[] = [Buffer.from("PAR1")];
  const sizeOf = () => BigInt(Buffer.concat(parts).length);
  const add = (name: string, type: number, entry: Buffer, annotation: Struct) => {
    const page = Buffer.concat([Buffer.of(1), run(rows, 0)]);
    const dictionary = { 1: 2, 2: entry.length, 3: entry.length, 7: { 1: 1, 2: 0 } };
    const data = { 1: 0, 2: page.length, 3: page.length, 5: { 1: Number(rows), 2: 8, 3: 3, 4: 3 } };
    const begin = sizeOf();
    parts.push(struct(dictionary), entry);
    const dataAt = sizeOf();
    parts.push(struct(data), page);
    const bytes = sizeOf() - begin;
    chunks.push({
      3: { 1: type, 2: [8], 3: [name], 4: 0, 5: rows, 6: bytes, 7: bytes, 9: dataAt, 11: begin },
    });
    schema.push({ 1: type, 3: 0, 4: name, ...annotation });
  };
  add("datetime", INT64_TYPE, Buffer.alloc(8), { 6: 10 });
  add("instrument", BYTE_ARRAY_TYPE, Buffer.from("\x01\0\0\0a"), { 6: 0 });
  for (let i = 0; i < columns; i++) add(`x${i}`, DOUBLE_TYPE, Buffer.alloc(8), {});
  const footer = struct({ 1: 1, 2: schema, 3: rows, 4: [{ 1: chunks, 2: 100n, 3: rows }] });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, Buffer.from("PAR1")]);
}
