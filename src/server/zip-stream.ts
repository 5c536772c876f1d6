import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createDeflateRaw } from "node:zlib";

/** What a folder's archive holds: files only, links are not followed. */
export interface ZipEntry {
  /** With slashes, below the folder. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

/** The files of a folder in the order of their names, as Python's sorted walk gives them. */
export async function filesBelow(folder: string, below = ""): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  const listed = await readdir(join(folder, below), { withFileTypes: true });
  listed.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of listed) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) entries.push(...(await filesBelow(folder, name)));
    else if (entry.isFile()) {
      const path = join(folder, name);
      entries.push({ name, path, size: (await lstat(path)).size });
    }
  }
  return entries;
}

const [UTF8_WITH_DESCRIPTOR, DEFLATED, VERSION] = [0x0808, 8, 20];
/** 1 January 1980, so that the same files give the same bytes. */
const DATE = 0x21;

interface Written {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** A ZIP archive of files, made while it is sent: in the memory of one block, whatever they hold. */
export async function* zipStream(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const head = Buffer.concat([localHeader(name), name]);
    yield head;
    let [crc, size, packed] = [0, 0, 0];
    const source = createReadStream(entry.path);
    const deflate = source.pipe(createDeflateRaw());
    source.on("data", (chunk) => {
      crc = crc32(chunk as Buffer, crc);
      size += chunk.length;
    });
    source.on("error", (error) => deflate.destroy(error));
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      packed += chunk.length;
      yield chunk;
    }
    const descriptor = words(0x08074b50, crc, packed, size);
    yield descriptor;
    written.push({ name, offset, crc, packed, size });
    offset += head.length + packed + descriptor.length;
  }
  const directory = Buffer.concat(written.map(directoryEntry));
  yield directory;
  yield endRecord(written.length, directory.length, offset);
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(UTF8_WITH_DESCRIPTOR, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt16LE(name.length, 26);
  return header;
}

function directoryEntry({ name, offset, crc, packed, size }: Written): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(UTF8_WITH_DESCRIPTOR, 8);
  entry.writeUInt16LE(DEFLATED, 10);
  entry.writeUInt16LE(DATE, 14);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(packed, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(offset, 42);
  return Buffer.concat([entry, name]);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Node's own came with 20.15. */
function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) crc = CRC_TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
