/** A fenced block of a markdown file. */
export interface Block {
  readonly language: string;
  /** Of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
  /** The `text` block right after it: what running it prints. A line `…` in it stands for any lines. */
  readonly output?: string;
}

const FENCE = /^```(\S*)\s*\n([\s\S]*?)^```[^\S\n]*$/gm;

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const match of markdown.matchAll(FENCE)) {
    const [whole, language = "", code = ""] = match;
    const before = blocks.at(-1);
    if (language === "text" && before !== undefined && markdown.slice(end, match.index).trim() === "") {
      blocks[blocks.length - 1] = { ...before, output: code };
    } else {
      const line = markdown.slice(0, match.index).split("\n").length + 1;
      blocks.push({ language, line, code });
    }
    end = match.index + whole.length;
  }
  return blocks;
}

export function isShell({ language }: Block): boolean {
  return ["sh", "bash", "shell", "console"].includes(language);
}

/** Code without its comments, which are written in the language of their page. */
export function withoutComments(block: Block): string {
  const comment = isShell(block) ? /(^|\s)#.*$/gm : /(^|\s)\/\/.*$/gm;
  return block.code.replace(comment, "").replace(/[^\S\n]+$/gm, "");
}

/** The command lines of a shell block that call aistock-data; lines ended by `\` go on in the next one. */
export function commandsOf(code: string): string[] {
  const lines = code.replaceAll(/\\\n\s*/g, " ").split("\n");
  return lines
    .map((line) => line.trim().replace(/^\$ /, ""))
    .filter((line) => /^(npx )?aistock-data( |$)/.test(line));
}

/** Matches what was printed, ends of lines aside, with `…` lines for anything. */
export function outputPattern(output: string): RegExp {
  const lines = output.trimEnd().split("\n");
  const parts = lines.map((line) =>
    line.trim() === "…" ? "[\\s\\S]*?" : `${line.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}[^\\S\\n]*`,
  );
  return new RegExp(`^${parts.join("\\n")}\\s*$`);
}
