import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { DataServiceError } from "../../errors.js";
import { accessing } from "../../files/file-access.js";

const PIECE_BYTES = 1 << 22;

/**
 * The text of a CSV file in UTF-8, piece by piece: as it is, or out of `.gz` or a `.zip` of one file; in UTF-16 by its
 * mark, in GBK where it cannot be UTF-8, or in the encoding given (any that `TextDecoder` knows).
 * @throws DataServiceError corrupt (a text of no such encoding), unsupported (a zip of several files), bad-request
 */
export function* textPieces(path: string, encoding: string | undefined): Generator<Buffer> {
  const { size } = accessing(path, () => statSync(path));
  const head = accessing(path, () => headOf(path));
  if (isPacked(head) || encoding !== undefined || markedAs(head) !== undefined || size <= PIECE_BYTES) {
    yield decoded(
      unpacked(
        accessing(path, () => readFileSync(path)),
        path,
      ),
      encoding,
      path,
    );
    return;
  }
  if (!accessing(path, () => isAllUtf8(path))) {
    yield decoded(
      accessing(path, () => readFileSync(path)),
      undefined,
      path,
    );
    return;
  }
  const fd = accessing(path, () => openSync(path, "r"));
  try {
    let isFirst = true;
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const read = readSync(fd, piece);
      if (read === 0) return;
      yield isFirst ? withoutMark(piece.subarray(0, read)) : piece.subarray(0, read);
      isFirst = false;
    }
  } finally {
    closeSync(fd);
  }
}

/** Whether the first bytes are those of a gzip file or of a zip archive. */
export function isPacked(head: Buffer): boolean {
  return head.readUInt16BE(0) === 0x1f8b || head.readUInt32BE(0) === 0x504b0304;
}

function headOf(path: string): Buffer {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(4);
    readSync(fd, head);
    return head;
  } finally {
    closeSync(fd);
  }
}

/** @throws DataServiceError corrupt, unsupported */
function unpacked(bytes: Buffer, path: string): Buffer {
  if (bytes.length < 4 || !isPacked(bytes)) return bytes;
  try {
    return bytes[0] === 0x1f ? gunzipSync(bytes) : onlyEntry(bytes, path);
  } catch (cause) {
    if (cause instanceof DataServiceError) throw cause;
    throw new DataServiceError("corrupt", `${path}: not a whole archive; pack it again`, { path }, cause);
  }
}

/** The one file in a zip archive, by its central directory (APPNOTE 4.3.12). */
function onlyEntry(bytes: Buffer, path: string): Buffer {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const names: string[] = [];
  let found: Buffer | undefined;
  for (let at = bytes.readUInt32LE(end + 16), n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [number, number, number];
    const name = bytes.toString("utf8", at + 46, at + 46 + lengths[0]);
    const local = bytes.readUInt32LE(at + 42);
    at += 46 + lengths[0] + lengths[1] + lengths[2];
    if (name.endsWith("/") || name.startsWith("__MACOSX/")) continue;
    names.push(name);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(begin, begin + packed);
    found = method === 0 ? Buffer.from(data) : inflateRawSync(data);
  }
  if (found && names.length === 1) return found;
  const isBook = names.includes("[Content_Types].xml");
  throw new DataServiceError(
    isBook ? "unknown-format" : "unsupported",
    isBook
      ? `${path}: an Excel workbook; save the sheet as CSV in UTF-8`
      : `${path}: a zip archive of ${names.length} files, ${names.slice(0, 3).join(", ")}; unpack it and open the folder`,
    { path, found: names },
  );
}

/** The encoding that a byte order mark names. */
function markedAs(head: Buffer): string | undefined {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  return mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : undefined;
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? bytes.subarray(3) : bytes;
}

function decoded(bytes: Buffer, asked: string | undefined, path: string): Buffer {
  const encoding = asked ?? markedAs(bytes) ?? (isUtf8(bytes) ? undefined : "gb18030");
  if (encoding === undefined) return withoutMark(bytes);
  const decoder = decoderOf(encoding, path);
  try {
    return Buffer.from(decoder.decode(bytes));
  } catch {
    throw notOf(bytes, asked, path);
  }
}

/** @throws DataServiceError bad-request */
function decoderOf(encoding: string, path: string) {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    const problem = `encoding: ${JSON.stringify(encoding)} is not known; give one such as "utf-8", "gbk" or "utf-16le"`;
    throw new DataServiceError("bad-request", problem, { path });
  }
}

/** What cannot be decoded, by its first line that cannot. */
function notOf(bytes: Buffer, asked: string | undefined, path: string): DataServiceError {
  if (asked !== undefined && !/^utf-?8$/i.test(asked)) {
    const problem = `${path}: not a text in the encoding ${asked}; leave encoding out to have it recognised`;
    return new DataServiceError("corrupt", problem, { path });
  }
  let [from, line] = [0, 0];
  for (
    let end = bytes.indexOf(10);
    end >= 0 && isUtf8(bytes.subarray(from, end));
    end = bytes.indexOf(10, from)
  ) {
    from = end + 1;
    line++;
  }
  const problem = `${path}: line ${line + 1} is neither UTF-8 nor GBK; give the encoding, or save the file as UTF-8`;
  return new DataServiceError("corrupt", problem, { path, position: line });
}

/** Whether a file that is too large to be held is UTF-8. */
function isAllUtf8(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    let rest = Buffer.alloc(0);
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
      const bytes =
        rest.length === 0 ? piece.subarray(0, read) : Buffer.concat([rest, piece.subarray(0, read)]);
      const end = wholeCharacters(bytes);
      if (!isUtf8(bytes.subarray(0, end))) return false;
      rest = Buffer.from(bytes.subarray(end));
    }
    return rest.length === 0;
  } finally {
    closeSync(fd);
  }
}

/** Where the last whole character ends. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed <= back ? bytes.length : bytes.length - back;
    }
  }
  return bytes.length;
}
