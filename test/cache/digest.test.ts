import { describe, expect, it } from "vitest";
import { digest } from "#src/cache/digest.js";

/** MurmurHash3_x64_128 as its source has it, in whole numbers of any size. */
function murmur(bytes: Uint8Array): string {
  const cut = (x: bigint) => BigInt.asUintN(64, x);
  const turn = (x: bigint, by: bigint) => cut(x << by) | (x >> (64n - by));
  const [c1, c2] = [0x87c37b91114253d5n, 0x4cf5ad432745937fn];
  const low = (k: bigint) => cut(turn(cut(k * c1), 31n) * c2);
  const high = (k: bigint) => cut(turn(cut(k * c2), 33n) * c1);
  const word = (first: number, last: number) =>
    bytes.subarray(first, last).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let [h1, h2] = [0n, 0n];
  let at = 0;
  for (; at + 16 <= bytes.length; at += 16) {
    h1 = cut(cut(turn(h1 ^ low(word(at, at + 8)), 27n) + h2) * 5n + 0x52dce729n);
    h2 = cut(cut(turn(h2 ^ high(word(at + 8, at + 16)), 31n) + h1) * 5n + 0x38495ab5n);
  }
  h2 ^= high(word(at + 8, at + 16)) ^ BigInt(bytes.length);
  h1 ^= low(word(at, at + 8)) ^ BigInt(bytes.length);
  h1 = cut(h1 + h2);
  h2 = cut(h2 + h1);
  const mixed = (h: bigint) => {
    h = cut((h ^ (h >> 33n)) * 0xff51afd7ed558ccdn);
    h = cut((h ^ (h >> 33n)) * 0xc4ceb9fe1a85ec53n);
    return h ^ (h >> 33n);
  };
  [h1, h2] = [mixed(h1), mixed(h2)];
  h1 = cut(h1 + h2);
  h2 = cut(h2 + h1);
  const out = Buffer.alloc(16);
  out.writeBigUInt64LE(h1, 0);
  out.writeBigUInt64LE(h2, 8);
  return out.toString("hex");
}

describe("digest", () => {
  it("is MurmurHash3_x64_128", () => {
    expect(digest("The quick brown fox jumps over the lazy dog")).toBe("6c1b07bc7bbc4be347939ac4a93c437a");
    expect(digest("\u00e9t\u00e9")).toBe(murmur(Buffer.from("\u00e9t\u00e9")));
    const bytes = Uint8Array.from({ length: 70 }, (_, i) => (i * 151 + 7) & 255);
    for (let length = 0; length <= bytes.length; length++) {
      const some = bytes.subarray(0, length);
      expect(digest(some), `${length} bytes`).toBe(murmur(some));
    }
  });
});
