import type { Mutation } from "./byte-mutations.js";

const CELLS = [
  "",
  '"',
  '""',
  '"open',
  "NaN",
  "inf",
  "-1e999",
  "9999-99-99",
  "2020-02-30",
  "0001-01-01",
  "9999-12-31",
  "16777216",
  "\0",
  "__proto__",
  "\u202e000001.SZ",
  "x".repeat(70_000),
  "1".repeat(400),
  "=cmd()",
  "../../etc/passwd",
];

/** Puts a hostile text in the place of one field of one line. */
const field: Mutation = (bytes, random) => {
  const lines = bytes.toString("latin1").split("\n");
  const row = random.below(lines.length);
  const separator = lines[row]!.includes("\t") ? "\t" : ",";
  const cells = lines[row]!.split(separator);
  const at = random.below(cells.length);
  const cell = random.pick(CELLS);
  cells[at] = Buffer.from(cell).toString("latin1");
  lines[row] = cells.join(separator);
  const shown = JSON.stringify(cell.slice(0, 20));
  return { bytes: Buffer.from(lines.join("\n"), "latin1"), what: `line ${row}, field ${at}: ${shown}` };
};

/** Repeats, drops or swaps lines, or gives one more or fewer fields. */
const line: Mutation = (bytes, random) => {
  const lines = bytes.toString("latin1").split("\n");
  const [a, b] = [random.below(lines.length), random.below(lines.length)];
  const kind = random.pick([
    "repeated",
    "dropped",
    "swapped",
    "longer",
    "shorter",
    "carriage return",
  ] as const);
  if (kind === "repeated") lines.splice(b, 0, lines[a]!);
  else if (kind === "dropped") lines.splice(a, 1);
  else if (kind === "swapped") [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  else if (kind === "longer") lines[a] += ",1,2";
  else if (kind === "shorter") lines[a] = lines[a]!.slice(0, lines[a]!.length >> 1);
  else lines[a] += "\r";
  return { bytes: Buffer.from(lines.join("\n"), "latin1"), what: `lines ${a} and ${b} ${kind}` };
};

export const textMutations: readonly Mutation[] = [field, line];

const POSITIONS = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1e9, 16_777_216, 290, 291, 0, -0, 3e38];

/** A qlib field file: its first float, the calendar position of the second. */
export const binMutations: readonly Mutation[] = [
  (bytes, random) => {
    const position = random.pick(POSITIONS);
    const out = Buffer.from(bytes);
    if (out.length < 4) return undefined;
    out.writeFloatLE(position, 0);
    return { bytes: out, what: `first position made ${position}` };
  },
];
