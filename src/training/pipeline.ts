import { DataServiceError } from "../errors.js";
import type { Frame } from "./frame/frame.js";
import type { FittedVectors } from "./processors/fitted.js";
import { newTally, type Tally } from "./processors/kind.js";
import { isFitted, kindOf } from "./processors/kinds.js";
import type { Processor, Span } from "./processors/processor.js";
import { parseSpan, sessionsIn, spanText } from "./segments/span.js";

/** The lists of processors: for all views but raw, for inference, and for training. */
export type ListName = "shared" | "infer" | "learn";

/** Processors as qlib's DataHandlerLP has them. */
export interface ProcessorLists {
  /** For all views but raw, before the others. */
  readonly shared?: readonly Processor[] | undefined;
  /** For inference; they may not use what is not known then. */
  readonly infer?: readonly Processor[] | undefined;
  /** For learning. */
  readonly learn?: readonly Processor[] | undefined;
  /** What `learn` begins with: the rows as `infer` leaves them (`append`, the default), or as `shared` does (`independent`). */
  readonly mode?: "append" | "independent" | undefined;
  /** Whether each is fitted on what the one before left (`sequential`, the default), or all on the raw rows (`raw`). */
  readonly fit?: "sequential" | "raw" | undefined;
}

/** What a fitted processor was fitted on, and what that gave. */
export interface FittedStep extends FittedVectors {
  readonly list: ListName;
  readonly position: number;
  readonly kind: Processor["kind"];
  readonly span: Span;
  readonly rowCount: number;
  readonly sessionCount: number;
}

/** What became of a frame in one step. */
export interface StepAccount {
  readonly list: ListName;
  readonly position: number;
  readonly processor: Processor;
  readonly tally: Tally;
}

export interface Views {
  /** Undefined unless it was asked to be kept. */
  readonly raw: Frame | undefined;
  readonly infer: Frame;
  readonly learn: Frame;
  readonly fitted: readonly FittedStep[];
  readonly steps: readonly StepAccount[];
}

export interface PipelineOptions {
  /** Keeps the frame as it was given; without, its memory becomes that of the views. */
  readonly keepRaw: boolean;
  /** Applies these in place of fitting. */
  readonly fitted?: readonly FittedStep[] | undefined;
  readonly onStep?: ((done: number, total: number, what: string) => void) | undefined;
}

const LISTS: readonly ListName[] = ["shared", "infer", "learn"];

/** The place of a processor as errors name it. */
export function placeOf(list: ListName, position: number): string {
  return `processors.${list}[${position}]`;
}

/**
 * The views of a raw frame, as qlib's DataHandlerLP makes them (`fit_process_data`, `process_data`). The three share what
 * is the same in them.
 * @throws DataServiceError bad-request (a fit without rows), unknown-field
 */
export function runPipeline(raw: Frame, lists: ProcessorLists, options: PipelineOptions): Views {
  const total = LISTS.reduce((sum, list) => sum + (lists[list]?.length ?? 0), 0);
  const fitted: FittedStep[] = [];
  const steps: StepAccount[] = [];
  const early = lists.fit === "raw" && !options.fitted ? fitAll(raw, lists) : options.fitted;

  const run = (frame: Frame, list: ListName): Frame => {
    for (const [position, processor] of (lists[list] ?? []).entries()) {
      options.onStep?.(steps.length, total, processor.kind);
      const own = isFitted(processor) ? fittedStep(frame, list, position, processor, early) : undefined;
      if (own) fitted.push(own);
      const tally = newTally();
      tally.remarks.push(...(own?.remarks ?? []));
      kindOf(processor).apply(frame, processor as never, tally, own);
      steps.push({ list, position, processor, tally });
    }
    return frame;
  };

  const shared = run(options.keepRaw ? raw.share() : raw, "shared");
  const isAppended = (lists.mode ?? "append") === "append";
  const infer = run(isAppended ? shared : shared.share(), "infer");
  const learn = run(isAppended ? infer.share() : shared, "learn");
  return { raw: options.keepRaw ? raw : undefined, infer, learn, fitted, steps };
}

function fitAll(raw: Frame, lists: ProcessorLists): FittedStep[] {
  return LISTS.flatMap((list) =>
    (lists[list] ?? []).flatMap((processor, position) =>
      isFitted(processor) ? [fitStep(raw, list, position, processor)] : [],
    ),
  );
}

function fittedStep(
  frame: Frame,
  list: ListName,
  position: number,
  processor: Processor,
  early: readonly FittedStep[] | undefined,
): FittedStep {
  if (!early) return fitStep(frame, list, position, processor);
  const known = early.find((step) => step.list === list && step.position === position);
  if (known && known.kind === processor.kind) return known;
  const found = known ? `that of ${known.kind}` : "none";
  const problem = `${placeOf(list, position)} (${processor.kind}): the fitted state has ${found} for it; it was made for other processors`;
  throw new DataServiceError("bad-request", problem);
}

function fitStep(frame: Frame, list: ListName, position: number, processor: Processor): FittedStep {
  const what = `${placeOf(list, position)} (${processor.kind})`;
  const span = (processor as { readonly fit?: Span }).fit;
  if (span === undefined) {
    throw new DataServiceError(
      "bad-request",
      `${what}: there is no span to fit it on; give fit: [start, end]`,
    );
  }
  const { index } = frame;
  const sessions = sessionsIn(index, parseSpan(span, `${what}: fit`));
  const rows = { first: index.startOf(sessions.first), last: index.startOf(sessions.last) };
  if (rows.first === rows.last) {
    const problem = `${what}: no row lies in its fit, ${spanText(span)}; the sessions there are ${index.spanText()}`;
    throw new DataServiceError("bad-request", problem, { count: 0 });
  }
  const vectors = kindOf(processor).fit!(frame, processor as never, rows);
  const [rowCount, sessionCount] = [rows.last - rows.first, sessions.last - sessions.first];
  return { list, position, kind: processor.kind, span, rowCount, sessionCount, ...vectors };
}
