import { isAbsolute, join } from "node:path";
import { alpha158 } from "../../factors/alpha158.js";
import { alpha360 } from "../../factors/alpha360.js";
import type { FactorSet } from "../../factors/factor-set.js";
import { openPanel } from "../../open/open-panel.js";
import type { Panel } from "../../panel/panel.js";
import type { WorkflowValue } from "../../workflow/workflow-value.js";

/** The group of columns that a loader gives without one. */
export const NO_GROUP = "";

/** The label of qlib's Alpha158 and Alpha360 (`get_label_config`). */
export const DEFAULT_LABEL: FactorSet = { LABEL0: "Ref($close, -2)/Ref($close, -1) - 1" };

/** What a loader of a workflow file gives: expressions of the provider, or a file's columns, by group. */
export type LoaderPart =
  | { readonly kind: "expressions"; readonly groups: ReadonlyMap<string, FactorSet> }
  | { readonly kind: "file"; readonly groups: ReadonlyMap<string, Panel>; readonly place: WorkflowValue };

export interface LoaderPlan {
  /** The first gives the rows. */
  readonly parts: readonly LoaderPart[];
  /** Whether columns end up sorted by group and name (NestedDataLoader). */
  readonly isSorted: boolean;
}

/** @param folder where relative paths begin @throws DataServiceError unsupported, bad-request, with the line, and what opening a file throws */
export async function readLoader(value: WorkflowValue, folder: string): Promise<LoaderPlan> {
  const name = value.at("class").asText().split(".").at(-1)!;
  const kwargs = value.at("kwargs");
  if (name !== "NestedDataLoader")
    return { parts: [await partOf(name, value, kwargs, folder)], isSorted: false };
  kwargs.checkKeys(["dataloader_l", "join", "alpha158_config"]);
  const how = kwargs.get("join");
  if (how && !how.isNull && how.asText() !== "left")
    throw how.refuse(`join "${how.asText()}" is not known here; it is "left"`);
  const parts: LoaderPart[] = [];
  const own = kwargs.get("alpha158_config");
  if (own) parts.push({ kind: "expressions", groups: groupsOf(own) });
  for (const item of kwargs.at("dataloader_l").items()) {
    const itemName = item.at("class").asText().split(".").at(-1)!;
    parts.push(await partOf(itemName, item, item.at("kwargs"), folder));
  }
  if (parts.length === 0) throw value.refuse("it has no loaders", "bad-request");
  const late = parts.findIndex(
    (part, i) => i > 0 && part.kind === "expressions" && parts[0]!.kind === "file",
  );
  if (late > 0)
    throw value.refuse("a file before a loader of expressions is not honoured; put the expressions first");
  return { parts, isSorted: true };
}

async function partOf(
  name: string,
  value: WorkflowValue,
  kwargs: WorkflowValue,
  folder: string,
): Promise<LoaderPart> {
  if (name === "StaticDataLoader") return fileOf(value, kwargs, folder);
  kwargs.checkKeys(["config", "filter_pipe", "swap_level", "freq", "inst_processors"]);
  for (const key of ["filter_pipe", "inst_processors", "swap_level"]) {
    const own = kwargs.get(key);
    if (own && !own.isNull && own.kind !== "boolean")
      throw own.refuse(`${key} of a loader is not honoured; give it to the handler`);
  }
  const config = kwargs.get("config");
  if (name === "QlibDataLoader") return { kind: "expressions", groups: groupsOf(kwargs.at("config")) };
  const stock = name === "Alpha158DL" ? alpha158() : name === "Alpha360DL" ? alpha360() : undefined;
  if (!stock)
    throw value
      .at("class")
      .refuse(
        `the loader "${name}" is not known; it is QlibDataLoader, Alpha158DL, Alpha360DL, StaticDataLoader or NestedDataLoader`,
      );
  const given = config && !config.isNull ? groupsOf(config) : new Map<string, FactorSet>();
  return { kind: "expressions", groups: new Map([["feature", stock], ...given]) };
}

/** `{ feature: [[expressions], [names]], label: … }`, or fields without a group. */
export function groupsOf(config: WorkflowValue): Map<string, FactorSet> {
  if (config.kind !== "mapping") return new Map([[NO_GROUP, factorsOf(config)]]);
  return new Map(config.entries().map(([group, fields]) => [group, factorsOf(fields)]));
}

/** `[[expressions], [names]]`, or expressions under their own text, as qlib's `_parse_fields_info`. */
export function factorsOf(fields: WorkflowValue): FactorSet {
  const items = fields.items();
  if (items.length === 0) throw fields.refuse("it names no field", "bad-request");
  if (items[0]!.kind === "text")
    return Object.fromEntries(items.map((item) => [item.asText(), item.asText()]));
  const [expressions, names] = [items[0]!.asTexts(), items[1]?.asTexts() ?? items[0]!.asTexts()];
  if (expressions.length !== names.length) {
    throw fields.refuse(
      `${expressions.length} expressions have ${names.length} names; give one for each`,
      "bad-request",
    );
  }
  return Object.fromEntries(names.map((name, i) => [name, expressions[i]!]));
}

async function fileOf(value: WorkflowValue, kwargs: WorkflowValue, folder: string): Promise<LoaderPart> {
  kwargs.checkKeys(["config", "join"]);
  const config = kwargs.at("config");
  const open = async (place: WorkflowValue) => {
    const path = place.asText();
    return openPanel(isAbsolute(path) ? path : join(folder, path)).catch((error: Error) => {
      throw place.refuse(error.message, "not-found");
    });
  };
  const groups = new Map<string, Panel>();
  if (config.kind === "mapping") {
    for (const [group, place] of config.entries()) groups.set(group, await open(place));
  } else {
    const panel = await open(config);
    for (const name of panel.columnNames) {
      const group = panel.info.groups?.get(name) ?? "feature";
      if (!groups.has(group)) {
        const own = panel.columnNames.filter(
          (other) => (panel.info.groups?.get(other) ?? "feature") === group,
        );
        groups.set(group, panel.select(own));
      }
    }
  }
  return { kind: "file", groups, place: value };
}
