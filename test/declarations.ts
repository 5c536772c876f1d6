import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A declaration of the package: where it stands, what it is called there, and its text. */
export interface Declaration {
  readonly file: string;
  readonly name: string;
  readonly isType: boolean;
  readonly text: string;
}

interface DeclarationFile {
  readonly own: ReadonlyMap<string, Declaration>;
  /** Names that another file of the package declares: as called here, the file, and as called there. */
  readonly others: ReadonlyMap<string, readonly [file: string, name: string]>;
}

const FROM = /^(?:import|export) (?:type )?\{([^}]*)\} from "(\.[^"]*)\.js";$/gm;
const DECLARED = /^(?:export )?(?:declare )?(?:abstract )?(interface|type|class|function|const) (\w+)/;

/**
 * The declarations as tsc writes them, one at the beginning of a line and what is inside it indented: enough to tell
 * which types a caller meets, without a compiler.
 */
export class Declarations {
  readonly #files = new Map<string, DeclarationFile>();

  /** What `entry` exports, by the name it has there. */
  exportsOf(entry: string): Map<string, Declaration> {
    const { others } = this.#read(entry);
    return new Map(Array.from(others, ([name, [file, there]]) => [name, this.#find(file, there)]));
  }

  /** A class and the classes it extends, itself first. */
  familyOf(declaration: Declaration): Declaration[] {
    const { own, others } = this.#read(declaration.file);
    const name = / extends (\w+) \{/.exec(declaration.text)?.[1] ?? "";
    const other = others.get(name);
    const parent = own.get(name) ?? (other && this.#find(...other));
    return parent ? [declaration, ...this.familyOf(parent)] : [declaration];
  }

  /** The declarations that these, and what they reach, name. */
  reachedFrom(first: Iterable<Declaration>): Set<Declaration> {
    const reached = new Set(first);
    for (const { file, text } of reached) {
      const { own, others } = this.#read(file);
      for (const [name] of text.matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*/g)) {
        const other = others.get(name);
        const found = own.get(name) ?? (other && this.#find(...other));
        if (found) reached.add(found); // a Set gives what is added while it is gone through
      }
      for (const [, path = "", name = ""] of text.matchAll(/import\("(\.[^"]*)\.js"\)\.(\w+)/g)) {
        reached.add(this.#find(join(dirname(file), `${path}.d.ts`), name));
      }
    }
    return reached;
  }

  #find(file: string, name: string): Declaration {
    const { own, others } = this.#read(file);
    const found = own.get(name);
    if (found) return found;
    const other = others.get(name);
    if (!other) throw new Error(`${file} declares no ${name}`);
    return this.#find(...other);
  }

  #read(file: string): DeclarationFile {
    let known = this.#files.get(file);
    if (!known) {
      known = parse(file);
      this.#files.set(file, known);
    }
    return known;
  }
}

function parse(file: string): DeclarationFile {
  if (!existsSync(file)) throw new Error(`${file}: not there; it is imported by a declaration`);
  const text = readFileSync(file, "utf8").replace(/^\s*\/\*[\s\S]*?\*\/\n|^\s*\/\/.*\n/gm, "");
  const others = new Map<string, readonly [string, string]>();
  for (const [, list = "", path = ""] of text.matchAll(FROM)) {
    for (const item of list.split(",")) {
      const [there = "", here = there] = item
        .trim()
        .replace(/^type /, "")
        .split(" as ");
      if (there !== "") others.set(here, [join(dirname(file), `${path}.d.ts`), there]);
    }
  }
  const own = new Map<string, Declaration>();
  for (const chunk of text.split(/^(?=[a-z])/m)) {
    const [, kind, name] = DECLARED.exec(chunk) ?? [];
    if (kind === undefined || name === undefined) continue;
    const isType = kind === "interface" || kind === "type" || kind === "class";
    const before = own.get(name)?.text ?? ""; // overloads
    own.set(name, { file, name, isType, text: before + chunk });
  }
  return { own, others };
}

/** The members that the declaration of a class or an interface shows, static ones included. */
export function membersOf({ text }: Declaration): string[] {
  const names = Array.from(
    text.matchAll(
      /^ {4}(?:(?:private|protected|abstract|static|readonly|override|get|set) )*([\w.[\]]+)\??[(<:;]/gm,
    ),
    ([, name = ""]) => name,
  );
  return [...new Set(names)].filter((name) => name !== "constructor").sort();
}
