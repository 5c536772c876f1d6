import { readFileSync } from "node:fs";
import type { Document, LineCounter, Node, Pair } from "yaml";
import { DataServiceError, pathOf } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { fillPlaceholders, type WorkflowVariables } from "./placeholders.js";
import { type WorkflowTree, WorkflowValue } from "./workflow-value.js";

type Yaml = typeof import("yaml");

export interface WorkflowOptions {
  /** Values of jinja placeholders (`{{ name }}`) and of texts that are a name in angle brackets (`<MARKET>`). */
  readonly variables?: WorkflowVariables | undefined;
}

const WORKFLOW_KEYS: RequestKeys<WorkflowOptions> = { variables: true };
const IN_TEXT = "this workflow text";

/**
 * A qlib workflow file or RD-Agent's `conf_*.yaml`, with its anchors, aliases, merge keys and placeholders. It is read as
 * Python reads it (YAML 1.1: `yes` is true, `1_0` is 10), but dates stay text and nothing in it is run. A text of more
 * than one line is the file's content, else it is a path.
 * @throws DataServiceError not-found, is-directory, read-failed, corrupt (not YAML), unsupported (other parts of jinja),
 *   each with the line
 */
export async function readWorkflow(
  textOrPath: string,
  options: WorkflowOptions = {},
): Promise<WorkflowValue> {
  checkKeys(options, WORKFLOW_KEYS, "readWorkflow");
  const { variables = {} } = options;
  const isText = textOrPath.includes("\n");
  const label = isText ? IN_TEXT : textOrPath;
  const raw = isText ? textOrPath : accessing(textOrPath, () => readFileSync(textOrPath, "utf8"));
  const text = fillPlaceholders(raw, variables, label);
  const yaml = await import("yaml"); // takes longer to load than the library
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: "1.1",
    merge: true,
    lineCounter: lines,
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !tag.tag.endsWith(":timestamp")),
  });
  const [fault] = document.errors;
  if (fault) {
    const line = fault.linePos?.[0].line ?? 1;
    const reason = fault.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "");
    throw corrupt(label, line, reason, fault);
  }
  return new WorkflowValue(treeOf(yaml, document, lines, variables, label), label);
}

function treeOf(
  yaml: Yaml,
  document: Document,
  lines: LineCounter,
  variables: WorkflowVariables,
  label: string,
): WorkflowTree {
  const made = new Map<Node, WorkflowTree>();
  const making = new Set<Node>();
  const lineOf = (node: Node) => lines.linePos(node.range?.[0] ?? 0).line;

  const convert = (node: Node | null, at: number): WorkflowTree => {
    if (node === null) return { kind: "null", value: null, line: at };
    if (yaml.isAlias(node)) {
      const target = node.resolve(document);
      if (!target) throw corrupt(label, lineOf(node), `the alias *${node.source} has no anchor`);
      return convert(target, at);
    }
    const known = made.get(node);
    if (known) return known;
    if (making.has(node)) throw corrupt(label, lineOf(node), "an alias stands inside its own anchor");
    making.add(node);
    const tree = convertNew(node, lineOf(node));
    made.set(node, tree);
    return tree;
  };

  const convertNew = (node: Node, line: number): WorkflowTree => {
    if (yaml.isMap(node)) return { kind: "mapping", line, entries: entriesOf(node.items as Pair[], line) };
    if (yaml.isSeq(node)) {
      return { kind: "list", line, items: node.items.map((item) => convert(item as Node | null, line)) };
    }
    const value = yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === "string") return { line, ...substituted(value, variables) };
    if (typeof value === "number") return { kind: "number", line, value };
    if (typeof value === "bigint") return { kind: "number", line, value: Number(value) };
    if (typeof value === "boolean") return { kind: "boolean", line, value };
    if (value === null) return { kind: "null", line, value };
    throw corrupt(label, line, `a value of the tag ${node.tag ?? "unknown"} is not known`);
  };

  /** Merged keys (`<<: *anchor`) come where they stand, and give way to the mapping's own. */
  const entriesOf = (pairs: readonly Pair[], line: number): Map<string, WorkflowTree> => {
    const entries = new Map<string, WorkflowTree>();
    const own = new Set<string>();
    for (const { key, value } of pairs) {
      const at = lineOf(key as Node);
      const name = yaml.isScalar(key) ? key.value : undefined;
      const isMerge = name === "<<" || typeof name === "symbol";
      const tree = convert(value as Node | null, at);
      if (!isMerge) {
        entries.set(String(name), tree);
        own.add(String(name));
        continue;
      }
      for (const merged of tree.kind === "list" ? tree.items : [tree]) {
        if (merged.kind !== "mapping") throw corrupt(label, line, "<<: merges what is no mapping");
        for (const [k, v] of merged.entries) if (!own.has(k) && !entries.has(k)) entries.set(k, v);
      }
    }
    return entries;
  };

  return convert(document.contents as Node | null, 1);
}

type Scalar = { kind: "text"; value: string } | { kind: "number"; value: number } | OtherScalar;
type OtherScalar = { kind: "boolean"; value: boolean } | { kind: "null"; value: null };

/** A text that is a name in angle brackets, such as `<MARKET>`, becomes that variable's value where there is one. */
function substituted(text: string, variables: WorkflowVariables): Scalar {
  const name = /^<(\w+)>$/.exec(text)?.[1];
  const value = name !== undefined && Object.hasOwn(variables, name) ? variables[name]! : text;
  if (value === null) return { kind: "null", value };
  if (typeof value === "number") return { kind: "number", value };
  if (typeof value === "boolean") return { kind: "boolean", value };
  return { kind: "text", value };
}

function corrupt(label: string, line: number, problem: string, cause?: unknown): DataServiceError {
  const details = { ...pathOf(label), position: line - 1 };
  return new DataServiceError("corrupt", `${label}, line ${line}: ${problem}`, details, cause);
}
