import { badExpression, type Call, type Expression } from "./syntax.js";

/** What `Rolling(x, N, func)` is by the names of pandas' rolling functions. */
const ROLLING: ReadonlyMap<string, string> = new Map([
  ["sum", "Sum"],
  ["mean", "Mean"],
  ["std", "Std"],
  ["var", "Var"],
  ["skew", "Skew"],
  ["kurt", "Kurt"],
  ["max", "Max"],
  ["min", "Min"],
  ["median", "Med"],
  ["count", "Count"],
]);

/**
 * What qlib's own classes stand for where an expression names them: `Feature("close")` the field `$close`, and
 * `Rolling(x, N, "mean")` the operator `Mean(x, N)`. Source: `Feature` and `Rolling` in qlib/data/base.py, qlib/data/ops.py.
 * @throws DataServiceError bad-expression
 */
export function plainSpelling(call: Call, text: string): Expression {
  if (call.operator === "Feature") return featureOf(call, text);
  return call.operator === "Rolling" ? rollingOf(call, text) : call;
}

function featureOf(call: Call, text: string): Expression {
  const [name] = call.args;
  if (call.args.length === 1 && name!.kind === "text" && name!.value !== "") {
    const { at, end } = call;
    return { kind: "field", name: name!.value.startsWith("$") ? name!.value : `$${name!.value}`, at, end };
  }
  throw badExpression(
    text,
    call.at,
    'Feature takes the name of a field in quotes: Feature("close") is $close',
  );
}

function rollingOf(call: Call, text: string): Expression {
  const [x, window, func] = call.args;
  if (call.args.length !== 3 || func!.kind !== "text") {
    throw badExpression(
      text,
      call.at,
      'Rolling takes a series, a window and a function of pandas in quotes: Rolling(x, N, "mean")',
    );
  }
  const operator = ROLLING.get(func!.value);
  const of = (name: string, ...args: readonly Expression[]): Call => ({ ...call, operator: name, args });
  if (operator !== undefined) return of(operator, x!, window!);
  // pandas divides by the root of what it counts less one.
  const one: Expression = { kind: "number", value: 1, whole: true, at: func!.at, end: func!.end };
  const half: Expression = { ...one, value: 0.5, whole: false };
  if (func!.value === "sem") {
    return of("Div", of("Std", x!, window!), of("Power", of("Sub", of("Count", x!, window!), one), half));
  }
  const known = [...ROLLING.keys(), "sem"].join(", ");
  throw badExpression(text, func!.at, `Rolling has no "${func!.value}"; it has ${known}`);
}
