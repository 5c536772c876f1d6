import { DataServiceError } from "../errors.js";
import { formatNs } from "../time.js";
import { checkColumns } from "./check-columns.js";
import { checkLists, findLeaks, judgeLeaks } from "./check-leaks.js";
import { type RawColumns, readFrame, refuseCancelled } from "./frame/load-frame.js";
import { type FittedStep, type ProcessorLists, runPipeline, type Views } from "./pipeline.js";
import { isFitted } from "./processors/kinds.js";
import type { Processor, Span } from "./processors/processor.js";
import { type Gaps, resolveSegments, TRAIN } from "./segments/resolve-segments.js";
import type { Allowance, TrainingRequest } from "./training-request.js";
import { TrainingSet } from "./training-set.js";

/** Everything a training set needs, whoever asked for it. */
export interface TrainingPlan
  extends Pick<TrainingRequest, "segments" | "type" | "keepRaw" | "onProgress" | "signal"> {
  readonly source: string;
  readonly columns: RawColumns;
  readonly calendar: BigInt64Array;
  readonly gaps: Gaps;
  readonly lookAhead: number | undefined;
  readonly processors: ProcessorLists;
  readonly allow: readonly Allowance[];
  readonly fitted: readonly FittedStep[] | undefined;
}

/**
 * Loads the columns, runs the processors and places the segments.
 * @throws DataServiceError bad-request (leaks, empty segments, labels without a number), over-budget, cancelled
 */
export async function makeTrainingSet(plan: TrainingPlan): Promise<TrainingSet> {
  const { columns, calendar, source } = plan;
  const segments = resolveSegments(calendar, plan.segments, plan.gaps);
  if (columns.index.rowCount === 0) {
    const problem = `${source} has no row in the universe and dates asked for; its sessions are ${calendarText(calendar)}`;
    throw new DataServiceError("bad-request", problem, { count: 0 });
  }
  const train = segments.get(TRAIN);
  const processors = withFits(plan.processors, train?.span);
  checkLists(processors);
  const told = judgeLeaks(findLeaks(processors, train), plan.allow);
  const total = columns.index.rowCount;
  const frame = await readFrame(
    columns,
    plan.type ?? "float32",
    (done) => plan.onProgress?.({ stage: "load", done, total }),
    plan.signal,
  );
  told.push(...checkColumns(frame, segments, plan.allow));
  const views = runPipeline(frame, processors, {
    keepRaw: plan.keepRaw ?? false,
    fitted: plan.fitted,
    onStep: (done, all, what) => {
      refuseCancelled(plan.signal);
      plan.onProgress?.({ stage: "process", done, total: all, what });
    },
  });
  refuseLonely(views, processors, plan.allow);
  const notes = [...columns.notes, ...told, ...views.steps.flatMap(({ tally }) => tally.remarks)];
  return new TrainingSet({ source, views, segments, processors, calendar, lookAhead: plan.lookAhead, notes });
}

/** What is to be fitted and does not say on what is fitted on the segment "train". */
function withFits(lists: ProcessorLists, train: Span | undefined): ProcessorLists {
  const fitted = (processor: Processor): Processor =>
    train !== undefined &&
    isKnown(processor) &&
    isFitted(processor) &&
    (processor as { fit?: Span }).fit === undefined
      ? ({ ...processor, fit: train } as Processor)
      : processor;
  return {
    ...lists,
    shared: lists.shared?.map(fitted),
    infer: lists.infer?.map(fitted),
    learn: lists.learn?.map(fitted),
  };
}

function isKnown(processor: Processor): boolean {
  try {
    isFitted(processor);
    return true;
  } catch {
    return false; // told of when the lists are checked
  }
}

const CROSS_SECTIONAL: ReadonlySet<Processor["kind"]> = new Set(["CSZScoreNorm", "CSRankNorm"]);

/** A cross-section of one has no deviation, and only one rank. @throws DataServiceError bad-request */
function refuseLonely(views: Views, lists: ProcessorLists, allow: readonly Allowance[]): void {
  const { index } = views.infer;
  if (index.instruments.length > 1 || allow.includes("single-instrument")) return;
  const own = [...(lists.shared ?? []), ...(lists.infer ?? []), ...(lists.learn ?? [])];
  const kind = own.find((processor) => CROSS_SECTIONAL.has(processor.kind))?.kind;
  if (kind === undefined) return;
  const problem = `${kind} compares the instruments of a session, and there is only "${index.instruments[0]}"; take more instruments, leave it out, or allow: ["single-instrument"]`;
  throw new DataServiceError("bad-request", problem, { field: kind });
}

function calendarText(calendar: BigInt64Array): string {
  return calendar.length === 0 ? "none" : `${formatNs(calendar[0]!)} .. ${formatNs(calendar.at(-1)!)}`;
}
