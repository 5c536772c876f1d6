import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** An import of one source file by another, both as paths below `src`. */
export interface SourceImport {
  readonly from: string;
  readonly to: string;
  /** `type` leaves no trace in the program, `later` is an `import()` that runs when its line does. */
  readonly kind: "value" | "type" | "later";
}

const SOURCES = /(?<!\.d)\.tsx?$/;
/** Sources of other compilers, and what those make of them. */
const OTHERS = /^simd\/(assembly|compiled)\//;
const STATIC = /^(?:import|export)\s+(type\s+)?([^;"']*?)\s*(?:from\s+)?"([^"]+)";/gm;
const LATER = /(typeof\s+)?\bimport\("([^"]+)"\)(\.\w+)?/g;

/** The files below `src`, each with its lines. */
export function sourceFiles(src: string): Map<string, string> {
  const names = readdirSync(src, { recursive: true, encoding: "utf8" });
  const own = names.map((name) => name.replaceAll("\\", "/")).filter((name) => SOURCES.test(name));
  const files = own.filter((name) => !OTHERS.test(name)).sort();
  return new Map(files.map((name) => [name, readFileSync(join(src, name), "utf8")]));
}

/** All imports of these files among each other. */
export function sourceImports(src: string, files: ReadonlyMap<string, string>): SourceImport[] {
  const imports: SourceImport[] = [];
  for (const [from, text] of files) {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
    const add = (specifier: string, kind: SourceImport["kind"]) => {
      if (!specifier.startsWith(".")) return;
      const to = relative(src, join(src, dirname(from), specifier)).replaceAll("\\", "/");
      const named = [".ts", ".tsx"].map((ending) => to.replace(/\.js$/, ending));
      const file = named.find((name) => files.has(name));
      if (file !== undefined) imports.push({ from, to: file, kind });
      else if (!existsSync(join(src, to)))
        throw new Error(`src/${from} imports ${specifier}, which is not there`);
    };
    for (const [, type, what = "", specifier = ""] of code.matchAll(STATIC)) {
      add(specifier, type || onlyTypes(what) ? "type" : "value");
    }
    for (const [, typeOf, specifier = "", member] of code.matchAll(LATER)) {
      add(specifier, typeOf || member ? "type" : "later");
    }
  }
  return imports;
}

function onlyTypes(what: string): boolean {
  const names = /^\{([\s\S]*)\}$/.exec(what)?.[1]?.split(",") ?? [];
  const given = names.map((name) => name.trim()).filter((name) => name !== "");
  return given.length > 0 && given.every((name) => name.startsWith("type "));
}

/** Groups of files that import each other in a circle, each sorted: strongly connected components of more than one. */
export function circles(imports: readonly SourceImport[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const to of next.get(file) ?? []) {
      if (!order.has(to)) visit(to);
      if (open.includes(to)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(to)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || next.get(file)?.includes(file)) found.push(circle.sort());
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return found;
}
