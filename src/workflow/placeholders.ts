import { DataServiceError, pathOf } from "../errors.js";

/** What stands for the placeholders of a workflow file, by name. */
export type WorkflowVariables = Readonly<Record<string, string | number | boolean | null>>;

/** Around the name of a placeholder without a value, which only matters where its place in the file is read. */
const [OPEN, CLOSE] = ["\uE000", "\uE001"];
const UNSET = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`);

/** The placeholder without a value that a text holds, if any. */
export function unsetPlaceholder(text: string): string | undefined {
  return UNSET.exec(text)?.[1];
}

const TAG = /\{\{-?\s*(.*?)\s*-?\}\}|\{%-?\s*(.*?)\s*-?%\}|\{#.*?#\}/gs;
const DEFAULT = /^(?:default|d)\(\s*("[^"]*"|'[^']*'|[^,"']*?)\s*(?:,\s*(true|false|True|False)\s*)?\)$/;
const CONDITION = /^(not\s+)?([A-Za-z_]\w*)(\s+is\s+(not\s+)?defined)?$/;

/** One `{% if %}` that is open: whether its current branch is taken, and whether any has been. */
interface Branch {
  taking: boolean;
  done: boolean;
  readonly line: number;
}

/**
 * The text of a workflow file with its jinja placeholders filled in: `{{ name }}`, `{{ name | default("x", true) }}`,
 * `{% if name %} … {% elif %} … {% else %} … {% endif %}` and comments, which is what qlib's and RD-Agent's templates
 * use (`jinja2.Template.render`). A name without a value or default is left as a mark that whoever reads that place is
 * told of. Lines stay where they are.
 * @throws DataServiceError unsupported, with the line, for any other part of jinja
 */
export function fillPlaceholders(text: string, variables: WorkflowVariables, label: string): string {
  if (!text.includes("{{") && !text.includes("{%") && !text.includes("{#")) return text;
  const branches: Branch[] = [];
  let [out, from] = ["", 0];
  const lineAt = (at: number) => text.slice(0, at).split("\n").length;
  const emit = (part: string) => {
    const taken = branches.every(({ taking }) => taking);
    out += taken ? part : part.replace(/[^\n]+/g, "");
  };
  for (const match of text.matchAll(TAG)) {
    const [whole, expression, statement] = match;
    emit(text.slice(from, match.index));
    from = match.index + whole.length;
    const line = lineAt(match.index);
    if (expression !== undefined) emit(filled(expression, variables, label, line));
    else if (statement !== undefined) follow(statement, branches, variables, label, line);
    out += whole.replace(/[^\n]+/g, ""); // lines stay where they are
  }
  emit(text.slice(from));
  const open = branches.at(-1);
  if (open) throw refused(label, open.line, "the {% if %} has no {% endif %}");
  return out;
}

function filled(expression: string, variables: WorkflowVariables, label: string, line: number): string {
  const [name, ...filters] = splitFilters(expression);
  if (!/^[A-Za-z_]\w*$/.test(name!)) throw refused(label, line, `{{ ${expression} }} is not a name`);
  let value: unknown = Object.hasOwn(variables, name!) ? variables[name!] : undefined;
  for (const filter of filters) {
    const match = DEFAULT.exec(filter);
    if (!match) throw refused(label, line, `the filter "${filter}" of {{ ${expression} }} is not known`);
    const evenIfFalse = match[2]?.toLowerCase() === "true";
    if (value === undefined || (evenIfFalse && !value)) value = unquoted(match[1]!);
  }
  if (value === undefined) return `${OPEN}${name}${CLOSE}`;
  if (value === null) return "null";
  return String(value);
}

function splitFilters(expression: string): string[] {
  return (expression.match(/(?:"[^"]*"|'[^']*'|[^|"'])+/g) ?? [""]).map((part) => part.trim());
}

function unquoted(literal: string): string {
  return /^(["']).*\1$/s.test(literal) ? literal.slice(1, -1) : literal;
}

function follow(
  statement: string,
  branches: Branch[],
  variables: WorkflowVariables,
  label: string,
  line: number,
): void {
  const [, word, condition = ""] = /^(\w+)\s*(.*)$/s.exec(statement) ?? [];
  const open = branches.at(-1);
  if (word === "if") {
    const taking = holds(condition, variables, label, line);
    branches.push({ taking, done: taking, line });
    return;
  }
  if (!open || !["elif", "else", "endif"].includes(word ?? "")) {
    throw refused(label, line, `{% ${statement} %} is not known here`);
  }
  if (word === "endif") branches.pop();
  else {
    open.taking = !open.done && (word === "else" || holds(condition, variables, label, line));
    open.done ||= open.taking;
  }
}

function holds(condition: string, variables: WorkflowVariables, label: string, line: number): boolean {
  const match = CONDITION.exec(condition.trim());
  if (!match) throw refused(label, line, `the condition "${condition}" is more than a name`);
  const [, not, name, isDefined, notDefined] = match;
  const given = Object.hasOwn(variables, name!) ? variables[name!] : undefined;
  const value =
    isDefined === undefined ? Boolean(given) : (given !== undefined) !== (notDefined !== undefined);
  return not === undefined ? value : !value;
}

function refused(label: string, line: number, problem: string): DataServiceError {
  const known = `placeholders are {{ name }}, {{ name | default("x") }} and {% if name %} … {% endif %}`;
  return new DataServiceError("unsupported", `${label}, line ${line}: ${problem}; ${known}`, {
    ...pathOf(label),
    position: line - 1,
  });
}
