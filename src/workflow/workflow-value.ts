import { DataServiceError, type ErrorCode, pathOf } from "../errors.js";
import { listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { unsetPlaceholder } from "./placeholders.js";

/** A value as JSON has it. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** A parsed file: each value with the line it stands in, from 1 on. Aliases share the tree of their anchor. */
export type WorkflowTree = { readonly line: number } & (
  | { readonly kind: "mapping"; readonly entries: ReadonlyMap<string, WorkflowTree> }
  | { readonly kind: "list"; readonly items: readonly WorkflowTree[] }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null"; readonly value: null }
);

/** Values that a part of a file may unfold to: aliases of aliases grow without bound. */
const MOST_VALUES = 1_000_000;

/**
 * A place in a workflow file: its value, what it is called and the line it stands in, so that whoever cannot honour it
 * says where. Places are made when they are asked for.
 */
export class WorkflowValue {
  readonly #tree: WorkflowTree;
  /** How errors call the file. */
  readonly source: string;
  /** From the file's top: `task.dataset.kwargs`, `segments.train[0]`; empty for the whole file. */
  readonly path: string;

  constructor(tree: WorkflowTree, source: string, path = "") {
    this.#tree = tree;
    this.source = source;
    this.path = path;
  }

  get kind(): WorkflowTree["kind"] {
    return this.#tree.kind;
  }

  /** The line, from 1 on; of an alias, that of its anchor's value. */
  get line(): number {
    return this.#tree.line;
  }

  get isNull(): boolean {
    return this.#tree.kind === "null";
  }

  /** A key of a mapping; undefined where it is missing. A key that is there and null is a place of kind "null". */
  get(key: string): WorkflowValue | undefined {
    const tree = this.#mapping().get(key);
    return tree && new WorkflowValue(tree, this.source, this.path === "" ? key : `${this.path}.${key}`);
  }

  /** The place under some keys, one in the other. @throws DataServiceError bad-request, with the nearest key there is */
  at(...keys: readonly string[]): WorkflowValue {
    let place: WorkflowValue = this;
    for (const key of keys) {
      const inner = place.get(key);
      if (!inner) throw place.#without(key);
      place = inner;
    }
    return place;
  }

  has(key: string): boolean {
    return this.kind === "mapping" && this.#mapping().has(key);
  }

  /** The keys of a mapping with their places, in the order of the file. */
  entries(): [key: string, value: WorkflowValue][] {
    return [...this.#mapping().keys()].map((key) => [key, this.at(key)]);
  }

  /** The places of a list. */
  items(): WorkflowValue[] {
    if (this.#tree.kind !== "list") throw this.#isNot("a list");
    return this.#tree.items.map((tree, i) => new WorkflowValue(tree, this.source, `${this.path}[${i}]`));
  }

  asText(): string {
    if (this.#tree.kind !== "text") throw this.#isNot("text");
    this.#refuseUnset(this.#tree.value);
    return this.#tree.value;
  }

  asNumber(): number {
    if (this.#tree.kind === "text") this.#refuseUnset(this.#tree.value);
    if (this.#tree.kind !== "number") throw this.#isNot("a number");
    return this.#tree.value;
  }

  asBoolean(): boolean {
    if (this.#tree.kind !== "boolean") throw this.#isNot("true or false");
    return this.#tree.value;
  }

  /** A list of texts, or one text as a list of one. */
  asTexts(): string[] {
    return this.kind === "text" ? [this.asText()] : this.items().map((item) => item.asText());
  }

  /** The whole value as JSON has it. @throws DataServiceError bad-request where a placeholder in it has no value */
  toPlain(): PlainValue {
    let left = MOST_VALUES;
    const plain = (place: WorkflowValue): PlainValue => {
      if (--left < 0) throw this.refuse("its aliases unfold to more than a million values");
      if (place.kind === "mapping") return Object.fromEntries(place.entries().map(([k, v]) => [k, plain(v)]));
      if (place.kind === "list") return place.items().map(plain);
      if (place.kind === "text") return place.asText();
      return (place.#tree as { readonly value: PlainValue }).value;
    };
    return plain(this);
  }

  /** Refuses keys that are none of `known`. @throws DataServiceError bad-request, with the key's line */
  checkKeys(known: readonly string[]): void {
    for (const [key, value] of this.entries()) {
      if (known.includes(key)) continue;
      const hint = suggestion(nearestName(key, known)) || `; it takes ${listNames(known, 20)}`;
      throw value.refuse(`unknown key "${key}"${hint}`, "bad-request");
    }
  }

  /** The error that says where in the file the problem is; thrown by the caller. */
  refuse(problem: string, code: ErrorCode = "unsupported"): DataServiceError {
    const where = this.path === "" ? "" : ` (${this.path})`;
    return new DataServiceError(code, `${this.source}, line ${this.line}${where}: ${problem}`, {
      ...pathOf(this.source),
      ...(this.path !== "" && { field: this.path }),
      position: this.line - 1,
    });
  }

  #mapping(): ReadonlyMap<string, WorkflowTree> {
    if (this.#tree.kind !== "mapping") throw this.#isNot("a mapping");
    return this.#tree.entries;
  }

  #without(key: string): DataServiceError {
    const keys = [...this.#mapping().keys()];
    const hint = suggestion(nearestName(key, keys)) || `; it has ${listNames(keys)}`;
    return this.refuse(`there is no "${key}"${hint}`, "bad-request");
  }

  #isNot(what: string): DataServiceError {
    if (this.#tree.kind === "text") this.#refuseUnset(this.#tree.value);
    const found = "value" in this.#tree ? JSON.stringify(this.#tree.value) : `a ${this.kind}`;
    return this.refuse(`expected ${what}, found ${found}`, "bad-request");
  }

  #refuseUnset(text: string): void {
    const name = unsetPlaceholder(text);
    if (name === undefined) return;
    throw this.refuse(
      `the placeholder {{ ${name} }} has no value; give it as variables: { ${name}: … }`,
      "bad-request",
    );
  }
}
