import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { loadH5 } from "#src/formats/pandas-hdf/library/h5-library.js";
import type { Extent } from "#src/formats/pandas-hdf/object-header.js";
import { lookup3 } from "#src/formats/pandas-hdf/own-reader/checksum.js";
import { Random } from "../../fuzz/random.js";
import { drawn, propertyRuns } from "../../property-runs.js";
import { scratchFolder } from "../../scratch-folder.js";
import { type Answers, libraryAnswers, plainAnswers } from "./own-reader-answers.js";

const FOLDER = "data-fixtures";
const scratch = scratchFolder();

describe("a damaged file: the plain reader steps aside or says what libhdf5 says", () => {
  it("checksums are those of libhdf5", () => {
    expect(lookup3(Buffer.from("Four score and seven years ago"))).toBe(0x17770551);
    expect(lookup3(Buffer.from(""))).toBe(0xdeadbeef);
  });

  it.each([
    ["hdf5/fixed_one_row.pd15.h5", 100],
    ["hdf5/fixed_mixed_blocks.pd15.h5", 30],
    ["hdf5/fixed_one_row.pd23.h5", 80],
    ["hdf5/fixed_mixed_blocks.pd23.h5", 50],
  ])(
    "%s",
    async (name, runs) => {
      const original = readFileSync(join(FOLDER, name));
      const whole = plainAnswers(ByteFile.of(join(FOLDER, name)));
      const { seed, numRuns } = propertyRuns(20_26, runs);
      const path = join(scratch, "damaged.h5");
      const places = structureOf(original, whole);
      let [partly, wholly] = [0, 0];
      for (let k = 0; k < numRuns; k++) {
        const random = Random.of(seed, 0, k);
        const mutant = Buffer.from(original);
        const what = damage(mutant, places, random);
        writeFileSync(path, mutant);
        await loadH5();
        const file = ByteFile.of(path);
        const plain = plainAnswers(file);
        if (plain.size === 0) continue;
        if (plain.size === whole.size) wholly++;
        else partly++;
        expect(libraryAnswers(file, plain), `mutant ${k}: ${what}`).toEqual(plain);
      }
      expect(partly).toBeGreaterThan(numRuns / 10);
      expect(wholly).toBeGreaterThan(numRuns / 20);
    },
    drawn(60_000),
  );
});

/** The bytes of a file that are not values of datasets: those that are not 0 twice, being the more telling ones. */
function structureOf(bytes: Buffer, whole: Answers): readonly number[] {
  const extents = [...whole]
    .filter(([asked]) => asked.startsWith("extent"))
    .map(([, { value }]) => value as Extent);
  const isValue = (at: number) =>
    extents.some(({ position, bytes }) => at >= position && at < position + bytes);
  const places = Array.from(bytes.keys()).filter((at) => !isValue(at));
  const [zeros, others] = [places.filter((at) => bytes[at] === 0), places.filter((at) => bytes[at] !== 0)];
  return [...zeros.filter((_, i) => i % Math.ceil(zeros.length / others.length) === 0), ...others, ...others];
}

/** Changes a few bytes at one place or two, and tells which. */
function damage(bytes: Buffer, places: readonly number[], random: Random): string {
  const done = Array.from({ length: random.between(1, 2) }, () => {
    const at = random.pick(places);
    const most = bytes.length - at;
    const before = bytes.subarray(at, at + 8).toString("hex");
    switch (random.below(5)) {
      case 0:
        bytes[at]! ^= 1 << random.below(8);
        break;
      case 1:
        bytes[at] = random.below(256);
        break;
      case 2:
        bytes[at] = bytes[at]! + random.pick([-8, -1, 1, 8]);
        break;
      case 3:
        bytes.fill(random.pick([0, 1, 0x7f, 0xff]), at, at + Math.min(most, random.pick([2, 4, 8])));
        break;
      default: // another address, size or message
        bytes.copy(bytes, at, random.pick(places), random.pick(places) + random.pick([2, 8, 40]));
    }
    return `${at}: ${before} to ${bytes.subarray(at, at + 8).toString("hex")}`;
  });
  if (random.below(3) > 0) repairChecksums(bytes);
  return done.join(", ");
}

/** Gives newer structures the checksums that they should have, so that other checks are met. */
function repairChecksums(bytes: Buffer): void {
  const repair = (first: number, end: number, data = bytes.subarray(first, end)) => {
    if (first >= 0 && end + 4 <= bytes.length) bytes.writeUInt32LE(lookup3(data), end);
  };
  for (const at of found(bytes, "OHDR")) {
    const sizeBytes = 1 << (bytes[at + 5]! & 1);
    repair(at, at + 22 + sizeBytes + bytes.readUIntLE(at + 22, sizeBytes)); // 22: there are times
  }
  for (const at of found(bytes, "BTHD")) {
    repair(at, at + 34);
    const leaf = bytes.readUIntLE(at + 16, 6);
    repair(leaf, leaf + 6 + bytes.readUInt16LE(at + 24) * bytes.readUInt16LE(at + 10));
  }
  for (const at of found(bytes, "FRHP")) {
    repair(at, at + 142);
    const block = bytes.readUIntLE(at + 132, 6);
    const checksum = block + 13 + Math.ceil(bytes.readUInt16LE(at + 128) / 8);
    const whole = Buffer.from(bytes.subarray(block, block + bytes.readUIntLE(at + 112, 6)));
    if (checksum + 4 > block + whole.length) continue;
    repair(block, checksum, whole.fill(0, checksum - block, checksum - block + 4));
  }
}

/** Where a signature stands, with some room behind. */
function found(bytes: Buffer, signature: string): number[] {
  return Array.from(bytes.keys()).filter(
    (at) => at + 160 < bytes.length && bytes.toString("latin1", at, at + 4) === signature,
  );
}
