import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
/** The pages whose examples run one after the other in one folder, README's first. */
const PAGES = [
  "README.md",
  ...["snapshot", "expressions", "joins", "formats", "command-line"].map((topic) => `docs/${topic}.md`),
];
const chineseOf = (page: string) => page.replace(/\.md$/, ".zh-CN.md");
const blocksIn = (page: string) => blocksOf(readFileSync(join(root, page), "utf8"));

// What a newer Node thinks of a dependency's code is not the example's doing.
const quiet = { ...process.env, NODE_NO_WARNINGS: "1" };
const examplesOf = (blocks: readonly Block[]) => blocks.filter(({ language }) => language === "ts");
const nameOf = (page: string, block: Block) => `${page.replaceAll(/[./]/g, "-")}-line-${block.line}`;

// Inside the repository, so that an example's `@aistock/data-service` is this package, as built.
let folder = "";
let typeErrors = "";

beforeAll(async () => {
  requireBuild();
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "readme-"));
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
  for (const page of PAGES) {
    for (const block of examplesOf(blocksIn(page))) {
      writeFileSync(join(folder, `${nameOf(page, block)}.ts`), block.code);
    }
  }
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  // tsc writes the JavaScript whatever it finds; a rejected run carries what it printed.
  ({ stdout: typeErrors } = await run(process.execPath, [tsc, "-p", folder]).catch((failed) => failed));
});

afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

const codeOf = (blocks: readonly Block[]) =>
  blocks.filter((block) => block.language === "ts" || isShell(block)).map(withoutComments);

describe("each page", () => {
  it.each(PAGES)("shows the same code in both languages: %s", (page) => {
    expect(codeOf(blocksIn(chineseOf(page)))).toEqual(codeOf(blocksIn(page)));
    expect(codeOf(blocksIn(page)).length).toBeGreaterThan(0);
  });
});

describe("the examples", () => {
  it("agree with the types", () => {
    expect(typeErrors).toBe("");
  });
});

/** Runs the commands of a shell block one after the other, as a shell would, and gives what they print. */
async function runCommands(block: Block): Promise<string> {
  let printed = "";
  for (const command of commandsOf(block.code)) {
    const path = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
    const env = { ...process.env, PATH: path };
    const { stdout } = await run("bash", ["-o", "pipefail", "-c", command], { cwd: folder, env });
    printed += stdout;
  }
  expect(printed).not.toBe("");
  return printed;
}

async function runExample(page: string, block: Block): Promise<string> {
  const printed = await run(process.execPath, [`${nameOf(page, block)}.js`], { cwd: folder, env: quiet });
  expect(printed.stderr).toBe("");
  return printed.stdout;
}

// The Chinese page shows the same code, so that running the one page's runs both. In order: README's first commands write
// the sample that all that follows reads.
describe.each(PAGES)("%s", (page) => {
  const runnable = blocksIn(page).filter(
    (block) => block.language === "ts" || (isShell(block) && commandsOf(block.code).length > 0),
  );

  it.each(runnable.map((block) => [block.line, block] as const))(
    "runs what line %i shows",
    async (_, block) => {
      const printed = isShell(block) ? await runCommands(block) : await runExample(page, block);
      if (block.output !== undefined) expect(printed).toMatch(outputPattern(block.output));
    },
  );
});
