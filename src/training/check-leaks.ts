import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { EVERY_GROUP } from "./frame/frame.js";
import { type ProcessorLists, placeOf } from "./pipeline.js";
import { checkProcessor, isFitted, kindOf } from "./processors/kinds.js";
import type { Processor, Span } from "./processors/processor.js";
import type { Segment } from "./segments/resolve-segments.js";
import { parseSpan, spanText } from "./segments/span.js";
import type { Allowance } from "./training-request.js";

/** What a processor list would do that a model must not profit from; each is an error unless it is allowed by name. */
export interface Leak {
  readonly allowance: Allowance;
  readonly problem: string;
}

/** Kinds that only choose rows or columns by what a label is called, not by what it holds. */
const LOOKS_AT_NO_CELL: ReadonlySet<Processor["kind"]> = new Set([
  "DropCol",
  "FilterCol",
  "HashStockFormat",
  "TimeRangeFlt",
]);

const LIST_KEYS: RequestKeys<ProcessorLists> = {
  shared: true,
  infer: true,
  learn: true,
  mode: true,
  fit: true,
};

/** @throws DataServiceError bad-request for what is no processor, or may never be in its list */
export function checkLists(lists: ProcessorLists): void {
  checkKeys(lists, LIST_KEYS, "processors");
  checkChoice(lists.mode ?? "append", ["append", "independent"], "processors.mode");
  checkChoice(lists.fit ?? "sequential", ["sequential", "raw"], "processors.fit");
  for (const list of ["shared", "infer", "learn"] as const) {
    for (const [position, processor] of (lists[list] ?? []).entries()) {
      const what = placeOf(list, position);
      checkProcessor(processor, what);
      if (list === "learn" || !kindOf(processor).learnOnly) continue;
      const problem = `${what}: ${processor.kind} is for learning only, as labels are not known in inference; put it in processors.learn`;
      throw new DataServiceError("bad-request", problem, { field: processor.kind });
    }
  }
}

/** @param train the segment that fits should stay in; nothing is said of fits where there is none */
export function findLeaks(lists: ProcessorLists, train: Segment | undefined): Leak[] {
  const leaks: Leak[] = [];
  for (const list of ["shared", "infer", "learn"] as const) {
    for (const [position, processor] of (lists[list] ?? []).entries()) {
      const what = `${placeOf(list, position)} (${processor.kind})`;
      if (list !== "learn" && touchesLabels(processor)) {
        const problem = `${what} is for the labels too, which inference does not know; give it fields: "feature"`;
        leaks.push({ allowance: "labels-in-infer", problem });
      }
      if (!train || !isFitted(processor)) continue;
      const { fit } = processor as { readonly fit?: Span };
      if (fit === undefined) continue;
      const { startNs, endNs } = parseSpan(fit, `${what}: fit`);
      const [own] = [parseSpan(train.span, "segments.train")];
      const early = own.startNs !== undefined && (startNs === undefined || startNs < own.startNs);
      const late = own.endNs !== undefined && (endNs === undefined || endNs > own.endNs);
      if (!early && !late) continue;
      const problem = `${what} is fitted on ${spanText(fit)}, which reaches ${late ? "past" : "before"} the segment "train" (${spanText(train.span)}); leave fit out to fit it on "train"`;
      leaks.push({ allowance: "fit-outside-train", problem });
    }
  }
  return leaks;
}

function touchesLabels(processor: Processor): boolean {
  if (LOOKS_AT_NO_CELL.has(processor.kind)) return false;
  if (processor.kind === "ConfigSectionProcessor") return true;
  if (!("fields" in processor) || processor.fields === undefined) return false;
  const fields = typeof processor.fields === "string" ? [processor.fields] : processor.fields;
  return fields.some((field) => field === EVERY_GROUP || field === "label");
}

/** @throws DataServiceError bad-request for the first leak that is not allowed; what is allowed is told */
export function judgeLeaks(leaks: readonly Leak[], allow: readonly Allowance[]): string[] {
  for (const { allowance, problem } of leaks) {
    if (allow.includes(allowance)) continue;
    const advice = `, or allow: ["${allowance}"] to do it all the same`;
    throw new DataServiceError("bad-request", problem + advice, { field: allowance });
  }
  return leaks.map(({ problem }) => `allowed: ${problem}`);
}
