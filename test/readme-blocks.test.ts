import { describe, expect, it } from "vitest";
import { blocksOf, commandsOf, outputPattern, withoutComments } from "./readme-blocks.js";

const PAGE = [
  "# Title",
  "```ts",
  'const url = "a://b"; // why',
  "```",
  "",
  "```text",
  "printed",
  "```",
  "```sh",
  "npm install",
  "```",
  "```text",
  "…",
  "```",
  "Words.",
  "```text",
  "alone",
  "```",
].join("\n");

describe("blocks of a markdown page", () => {
  it("are found with their lines, and what they print", () => {
    expect(blocksOf(PAGE)).toEqual([
      { language: "ts", line: 3, code: 'const url = "a://b"; // why\n', output: "printed\n" },
      { language: "sh", line: 10, code: "npm install\n", output: "…\n" },
      { language: "text", line: 17, code: "alone\n" },
    ]);
  });

  it("are compared without comments", () => {
    expect(withoutComments(blocksOf(PAGE)[0]!)).toBe('const url = "a://b";\n');
    expect(withoutComments({ language: "sh", line: 1, code: "# all\na#b # c\n" })).toBe("\na#b\n");
  });

  it("give the commands of a shell block, continued lines joined", () => {
    const code =
      "npm ci\n# note\n$ npx aistock-data describe \\\n    a.h5 | head -3\naistock-data --help\naistock-database x\n";
    expect(commandsOf(code)).toEqual(["npx aistock-data describe  a.h5 | head -3", "aistock-data --help"]);
  });

  it("match what was printed, … standing for any lines", () => {
    const pattern = outputPattern("rows (2)\n…\nlast\n");
    expect("rows (2)  \na\nb\nlast\n").toMatch(pattern);
    expect("rows (2)\na\nb\nlast one\n").not.toMatch(pattern);
    expect("rows 2\na\nlast\n").not.toMatch(pattern);
  });
});
