import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, requireBuild, root } from "./built-package.js";
import {
  type Block,
  blocksOf,
  commandsOf,
  isShell,
  outputPattern,
  withoutComments,
} from "./readme-blocks.js";

const run = promisify(execFile);
const PAGES = ["README.md", "README.zh-CN.md"] as const;
const [english, chinese] = PAGES.map((page) => blocksOf(readFileSync(join(root, page), "utf8")));

// What a newer Node thinks of a dependency's code is not the example's doing.
const quiet = { ...process.env, NODE_NO_WARNINGS: "1" };
const examplesOf = (blocks: readonly Block[] = []) => blocks.filter(({ language }) => language === "ts");
const nameOf = (page: string, block: Block) => `${page.replaceAll(".", "-")}-line-${block.line}`;

// Inside the repository, so that an example's `@aistock/data-service` is this package, as built.
let folder = "";
let typeErrors = "";

beforeAll(async () => {
  requireBuild();
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "readme-"));
  cpSync(join(root, "data-fixtures"), join(folder, "data-fixtures"), { recursive: true });
  const commands = join(folder, "bin");
  mkdirSync(commands);
  writeFileSync(join(commands, "aistock-data"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(commands, "npx"), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  const compilerOptions = {
    ...{ target: "es2023", module: "nodenext", strict: true, verbatimModuleSyntax: true },
    ...{ types: ["node"], skipLibCheck: true },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  for (const block of examplesOf(english)) {
    writeFileSync(join(folder, `${nameOf(PAGES[0], block)}.ts`), block.code);
  }
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  // tsc writes the JavaScript whatever it finds; a rejected run carries what it printed.
  ({ stdout: typeErrors } = await run(process.execPath, [tsc, "-p", folder]).catch((failed) => failed));
});

afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe("README.md and README.zh-CN.md", () => {
  it("show the same code", () => {
    const code = (blocks: readonly Block[] = []) =>
      blocks.filter((block) => block.language === "ts" || isShell(block)).map(withoutComments);
    expect(code(chinese)).toEqual(code(english));
    expect(code(english).length).toBeGreaterThan(0);
  });
});

describe("the examples", () => {
  it("agree with the types", () => {
    expect(typeErrors).toBe("");
  });
});

// The Chinese page shows the same code, so that running the one page's runs both.
describe("README.md", () => {
  const [page, blocks = []] = [PAGES[0], english];
  const examples = examplesOf(blocks);
  const shell = blocks.filter((block) => isShell(block) && commandsOf(block.code).length > 0);

  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.each(examples.map((block) => [block.line, block] as const))(
    "runs the example in line %i",
    async (_, block) => {
      const printed = await run(process.execPath, [`${nameOf(page, block)}.js`], { cwd: folder, env: quiet });
      expect(printed.stderr).toBe("");
      if (block.output !== undefined) expect(printed.stdout).toMatch(outputPattern(block.output));
    },
  );

  it.each(shell.map((block) => [block.line, block] as const))(
    "runs the commands in line %i",
    async (_, block) => {
      let printed = "";
      for (const command of commandsOf(block.code)) {
        const path = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
        const env = { ...process.env, PATH: path };
        const { stdout } = await run("bash", ["-o", "pipefail", "-c", command], { cwd: folder, env });
        printed += stdout;
      }
      expect(printed).not.toBe("");
      if (block.output !== undefined) expect(printed).toMatch(outputPattern(block.output));
    },
  );
});
