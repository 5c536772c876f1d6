import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { evaluatePanelInPatches } from "../../expression/evaluate-panel.js";
import type { MemberSpan } from "../../formats/qlib/lists.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { Panel } from "../../panel/panel.js";
import { type InstrumentList, readInstrumentList } from "../../universe/instrument-list.js";
import type { AskedUniverse } from "../../universe/plan-rows.js";
import type { WorkflowValue } from "../../workflow/workflow-value.js";

/**
 * `instruments` of a handler: a market's name, codes, or `{ market, filter_pipe }`. An explicit list of codes knows no
 * spans, as in qlib.
 * @throws DataServiceError bad-request, unsupported, with the line
 */
export function universeOf(value: WorkflowValue, providerUri: string, source: Panel): AskedUniverse {
  if (value.kind === "list") return value.asTexts();
  if (value.kind === "text") return marketOf(value, providerUri);
  value.checkKeys(["market", "filter_pipe"]);
  const list = marketOf(value.at("market"), providerUri);
  const filters = value.get("filter_pipe");
  return filters && !filters.isNull
    ? filters.items().reduce((own, filter) => filtered(own, filter, source), list)
    : list;
}

function marketOf(value: WorkflowValue, providerUri: string): InstrumentList {
  const folder = join(providerUri, "instruments");
  const name = value.asText();
  const path = join(folder, `${name}.txt`);
  if (existsSync(path)) return readInstrumentList(path, name);
  const lists = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.txt$/, "")) : [];
  const hint = suggestion(nearestName(name, lists)) || `; there are ${lists.join(", ") || "none"}`;
  throw value.refuse(`${providerUri} has no market "${name}"${hint}`, "not-found");
}

function filtered(list: InstrumentList, filter: WorkflowValue, source: Panel): InstrumentList {
  const type = filter.at("filter_type").asText();
  for (const key of ["filter_start_time", "filter_end_time"]) {
    const own = filter.get(key);
    if (own && !own.isNull) throw own.refuse(`a filter with a ${key} is not honoured; leave it null`);
  }
  if (type === "NameDFilter") {
    const rule = filter.at("name_rule_re");
    const pattern = new RegExp(`^(?:${rule.asText()})`);
    return { ...list, spans: list.spans.filter(({ instrument }) => pattern.test(instrument)) };
  }
  if (type !== "ExpressionDFilter") {
    throw filter
      .at("filter_type")
      .refuse(`the filter "${type}" is not known; it is NameDFilter or ExpressionDFilter`);
  }
  return { ...list, spans: overlaps(list.spans, trueSpans(source, filter.at("rule_expression").asText())) };
}

/** The runs of sessions, by instrument, at which an expression is neither 0 nor NaN. */
function trueSpans(source: Panel, rule: string): Map<string, MemberSpan[]> {
  const cells = evaluatePanelInPatches(source, { rule }).column("rule").values as Float32Array;
  const { index } = source;
  const spans = new Map<string, MemberSpan[]>();
  const open = new Map<number, { from: bigint; to: bigint; session: number }>();
  const close = (code: number) => {
    const run = open.get(code)!;
    const instrument = index.instruments[code]!;
    const own = spans.get(instrument) ?? [];
    own.push({ instrument, startNs: run.from, endNs: run.to });
    spans.set(instrument, own);
    open.delete(code);
  };
  for (let s = 0; s < index.sessionCount; s++) {
    const ns = index.datetimes[s]!;
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      const code = index.codes[row]!;
      const run = open.get(code);
      if (run && run.session < s - 1) close(code);
      if (Number.isNaN(cells[row]!) || cells[row] === 0) continue;
      const going = open.get(code);
      if (going) [going.to, going.session] = [ns, s];
      else open.set(code, { from: ns, to: ns, session: s });
    }
    for (const [code, run] of open) if (run.session < s) close(code);
  }
  for (const code of [...open.keys()]) close(code);
  return spans;
}

function overlaps(
  spans: readonly MemberSpan[],
  others: ReadonlyMap<string, readonly MemberSpan[]>,
): MemberSpan[] {
  return spans.flatMap(({ instrument, startNs, endNs }) =>
    (others.get(instrument) ?? []).flatMap((other) => {
      const [from, to] = [
        other.startNs > startNs ? other.startNs : startNs,
        other.endNs < endNs ? other.endNs : endNs,
      ];
      return from <= to ? [{ instrument, startNs: from, endNs: to }] : [];
    }),
  );
}
