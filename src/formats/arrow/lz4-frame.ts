const MAGIC = 0x184d2204;

/**
 * Decompresses an LZ4 frame (lz4_Frame_format.md, version 1) of `length` bytes. Checksums are skipped.
 * @throws RangeError where the frame is damaged or does not give `length` bytes
 */
export function decompressLz4Frame(bytes: Uint8Array, length: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError("no LZ4 frame");
  const flags = view.getUint8(4);
  const hasBlockChecksum = (flags & 0x10) !== 0;
  if (flags >> 6 !== 1) throw new RangeError(`LZ4 frame version ${flags >> 6}`);
  // magic, flags, block size, content size, dictionary id, header checksum
  let at = 4 + 2 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0) + 1;
  const out = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (at + size > bytes.length) throw new RangeError("an LZ4 block ends beyond its frame");
    const block = bytes.subarray(at, at + size);
    if (word >>> 31) {
      out.set(block, filled);
      filled += size;
    } else {
      filled = decompressBlock(block, out, filled);
    }
    at += size + (hasBlockChecksum ? 4 : 0);
  }
  if (filled !== length) throw new RangeError(`an LZ4 frame of ${filled} bytes instead of ${length}`);
  return out;
}

/** Appends one block to `out` at `filled`; matches may reach back into the blocks before. Returns the new end. */
function decompressBlock(block: Uint8Array, out: Uint8Array, filled: number): number {
  let [from, to] = [0, filled];
  while (from < block.length) {
    const token = block[from++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && from < block.length) literals += more = block[from++]!;
    }
    if (from + literals > block.length || to + literals > out.length)
      throw new RangeError("LZ4 literals run over");
    if (literals < 32) for (let i = 0; i < literals; i++) out[to + i] = block[from + i]!;
    else out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === block.length) return to; // the last sequence has no match
    const distance = block[from]! | (block[from + 1]! << 8);
    from += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more = 255;
      while (more === 255 && from < block.length) match += more = block[from++]!;
    }
    if (distance === 0 || distance > to || to + match > out.length)
      throw new RangeError("an LZ4 match runs over");
    for (let i = 0; i < match; i++, to++) out[to] = out[to - distance]!;
  }
  return to;
}
