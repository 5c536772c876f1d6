import { nearestName, suggestion } from "../../names/nearest.js";
import type { WorkflowValue } from "../../workflow/workflow-value.js";
import { EVERY_GROUP, type Fields } from "../frame/frame.js";
import { optionsOf, PROCESSOR_NAMES } from "../processors/kinds.js";
import type { Processor, ProcessorName, Span } from "../processors/processor.js";

/** Options of qlib's processors by their names there; others have the same meaning under `ARGUMENTS[name]`. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  fields_group: "fields",
  clip_outlier: "clipOutlier",
  method: "method",
  fill_value: "value",
  col_list: "columns",
  start_time: "start",
  end_time: "end",
  clip_feature_outlier: "clipFeatureOutlier",
  shrink_feature_outlier: "shrinkFeatureOutlier",
  fillna_feature: "fillnaFeature",
  clip_label_outlier: "clipLabelOutlier",
  fillna_label: "fillnaLabel",
};
const FIT_ARGUMENTS = ["fit_start_time", "fit_end_time"] as const;
/** What some take and nothing follows from. */
const IGNORED: ReadonlySet<string> = new Set(["freq"]);

/** Where qlib's default is not every group. */
const DEFAULT_FIELDS: Partial<Record<ProcessorName, Fields>> = { FilterCol: "feature", DropnaLabel: "label" };

/**
 * A processor of a workflow file (`class`, `kwargs`), with qlib's defaults: without `fields_group` it is for every column.
 * @param handlerFit the handler's fit window, which Alpha158 and Alpha360 put in place of each processor's own
 * @throws DataServiceError bad-request, unsupported, with the line
 */
export function processorOf(value: WorkflowValue, handlerFit?: Span): Processor {
  const place = value.kind === "text" ? value : value.at("class");
  const kind = place.asText().split(".").at(-1)!;
  if (!isProcessor(kind)) {
    throw place.refuse(`unknown processor "${kind}"${suggestion(nearestName(kind, PROCESSOR_NAMES))}`);
  }
  const options = optionsOf(kind);
  const kwargs = value.kind === "text" ? undefined : value.get("kwargs");
  const made: Record<string, unknown> = { kind };
  if (options.includes("fields")) made.fields = DEFAULT_FIELDS[kind] ?? EVERY_GROUP;
  const fits = options.includes("fit");
  for (const [key, own] of kwargs && !kwargs.isNull ? kwargs.entries() : []) {
    if (IGNORED.has(key) || (fits && (FIT_ARGUMENTS as readonly string[]).includes(key))) continue;
    const name = ARGUMENTS[key];
    if (name === undefined || !options.includes(name)) {
      const known = Object.keys(ARGUMENTS).filter((argument) => options.includes(ARGUMENTS[argument]!));
      throw own.refuse(`${kind} takes no "${key}"${suggestion(nearestName(key, known))}`, "bad-request");
    }
    if (!own.isNull) made[name] = own.toPlain();
    else if (name === "fields") made.fields = EVERY_GROUP;
  }
  if (fits) made.fit = handlerFit ?? fitOf(value, kwargs, kind);
  return made as unknown as Processor;
}

function fitOf(value: WorkflowValue, kwargs: WorkflowValue | undefined, kind: string): Span {
  const [start, end] = FIT_ARGUMENTS.map((key) => {
    const own = kwargs && !kwargs.isNull ? kwargs.get(key) : undefined;
    if (!own) throw value.refuse(`${kind} has no ${key}; give one, null where it is open`, "bad-request");
    return own.isNull ? null : own.asText();
  });
  return [start!, end!];
}

function isProcessor(kind: string): kind is ProcessorName {
  return (PROCESSOR_NAMES as readonly string[]).includes(kind);
}
