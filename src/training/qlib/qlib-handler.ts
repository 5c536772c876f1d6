import { alpha158 } from "../../factors/alpha158.js";
import { alpha360 } from "../../factors/alpha360.js";
import type { TimeInput } from "../../time.js";
import type { WorkflowValue } from "../../workflow/workflow-value.js";
import type { ProcessorLists } from "../pipeline.js";
import type { Processor, Span } from "../processors/processor.js";
import { DEFAULT_LABEL, factorsOf, type LoaderPlan, readLoader } from "./qlib-loaders.js";
import { processorOf } from "./qlib-processors.js";

/** A handler of a workflow file: which rows and columns, and what is done to them. */
export interface HandlerPlan {
  readonly instruments: WorkflowValue | undefined;
  readonly start: TimeInput | undefined;
  readonly end: TimeInput | undefined;
  readonly loader: LoaderPlan;
  readonly processors: ProcessorLists;
  /** Whether columns that stock Alpha158 asks of a provider without `$vwap` are all NaN, as in qlib. */
  readonly isStock: boolean;
}

const COMMON = [
  "instruments",
  "start_time",
  "end_time",
  "infer_processors",
  "learn_processors",
  "shared_processors",
  "process_type",
  "drop_raw",
  "data_loader",
  "fit_start_time",
  "fit_end_time",
  "init_data",
];
const STOCK = [...COMMON, "label", "filter_pipe", "inst_processors", "freq"];

const LEARN: readonly Processor[] = [{ kind: "DropnaLabel" }, { kind: "CSZScoreNorm", fields: "label" }];

/** @throws DataServiceError unsupported, bad-request, with the line, and what opening a file throws */
export async function readHandler(handler: WorkflowValue, folder: string): Promise<HandlerPlan> {
  const place = handler.at("class");
  const name = place.asText().split(".").at(-1)!;
  const kwargs = handler.at("kwargs");
  const isStock = name === "Alpha158" || name === "Alpha360";
  if (!isStock && name !== "DataHandlerLP") {
    throw place.refuse(`the handler "${name}" is not known; it is DataHandlerLP, Alpha158 or Alpha360`);
  }
  kwargs.checkKeys(isStock ? STOCK : COMMON);
  for (const key of ["filter_pipe", "freq"]) {
    const own = kwargs.get(key);
    const isDefault = !own || own.isNull || (own.kind === "text" && own.asText() === "day");
    if (!isDefault)
      throw own.refuse(
        `${key} of the handler is not honoured; give instruments: { market, filter_pipe }, and daily bars`,
      );
  }
  const fit = isStock ? stockFit(handler, kwargs) : undefined;
  const list = (key: string): Processor[] | undefined => {
    const own = kwargs.get(key);
    return own && !own.isNull ? own.items().map((item) => processorOf(item, fit)) : undefined;
  };
  const whole: Span = fit ?? [null, null];
  const infer360: Processor[] = [
    { kind: "ProcessInf", fields: "all" },
    { kind: "ZScoreNorm", fields: "all", fit: whole },
    { kind: "Fillna", fields: "all" },
  ];
  const processors: ProcessorLists = {
    shared: [...(instProcessors(kwargs) ?? []), ...(list("shared_processors") ?? [])],
    infer: list("infer_processors") ?? (name === "Alpha360" ? infer360 : []),
    learn: list("learn_processors") ?? (isStock ? LEARN : []),
    mode: modeOf(kwargs.get("process_type")),
  };
  return {
    instruments: kwargs.get("instruments"),
    start: timeOf(kwargs.get("start_time")),
    end: timeOf(kwargs.get("end_time")),
    loader: await loaderOf(name, kwargs, folder),
    processors,
    isStock,
  };
}

async function loaderOf(name: string, kwargs: WorkflowValue, folder: string): Promise<LoaderPlan> {
  const own = kwargs.get("data_loader");
  if (name === "DataHandlerLP") return readLoader(kwargs.at("data_loader"), folder);
  const given = kwargs.get("label");
  const label = given && !given.isNull ? factorsOf(given) : DEFAULT_LABEL;
  if (own && !own.isNull) {
    const plan = await readLoader(own, folder);
    const hasLabel = plan.parts.some(({ groups }) => groups.has("label"));
    if (hasLabel) return plan;
    return { ...plan, parts: [...plan.parts, { kind: "expressions", groups: new Map([["label", label]]) }] };
  }
  const feature = name === "Alpha158" ? alpha158() : alpha360();
  const groups = new Map([
    ["feature", feature],
    ["label", label],
  ]);
  return { parts: [{ kind: "expressions", groups }], isSorted: false };
}

/** Alpha158 and Alpha360 put the handler's window in place of each processor's own, and want one where one fits. */
function stockFit(handler: WorkflowValue, kwargs: WorkflowValue): Span | undefined {
  const ends = ["fit_start_time", "fit_end_time"].map((key) => timeOf(kwargs.get(key)));
  if (ends[0] !== undefined && ends[1] !== undefined) return [ends[0], ends[1]];
  const lists = ["infer_processors", "learn_processors"].map((key) => kwargs.get(key));
  const given = lists.flatMap((own) => (own && !own.isNull ? own.items() : []));
  const isStock360 = handler.at("class").asText().endsWith("Alpha360") && (lists[0]?.isNull ?? true);
  const takesFit = isStock360 || given.some(needsFit);
  if (takesFit)
    throw handler.refuse(
      "a processor is fitted, and the handler has no fit_start_time and fit_end_time",
      "bad-request",
    );
  return undefined;
}

function needsFit(item: WorkflowValue): boolean {
  const name = (item.kind === "text" ? item : item.at("class")).asText();
  return ["RobustZScoreNorm", "ZScoreNorm", "MinMaxNorm"].includes(name);
}

function instProcessors(kwargs: WorkflowValue): Processor[] | undefined {
  const own = kwargs.get("inst_processors");
  return own && !own.isNull ? own.items().map((item) => processorOf(item)) : undefined;
}

function modeOf(value: WorkflowValue | undefined): "append" | "independent" {
  const mode = value && !value.isNull ? value.asText() : "append";
  if (mode === "append" || mode === "independent") return mode;
  throw value!.refuse(`process_type "${mode}" is not known; it is "append" or "independent"`, "bad-request");
}

function timeOf(value: WorkflowValue | undefined): string | undefined {
  return value && !value.isNull ? value.asText() : undefined;
}
