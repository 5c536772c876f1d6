import { OPERATORS, usage } from "./operators.js";

/** One operator of the expression language. */
export interface OperatorDescription {
  readonly name: string;
  /** How it is called: `Corr(x, y, N)`. */
  readonly usage: string;
  readonly doc: string;
  /** Whether it compares the instruments of a session, which qlib's language cannot. */
  readonly crossSectional: boolean;
  /** What qlib does here that one would not expect, and what `compat: "strict"` does instead. */
  readonly fault?: { readonly qlib: string; readonly strict: string };
}

/** Every operator of the expression language: qlib's (`qlib/data/ops.py`), then the cross-sectional ones. */
export function listOperators(): OperatorDescription[] {
  return Array.from(OPERATORS, ([name, operator]) => {
    const { doc, fault, kernel } = operator;
    const crossSectional = kernel.family === "cross";
    return { name, usage: usage(name, operator), doc, crossSectional, ...(fault && { fault }) };
  });
}
