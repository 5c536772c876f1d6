import { isUtf8 } from "node:buffer";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { DataServiceError } from "../../errors.js";

/** Whether the first four bytes are those of a gzip file or of a zip archive. */
export function isPacked(head: Buffer): boolean {
  return head.readUInt16BE(0) === 0x1f8b || head.readUInt32BE(0) === 0x504b0304;
}

/** A text is packed to a tenth of its size, seldom to a thirtieth; what unfolds to more than this is made to. */
const UNPACKED_BYTES = 2 ** 29;
const UNPACKED_TIMES = 64;

/**
 * What was packed by gzip, or as the one file of a zip archive.
 * @throws DataServiceError corrupt (no whole archive), unsupported (one of several files, a workbook), over-budget (it
 * unfolds to more than 512 MB and 64 times its size)
 */
export function unpacked(bytes: Buffer, path: string): Buffer {
  const maxOutputLength = UNPACKED_BYTES + UNPACKED_TIMES * bytes.length;
  try {
    return bytes[0] === 0x1f
      ? gunzipSync(bytes, { maxOutputLength })
      : onlyEntry(bytes, maxOutputLength, path);
  } catch (cause) {
    if (cause instanceof DataServiceError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      const limit = `${maxOutputLength >> 20} MB, the most that an archive of its size may unfold to`;
      const problem = `${path}: holds more than ${limit}; unpack it and open the file`;
      throw new DataServiceError("over-budget", problem, { path }, cause);
    }
    throw new DataServiceError("corrupt", `${path}: not a whole archive; pack it again`, { path }, cause);
  }
}

/** The one file in a zip archive, by its central directory (APPNOTE 4.3.12). */
function onlyEntry(bytes: Buffer, maxOutputLength: number, path: string): Buffer {
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
    found = method === 0 ? Buffer.from(data) : inflateRawSync(data, { maxOutputLength });
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

/** The encoding of two bytes a character that a byte order mark names. */
export function markedAs(head: Buffer): string | undefined {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  return mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : undefined;
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? bytes.subarray(3) : bytes;
}

/**
 * A text in UTF-8: of the encoding asked for, of UTF-16 by its mark, else of UTF-8, or GBK where it cannot be that.
 * @throws DataServiceError bad-request (an encoding that is not known), corrupt (a text of no such encoding)
 */
export function decoded(bytes: Buffer, asked: string | undefined, path: string): Buffer {
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
