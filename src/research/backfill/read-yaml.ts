import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, Scalar } from "yaml";
import type { PythonJson, PythonObject } from "../json/python-json.js";

/**
 * What `yaml.safe_load` of PyYAML gives, as `json.dumps(default=str)` would write it: YAML 1.1, where yes and off are truth
 * values, 017 is 15, 14:55:00 is 53700, 1_0 is 10, 1e-3 is a text and a date prints as one.
 * @throws SyntaxError
 */
export function readYaml(text: string): PythonJson {
  const document = parseDocument(text, { schema: "failsafe", version: "1.1", uniqueKeys: false });
  const [problem] = document.errors;
  if (problem) throw new SyntaxError(problem.message);
  const resolved = (node: unknown, depth: number): PythonJson => {
    if (depth > DEEPEST)
      throw new SyntaxError("it is nested too deep, or an alias stands inside its own anchor");
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) throw new SyntaxError(`the alias *${node.source} has no anchor`);
      return resolved(target, depth + 1);
    }
    if (isSeq(node)) return node.items.map((item) => resolved(item, depth + 1));
    if (isMap(node)) return mapping(node.items, (item) => resolved(item, depth + 1));
    if (!isScalar(node)) return null;
    const value = String(node.value ?? "");
    return node.type === Scalar.PLAIN ? plainScalar(value, node.tag) : value;
  };
  return resolved(document.contents as Node | null, 0);
}

const DEEPEST = 200;

/** Merged keys (`<<`) give way to the mapping's own and come first, as PyYAML constructs them. */
function mapping(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  resolved: (node: unknown) => PythonJson,
): PythonObject {
  const own: PythonObject = new Map();
  const merged: PythonObject = new Map();
  for (const { key, value } of pairs) {
    const name = resolved(key);
    if (name !== "<<") {
      own.set(keyText(name), resolved(value));
      continue;
    }
    const bases = resolved(value);
    for (const base of Array.isArray(bases) ? [...bases].reverse() : [bases]) {
      if (!(base instanceof Map)) throw new SyntaxError("<<: merges what is no mapping");
      for (const [k, v] of base) merged.set(k, v);
    }
  }
  for (const [k, v] of own) merged.set(k, v);
  return merged;
}

/** The keys that json.dumps makes of what is no text. */
function keyText(key: PythonJson): string {
  if (key === null) return "null";
  return typeof key === "object" ? JSON.stringify(key) : String(key);
}

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$/;
const SEXAGESIMAL = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
const SEXAGESIMAL_FLOAT = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/;
const INFINITY = /^[-+]?\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d*))?[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?)?$/;

/** PyYAML's resolver of plain scalars, pattern by pattern. */
function plainScalar(text: string, tag: string | undefined): PythonJson {
  if (tag === "tag:yaml.org,2002:str") return text;
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (INTEGER.test(text)) return integer(text.replaceAll("_", ""));
  if (SEXAGESIMAL.test(text)) return BigInt(sexagesimal(text));
  if (FLOAT.test(text)) return Number(text.replaceAll("_", ""));
  if (SEXAGESIMAL_FLOAT.test(text)) return sexagesimal(text);
  if (INFINITY.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (NAN.test(text)) return Number.NaN;
  if (DATE.test(text)) return text;
  return TIMESTAMP.test(text) ? text.replace(/[Tt]/, " ") : text;
}

function integer(text: string): bigint {
  const sign = text.startsWith("-") ? -1n : 1n;
  const digits = text.replace(/^[-+]/, "");
  const isOctal = /^0[0-7]+$/.test(digits);
  return sign * BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
}

function sexagesimal(text: string): number {
  const parts = text.replaceAll("_", "").replace(/^[-+]/, "").split(":").map(Number);
  const size = parts.reduce((sum, part) => sum * 60 + part, 0);
  return text.startsWith("-") ? -size : size;
}
