import { inRegions, type Mutation, type Region } from "./byte-mutations.js";

/** The flatbuffers of an IPC file or stream (schema, batches, footer), and what lies between them. */
function structures(bytes: Buffer): Region[] {
  const regions: Region[] = [];
  for (let at = bytes.indexOf("\xff\xff\xff\xff", 0, "latin1"); at >= 0 && at + 8 <= bytes.length; ) {
    const length = bytes.readInt32LE(at + 4);
    const whole = length > 0 && at % 8 === 0 && at + 8 + length <= bytes.length;
    if (whole) regions.push({ first: at, last: at + 8 + length, what: "message" });
    const next = whole ? at + 8 + length : at + 4;
    at = bytes.indexOf("\xff\xff\xff\xff", next, "latin1");
    if (whole && at > next) regions.push({ first: next, last: at, what: "body" });
  }
  if (bytes.toString("latin1", 0, 6) === "ARROW1" && bytes.length > 20) {
    const last = bytes.length - 10;
    regions.push({ first: Math.max(8, last - bytes.readInt32LE(last)), last: last + 4, what: "footer" });
  }
  return regions;
}

export const arrowMutations: readonly Mutation[] = [inRegions(structures)];
