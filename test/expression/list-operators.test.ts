import { expect, it } from "vitest";
import { explainExpression, listOperators } from "#src/index.js";
import { cli } from "../cli/run-cli.js";

it("lists operators as they can be called", () => {
  const operators = listOperators();
  for (const { name, usage } of operators) {
    const text = usage
      .replace(/\b[xyz]\b/g, "($close > 1)")
      .replace(/\bN\b/, "5")
      .replace(/\bq\b/, "0.8")
      .replace("code", "000001.SZ")
      .replace(", …", ", $volume"); // more series may follow
    expect(explainExpression(text).operators.map((operator) => operator.name)).toContain(name);
  }
  expect(operators.filter((one) => one.crossSectional).map(({ name }) => name)).toEqual(
    operators.map(({ name }) => name).filter((name) => name.startsWith("CS")),
  );
});

it("on the command line, all or those with some text, also as JSON", () => {
  const { stdout, status } = cli("operators");
  expect([status, stdout.split("\n")[0]]).toEqual([0, "operator                     what it gives"]);
  expect(stdout).toContain("EMA(x, N)  ");
  const found = JSON.parse(cli("operators", "weighted", "--json").stdout) as {
    name: string;
    fault: object;
  }[];
  expect(found.map(({ name }) => name)).toEqual(["WMA"]);
  expect(Object.keys(found[0]!.fault)).toEqual(["qlib", "strict"]);
});
