import { DataServiceError } from "../errors.js";

/** Expressions by their names, each once. */
export function allNamed(texts: readonly string[]): Record<string, string> {
  const expressions = new Map<string, string>();
  for (const [name, expression] of texts.map(named)) {
    if (expressions.has(name)) {
      throw new DataServiceError(
        "bad-request",
        `two expressions are called "${name}"; give each a name of its own`,
        { field: name },
      );
    }
    expressions.set(name, expression);
  }
  return Object.fromEntries(expressions);
}

/** `name=expression`, or an expression under its own text. `=` does not occur in the language but in ==, <=, >=, !=. */
export function named(text: string): [name: string, expression: string] {
  const match = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=)(.*)$/su.exec(text);
  return match ? [match[1]!, match[2]!] : [text, text];
}
