import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { DataServiceError } from "#src/errors.js";
import { explainExpression, printTree } from "#src/expression/explain.js";
import { OPERATORS } from "#src/expression/operators.js";
import { parseExpression } from "#src/expression/parse.js";
import { READ_CHANNEL } from "#src/files/byte-file.js";
import { openPanel } from "#src/index.js";
import { planTexts } from "./plan-texts.js";

const names = {
  fields: new Map([
    ["$close", "single"],
    ["$open", "single"],
    ["volume", "single"],
  ] as const),
  instruments: new Set(["000001.SZ", "600000.SH"]),
};

function failure(text: string): { message: string; details: DataServiceError["details"] } {
  try {
    planTexts({ value: text }, names);
  } catch (error) {
    expect(error).toBeInstanceOf(DataServiceError);
    const { code, message, details } = error as DataServiceError;
    expect(code).toBe("bad-expression");
    return { message, details };
  }
  throw new Error(`"${text}" was taken`);
}
const tree = (text: string): string => printTree(explainExpression(text).tree).replace(/\s+/g, " ");

describe("the grammar is Python's", () => {
  for (const [text, want] of [
    ["$a+$b*$c", "Add $a Mul $b $c"],
    ["($a+$b)*$c", "Mul Add $a $b $c"],
    ["$a-$b-$c", "Sub Sub $a $b $c"],
    ["$a/$b*$c", "Mul Div $a $b $c"],
    ["-$a**2", "Neg Power $a 2"],
    ["$a**-$b**2", "Power $a Neg Power $b 2"],
    ["2**3**2*$a", "Mul Power 2 Power 3 2 $a"],
    ["($a>1)|($b>2)&($c>3)", "Or Gt $a 1 And Gt $b 2 Gt $c 3"],
    ["$a+1 > $b-1", "Gt Add $a 1 Sub $b 1"],
    ["-1*$a", "Mul -1 $a"],
    ["- -$a", "Neg Neg $a"],
    ["+$a", "$a"],
    ["Ref($a, -2)/Ref($a, -1) - 1", "Sub Div Ref $a -2 Ref $a -1 1"],
    ["Mean( $a,\n 5 )", "Mean $a 5"],
    ["Mean($a, 5,)", "Mean $a 5"],
    ["$收盘价*1_000.5e-1", "Mul $收盘价 100.05"],
  ] as const) {
    it(text.replace("\n", " "), () => expect(tree(text)).toBe(want));
  }

  it("`&` binds tighter than a comparison, so that a forgotten parenthesis is told", () => {
    expect(failure("$close > 1 & $open > 1").message).toBe(
      [
        "comparisons do not chain; write (a > b) & (b > c)",
        "  $close > 1 & $open > 1",
        "                     ^",
      ].join("\n"),
    );
  });
});

describe("a bad expression is shown with a caret and a way out", () => {
  for (const [text, problem, at] of [
    ["", "the expression is empty", 0],
    ["5", "the expression is a number; it names no field", 0],
    ["$close +", "a field, a number or an operator is missing before the end", 8],
    ["$close $open", 'unexpected "$open" after a complete expression; an operator is missing', 7],
    ["Mean($close, 5", '"(" is never closed', 4],
    ["$close)", '")" closes nothing', 6],
    ["Mean($close 5)", '"," or ")" is missing before "5"', 12],
    ["$clsoe/$open", 'unknown field "$clsoe"; did you mean "$close"?', 0],
    ["close/$open", '"close" is neither a field nor a call; a field is written "$close"', 0],
    ["1+Maen($close, 5)", 'unknown operator "Maen"; did you mean "Mean"?', 2],
    ["Mean($close)", "Mean(x, N) takes 2 arguments; this call has 1", 0],
    ["Mean($close, $open)", "the window of Mean must be a number, as in Mean(x, N)", 13],
    [
      "Mean($close, -5)",
      "the window of Mean must be a whole number from 1, or 0 for expanding; it is -5",
      13,
    ],
    [
      "Mean($close, 2.5)",
      "the window of Mean must be a whole number from 1, or 0 for expanding; it is 2.5",
      13,
    ],
    ["Skew($close, 2)", "the window of Skew must be a whole number from 3, or 0 for expanding; it is 2", 13],
    ["Ref($close, 0.5)", "the window of Ref must be a whole number; it is 0.5", 12],
    [
      "EMA($close, -1)",
      "the window of EMA must be a span of 1 or more, an alpha between 0 and 1, or 0 for expanding; it is -1",
      12,
    ],
    ["Quantile($close, 5, 80)", "the quantile of Quantile must be from 0 to 1; it is 80", 20],
    ["Mean(5, 5)", "Mean works on a series; 5 is a number", 5],
    ["Log(5)*$close", "Log works on a series; all its arguments are numbers", 0],
    ["$close/(2-2)+1/0", "division by zero", 14],
    [
      "$close & ($open > 1)",
      '"&" joins conditions; put each comparison in parentheses, as in ($close > $open) & ($volume > 0)',
      0,
    ],
    [
      "$close > 1 and $open > 1",
      '"and" is not in this language; write "&" and put each comparison in parentheses',
      11,
    ],
    ["~($close > 1)", '"~" is not in this language; write Not(condition)', 0],
    ["constructor", '"constructor" is neither a field nor a call; a field is written "$constructor"', 0],
    ["$close toString 2", 'unexpected "toString" after a complete expression; an operator is missing', 7],
    ["$close % 2", '"%" is not in this language; there is no remainder operator', 7],
    ["$$roe", 'point-in-time fields ("$$…") are not in a panel; use a plain "$field"', 0],
    ["P($close)", "qlib's P is not available: point-in-time data are not in a panel", 0],
    ["$ close", 'a field name must follow "$"', 0],
    ["$close ? 1", 'unexpected character "?"', 7],
    ["'x' + $close", 'the text "x" is not a series', 0],
    ["ChangeInstrument($close, $close)", "ChangeInstrument needs an instrument code in quotes", 17],
    ["ChangeInstrument('000002.SZ', $close)", 'unknown instrument "000002.SZ"', 17],
  ] as const) {
    it(text === "" ? "nothing" : text, () => {
      const { message, details } = failure(text);
      expect(message).toBe(`${problem}\n  ${text}\n  ${" ".repeat(at)}^`);
      expect(details.position).toBe(at);
    });
  }

  it("puts the caret under wide characters", () => {
    const problem = 'unknown operator "Maen"; did you mean "Mean"?';
    expect(() => planTexts({ value: "$收盘+Maen($close, 5)" })).toThrowError(
      expect.objectContaining({ message: `${problem}\n  $收盘+Maen($close, 5)\n        ^` }),
    );
  });

  it("shows the neighbourhood in a long text", () => {
    const long = `${"$close+".repeat(30)}$opne${"+$close".repeat(30)}`;
    const [problem, shown, caret] = failure(long).message.split("\n");
    expect(problem).toBe('unknown field "$opne"; did you mean "$open"?');
    expect(shown!.length).toBeLessThan(80);
    expect(shown!.slice(caret!.length - 1)).toMatch(/^\$opne/);
  });
});

describe("hostile input ends soon", () => {
  for (const [what, text] of [
    ["open parentheses", "(".repeat(60_000)],
    ["signs", `${"-".repeat(60_000)}$close`],
    ["powers", `${"$close**".repeat(8_000)}$close`],
    ["nested calls", `${"Abs(".repeat(10_000)}$close${")".repeat(10_000)}`],
  ] as const) {
    it(what, () =>
      expect(failure(text).message).toMatch(/^an expression may nest 256 deep; this one goes deeper here\n/),
    );
  }
  it("a sum of too many terms; of a thousand it is one", () => {
    const sum = (terms: number) => Array.from({ length: terms }, () => "$close").join("+");
    expect(failure(sum(9000)).message).toMatch(
      /^an expression may have 1024 operators one on another; this one has more here\n/,
    );
    expect(explainExpression(sum(1024)).fields).toEqual(["$close"]);
  });
  it("length", () => {
    expect(failure(" ".repeat(70_000)).message).toMatch(
      /^an expression may have 65536 characters; this one has 70000\n/,
    );
  });
});

describe("explainExpression", () => {
  for (const [text, back, ahead] of [
    ["$close", 0, 0],
    ["Ref($close, 3)", 3, 0],
    ["Ref($close, -2)/Ref($close, -1)-1", 0, 2],
    ["Ref(Ref($close, -2), 2)", 0, 0],
    ["Mean(Ref($close, 3), 5)", 7, 0],
    ["Mean(Mean($close, 5), 10)", 13, 0],
    ["Delta($close, -3)", 0, 3],
    ["EMA($close, 12)", Number.POSITIVE_INFINITY, 0],
    ["Sum($close, 0)", Number.POSITIVE_INFINITY, 0],
    ["Ref($close, 0)", Number.POSITIVE_INFINITY, 0],
    ["Corr($close, Ref($open, 1), 10)", 10, 0],
    ["CSRank(Mean($close, 5))", 4, 0],
  ] as const) {
    it(`${text} looks ${back} back and ${ahead} ahead`, () => {
      const { lookBack, lookAhead, looksAhead } = explainExpression(text);
      expect({ lookBack, lookAhead, looksAhead }).toEqual({
        lookBack: back,
        lookAhead: ahead,
        looksAhead: ahead > 0,
      });
    });
  }

  it("names the fields as the panel spells them, and qlib's faults", () => {
    const { fields, operators, crossSectional } = explainExpression(
      "IdxMax($volume, 5)/CSRank($close)",
      names,
    );
    expect(fields).toEqual(["volume", "$close"]);
    expect(crossSectional).toBe(true);
    expect(operators.find(({ name }) => name === "IdxMax")).toEqual({
      name: "IdxMax",
      doc: "position of the highest in its window, from 1",
      fault:
        "qlib: a missing cell in the window is taken for the extreme: its position is given; strict: missing cells are skipped",
    });
  });

  it("reads nothing of a panel's file, its row codes included", async () => {
    const panel = await openPanel("data-fixtures/hdf5/fixed_f32.pd15.h5");
    let reads = 0;
    const count = () => reads++;
    subscribe(READ_CHANNEL, count);
    try {
      expect(panel.explainExpression("Mean($close, 5)").fields).toEqual(["$close"]);
      expect(reads).toBe(0);
      panel.index.codes; // they are still in the file
      expect(reads).toBe(1);
    } finally {
      unsubscribe(READ_CHANNEL, count);
    }
  });

  it("every operator of the table parses and plans", () => {
    for (const [name, { parameters, leastWindow }] of OPERATORS) {
      const args = parameters.map((parameter) => {
        if (parameter === "series")
          return name === "Not" || name === "And" || name === "Or" ? "($close > $open)" : "$close";
        if (parameter === "instrument") return "'SZ000001'";
        return parameter === "score" ? "0.5" : String(leastWindow ?? 5);
      });
      expect(planTexts({ x: `${name}(${args.join(", ")})` }, names).names).toEqual(["x"]);
    }
  });
});

describe("planning", () => {
  it("computes common parts once", () => {
    const shared = planTexts({
      a: "Mean($close, 5)/Ref($close, 1)",
      b: "Std($close,5)/Ref( $close,1 )",
      c: "(Mean($close, 5))",
    });
    const steps = shared.programs.flatMap((program) => program.steps);
    // Quotients that nothing else reads are divided when they are emitted.
    expect(steps.map(({ family, inputs }) => `${family} ${inputs.length}`).sort()).toEqual([
      "emit 1",
      "emit 2",
      "emit 2",
      "moments 1",
      "shift 1",
    ]);
  });

  it("needs few buffers however many factors there are", () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`f${i}`, `Mean($close, ${i + 1})/$close`]),
    );
    expect(planTexts(many).programs[0]!.bufferCount).toBeLessThanOrEqual(2);
  });

  it("a parsed expression knows its place in the text", () => {
    expect(parseExpression("$a + Mean($b, 5)")).toMatchObject({ tree: { operator: "Add", at: 3, end: 16 } });
  });
});
