import type { Frame } from "./frame/frame.js";
import { columnMoments } from "./kernels/column-moments.js";
import { placeOf, type StepAccount } from "./pipeline.js";
import type { Segment } from "./segments/resolve-segments.js";
import { type Sessions, sessionsIn } from "./segments/span.js";

/** What a column is like in a segment; NaN where it has no number. */
export interface ColumnFigures {
  readonly name: string;
  /** The share of rows that have a number. */
  readonly coverage: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** How far the mean lies from that of "train", in its standard deviations; undefined for "train" itself. */
  readonly drift: number | undefined;
}

/** What a segment of a training set holds. */
export interface SegmentAccount {
  readonly segment: string;
  readonly view: string;
  readonly rows: number;
  readonly sessions: number;
  /** The fewest and the most rows of a session. */
  readonly rowsPerSession: readonly [least: number, most: number];
  /** Sessions left out for the labels' sake. */
  readonly purged: number;
  readonly features: readonly ColumnFigures[];
  readonly labels: readonly ColumnFigures[];
}

/** What a training set holds, and what was left out of it. */
export interface TrainingAccount {
  readonly segments: readonly SegmentAccount[];
  /** What each processor did, by its place. */
  readonly steps: readonly (Omit<StepAccount["tally"], "remarks"> & {
    readonly place: string;
    readonly kind: string;
    readonly remarks: readonly string[];
  })[];
  /** Features that have one value alone in "train", or the first segment. */
  readonly constant: readonly string[];
  /** Features that are equal cell by cell. */
  readonly duplicates: readonly (readonly [name: string, other: string])[];
  readonly notes: readonly string[];
}

/** A segment with the view that models read it in. */
export interface AccountedSegment {
  readonly segment: Segment;
  readonly view: string;
  readonly frame: Frame;
}

export function accountOf(
  segments: readonly AccountedSegment[],
  steps: readonly StepAccount[],
  notes: readonly string[],
): TrainingAccount {
  const figured = segments.map((own) => ({ own, ...sessionsOf(own) }));
  const train = figured.find(({ own }) => own.segment.name === "train") ?? figured[0]!;
  const [features, labels] = [
    figuresOf(train.own.frame, "feature", train),
    figuresOf(train.own.frame, "label", train),
  ];
  const accounts = figured.map(({ own, first, last }): SegmentAccount => {
    const { index } = own.frame;
    const counts = Array.from(
      { length: last - first },
      (_, s) => index.startOf(first + s + 1) - index.startOf(first + s),
    );
    const isTrain = own === train.own;
    const drifted = (group: string, base: readonly ColumnFigures[]) =>
      figuresOf(own.frame, group, { first, last }).map((figures, c) => ({
        ...figures,
        drift: isTrain ? undefined : (figures.mean - base[c]!.mean) / base[c]!.std,
      }));
    return {
      segment: own.segment.name,
      view: own.view,
      rows: index.startOf(last) - index.startOf(first),
      sessions: last - first,
      rowsPerSession: [Math.min(...counts), Math.max(...counts)],
      purged: own.segment.purged + own.segment.embargoed,
      features: drifted("feature", features),
      labels: drifted("label", labels),
    };
  });
  return {
    segments: accounts,
    steps: steps.map(({ list, position, processor, tally }) => ({
      place: placeOf(list, position),
      kind: processor.kind,
      ...tally,
    })),
    constant: features.filter(({ min, max }) => min === max).map(({ name }) => name),
    duplicates: duplicatesOf(train.own.frame, train, features),
    notes,
  };
}

function sessionsOf({ segment, frame }: AccountedSegment): Sessions {
  return sessionsIn(frame.index, { startNs: segment.firstNs, endNs: segment.lastNs });
}

function figuresOf(frame: Frame, group: string, { first, last }: Sessions): ColumnFigures[] {
  const block = frame.blocks.get(group);
  if (!block) return [];
  const rows = { first: frame.index.startOf(first), last: frame.index.startOf(last) };
  const { count, mean, std, min, max } = columnMoments(block.cells(), block.width, rows);
  return block.names.map((name, c) => ({
    name,
    coverage: rows.last === rows.first ? 0 : count[c]! / (rows.last - rows.first),
    mean: mean[c]!,
    std: std[c]!,
    min: min[c]!,
    max: max[c]!,
    drift: undefined,
  }));
}

/** Pairs of columns whose figures are the same to the last bit are compared cell by cell. */
function duplicatesOf(
  frame: Frame,
  { first, last }: Sessions,
  figures: readonly ColumnFigures[],
): [string, string][] {
  const block = frame.blocks.get("feature");
  if (!block) return [];
  const alike = new Map<string, number>();
  const found: [string, string][] = [];
  const [from, to] = [frame.index.startOf(first), frame.index.startOf(last)];
  for (const [c, { name, coverage, mean, std, min, max }] of figures.entries()) {
    const key = [coverage, mean, std, min, max].join(" ");
    const other = alike.get(key);
    if (other === undefined) alike.set(key, c);
    else if (sameCells(block.cells(), block.width, from, to, other, c))
      found.push([block.names[other]!, name]);
  }
  return found;
}

function sameCells(
  cells: ArrayLike<number>,
  width: number,
  from: number,
  to: number,
  a: number,
  b: number,
): boolean {
  for (let row = from; row < to; row++) {
    if (!Object.is(cells[row * width + a], cells[row * width + b])) return false;
  }
  return true;
}
