import { DataServiceError } from "../../errors.js";
import type { ByteFile } from "../../files/byte-file.js";
import { FlatbufferError, FlatTable } from "./ipc-flatbuffer.js";

/** One message of an IPC stream or file: its metadata, and where its body lies in the file. */
export interface IpcMessage {
  readonly kind: "schema" | "dictionary" | "batch" | "other";
  readonly header: FlatTable;
  readonly bodyStart: number;
  readonly bodyLength: number;
}

const KINDS: Readonly<Record<number, IpcMessage["kind"]>> = { 1: "schema", 2: "dictionary", 3: "batch" };
const FILE_MAGIC = "ARROW1";
/** The first file magic and its padding. */
const FILE_HEAD_BYTES = 8;
const CONTINUATION = -1;

/** The schema and the messages of an IPC file (by its footer) or stream (one after the other). */
export function readMessages(file: ByteFile): { schema: FlatTable; messages: IpcMessage[] } {
  return damaged(file.label, () => {
    const head = file.read(0, Math.min(FILE_MAGIC.length, file.size));
    return latin1(head) === FILE_MAGIC ? readFooter(file) : readStream(file);
  });
}

/** Runs `read`; bytes that are no flatbuffer become a "corrupt" error. */
export function damaged<T>(label: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FlatbufferError)) throw cause;
    throw corrupt(label, cause.message, cause);
  }
}

export function corrupt(label: string, what: string, cause?: unknown): DataServiceError {
  return new DataServiceError(
    "corrupt",
    `${label}: not a whole Arrow file: ${what}; it is truncated or damaged, write it again`,
    { path: label },
    cause,
  );
}

function readFooter(file: ByteFile): { schema: FlatTable; messages: IpcMessage[] } {
  const { label, size } = file;
  const tailBytes = 4 + FILE_MAGIC.length;
  if (size < FILE_HEAD_BYTES + tailBytes) throw corrupt(label, `it has ${size} bytes`);
  const tail = file.read(size - tailBytes, size);
  if (latin1(tail.subarray(4)) !== FILE_MAGIC) throw corrupt(label, `it does not end with ${FILE_MAGIC}`);
  const length = new DataView(tail.buffer).getInt32(0, true);
  const start = size - tailBytes - length;
  if (length <= 0 || start < FILE_HEAD_BYTES)
    throw corrupt(label, `its footer is said to have ${length} bytes`);
  const footer = FlatTable.root(file.read(start, start + length));
  const schema = footer.table(1);
  if (!schema) throw corrupt(label, "its footer has no schema");
  const messages = [...footer.blocks(2), ...footer.blocks(3)].map((block) => {
    const end = block.offset + block.metadataLength;
    if (block.offset < FILE_HEAD_BYTES || block.metadataLength < 8 || end + block.bodyLength > start) {
      throw corrupt(
        label,
        `its footer points to bytes ${block.offset} to ${end + block.bodyLength} of ${start}`,
      );
    }
    const bytes = file.read(block.offset, end);
    const prefix = new DataView(bytes.buffer).getInt32(0, true) === CONTINUATION ? 8 : 4;
    return toMessage(bytes.subarray(prefix), end, start, label);
  });
  return { schema, messages };
}

function readStream(file: ByteFile): { schema: FlatTable; messages: IpcMessage[] } {
  const { label, size } = file;
  const messages: IpcMessage[] = [];
  let schema: FlatTable | undefined;
  // A stream may end without its mark: "IPC Streaming Format" in the Arrow columnar format.
  for (let at = 0; at < size; ) {
    if (at + 8 > size) throw corrupt(label, `it ends at byte ${size} in the midst of a message`);
    const prefix = new DataView(file.read(at, at + 8).buffer);
    if (prefix.getInt32(0, true) !== CONTINUATION) throw corrupt(label, `no message begins at byte ${at}`);
    const length = prefix.getInt32(4, true);
    if (length === 0) break;
    const bodyStart = at + 8 + length;
    if (length < 0 || bodyStart > size)
      throw corrupt(label, `the message at byte ${at} is said to have ${length} bytes`);
    const message = toMessage(file.read(at + 8, bodyStart), bodyStart, size, label);
    if (message.kind === "schema") schema ??= message.header;
    else messages.push(message);
    at = bodyStart + message.bodyLength;
  }
  if (!schema) throw corrupt(label, "it has no schema");
  return { schema, messages };
}

function toMessage(bytes: Uint8Array, bodyStart: number, end: number, label: string): IpcMessage {
  const message = FlatTable.root(bytes);
  const header = message.table(2);
  const bodyLength = message.size(3);
  if (!header) throw corrupt(label, "a message has no header");
  if (bodyStart + bodyLength > end) {
    throw corrupt(
      label,
      `a message body is said to have ${bodyLength} bytes from byte ${bodyStart} of ${end}`,
    );
  }
  return { kind: KINDS[message.int8(1)] ?? "other", header, bodyStart, bodyLength };
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
