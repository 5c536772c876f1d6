import { dirname } from "node:path";
import { listNames } from "../../names/field.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { openPanel } from "../../open/open-panel.js";
import type { Panel } from "../../panel/panel.js";
import { readWorkflow, type WorkflowOptions } from "../../workflow/read-workflow.js";
import type { WorkflowValue } from "../../workflow/workflow-value.js";
import { readState } from "../fitted-state.js";
import type { GroupParts } from "../frame/columns-input.js";
import { columnsOfPanel } from "../frame/load-frame.js";
import { makeTrainingSet } from "../make-training-set.js";
import type { ProcessorLists } from "../pipeline.js";
import type { Span } from "../processors/processor.js";
import { lookAheadOf } from "../segments/look-ahead.js";
import type { TrainingRequest } from "../training-request.js";
import type { TrainingSet } from "../training-set.js";
import { type HandlerPlan, readHandler } from "./qlib-handler.js";
import { universeOf } from "./qlib-universe.js";

/** What a workflow file leaves open. */
export interface QlibConfigOptions
  extends WorkflowOptions,
    Pick<TrainingRequest, "keepRaw" | "type" | "onProgress" | "signal" | "state"> {
  /** The provider folder, in place of the file's `qlib_init.provider_uri`. */
  readonly providerUri?: string | undefined;
  /** As in `trainingSet`; "none" when omitted, as in qlib. */
  readonly purge?: TrainingRequest["purge"];
  /** What each processor is fitted on; qlib's `init_type` "fit_seq" (`sequential`, the default) or "fit_ind" (`raw`). */
  readonly fit?: ProcessorLists["fit"];
}

const KEYS: RequestKeys<QlibConfigOptions> = {
  variables: true,
  providerUri: true,
  keepRaw: true,
  type: true,
  onProgress: true,
  signal: true,
  state: true,
  purge: true,
  fit: true,
};

/** A training set, and how the file's dataset cuts windows. */
export interface QlibTrainingSet {
  readonly set: TrainingSet;
  /** Of a TSDatasetH. */
  readonly stepLength: number | undefined;
}

/**
 * The dataset of a qlib workflow file, or of RD-Agent's `conf_*.yaml`, with the rows and numbers that qlib gives. What qlib
 * lets happen unsaid (a fit beyond train, labels that a processor without `fields_group` touches) is done and told in the
 * set's `notes`; codes in another spelling are matched.
 * @param textOrPath a path, or the file's text (more than one line)
 * @throws DataServiceError unsupported and bad-request for what cannot be honoured, with the line; and what opening throws
 */
export async function fromQlibConfig(
  textOrPath: string,
  options: QlibConfigOptions = {},
): Promise<QlibTrainingSet> {
  checkKeys(options, KEYS, "fromQlibConfig");
  const file = await readWorkflow(textOrPath, { variables: options.variables });
  const folder = textOrPath.includes("\n") ? "." : dirname(textOrPath);
  const dataset = file.has("task")
    ? file.at("task", "dataset")
    : file.has("dataset")
      ? file.at("dataset")
      : file;
  const place = dataset.at("class");
  const name = place.asText().split(".").at(-1)!;
  if (name !== "DatasetH" && name !== "TSDatasetH") {
    throw place.refuse(`the dataset "${name}" is not known; it is DatasetH or TSDatasetH`);
  }
  const kwargs = dataset.at("kwargs");
  kwargs.checkKeys(["handler", "segments", "step_len", "fetch_kwargs", "flt_col"]);
  for (const key of ["fetch_kwargs", "flt_col"]) {
    const own = kwargs.get(key);
    const isEmpty = !own || own.isNull || (own.kind === "mapping" && own.entries().length === 0);
    if (!isEmpty) throw own.refuse(`${key} is not honoured; leave it out, and ask for it of sequences`);
  }
  const handler = await readHandler(kwargs.at("handler"), folder);
  const uri = options.providerUri ?? file.at("qlib_init", "provider_uri").asText();
  const source = await openPanel(uri);
  const { groups, notes } = partsOfLoader(handler, source);
  const universe =
    handler.instruments && !handler.instruments.isNull
      ? universeOf(handler.instruments, uri, source)
      : undefined;
  const columns = columnsOfPanel(source, groups, {
    universe,
    start: handler.start,
    end: handler.end,
    onUnknown: "skip",
  });
  const ahead = lookAheadOf(groups.get("label") ?? NO_PARTS, (text) => source.hasField(text));
  const { purge = "none" } = options;
  const set = await makeTrainingSet({
    ...options,
    source: uri,
    columns: { ...columns, notes: [...notes, ...columns.notes] },
    calendar: source.index.datetimes,
    segments: segmentsOf(kwargs.at("segments")),
    gaps: { purge: purge === "none" ? 0 : purge === "auto" ? ahead.sessions : purge, embargo: 0 },
    lookAhead: ahead.unknown.length > 0 ? undefined : ahead.sessions,
    processors: { ...handler.processors, fit: options.fit },
    allow: ["fit-outside-train", "labels-in-infer", "missing-features", "single-instrument"],
    fitted: options.state === undefined ? undefined : readState(options.state).steps,
  });
  const step = kwargs.get("step_len");
  if (name === "DatasetH" && step && !step.isNull)
    throw step.refuse("DatasetH takes no step_len; is it a TSDatasetH?");
  return { set, stepLength: name === "TSDatasetH" ? (step?.asNumber() ?? DEFAULT_STEP_LENGTH) : undefined };
}

/** TSDatasetH's own. */
const DEFAULT_STEP_LENGTH = 30;
const NO_PARTS: GroupParts = { texts: {}, panels: [], names: [] };

/** The groups of all loaders; a column that two of them have is the later one's. */
function partsOfLoader(
  { loader, isStock }: HandlerPlan,
  source: Panel,
): { groups: Map<string, GroupParts>; notes: string[] } {
  const made = new Map<string, { texts: Record<string, string>; panels: Panel[]; names: Set<string> }>();
  const absent: string[] = [];
  for (const part of loader.parts) {
    for (const [group, own] of part.groups) {
      const to = made.get(group) ?? { texts: {}, panels: [], names: new Set<string>() };
      made.set(group, to);
      if (part.kind === "file") {
        const panel = own as Panel;
        to.panels.push(panel);
        for (const name of panel.columnNames) {
          to.names.add(name);
          delete to.texts[name];
        }
        continue;
      }
      for (const [name, text] of Object.entries(own as Readonly<Record<string, string>>)) {
        to.names.add(name);
        const lacksVwap = isStock && /\$vwap\b/.test(text) && !source.hasField("$vwap");
        if (lacksVwap) absent.push(name);
        to.texts[name] = lacksVwap ? ALL_NAN : text;
      }
    }
  }
  const notes = absent.length === 0 ? [] : [`${listNames(absent)}: all NaN, since the provider has no $vwap`];
  const order = loader.isSorted ? [...made].sort(([a], [b]) => (a < b ? -1 : 1)) : [...made];
  const groups = new Map(
    order.map(([group, { texts, panels, names }]) => [
      group,
      { texts, panels, names: loader.isSorted ? [...names].sort() : [...names] },
    ]),
  );
  return { groups, notes };
}

/** NaN in every row: what a field that the provider lacks is in qlib. */
const ALL_NAN = "0 * Log(-1 - Abs($close))";

function segmentsOf(value: WorkflowValue): Record<string, Span> {
  return Object.fromEntries(
    value.entries().map(([name, span]) => {
      const ends = span.items();
      if (ends.length !== 2)
        throw span.refuse(`a segment is [start, end], not ${ends.length} dates`, "bad-request");
      return [name, ends.map((end) => (end.isNull ? null : end.asText())) as unknown as Span];
    }),
  );
}
