import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./built-package.js";

const TEXT = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
const CODE = [...TEXT.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);

describe("ARCHITECTURE.md", () => {
  it("has a line for every room", () => {
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    );
    const listed = TEXT.split("\n").filter((line) => line.startsWith("| `"));
    const named = new Set(listed.flatMap((line) => line.split("|")[1]!.match(/`[^`]+`/g)!));
    expect(rooms.filter((room) => !named.has(`\`${room}\``))).toEqual([]);
    expect(named.size).toBe(rooms.length);
  });

  it("names files that there are", () => {
    const paths = CODE.filter((code) => /^[\w./-]+(\.ts|\/)$/.test(code));
    const missing = paths.filter((path) => ![`src/${path}`, path].some((at) => existsSync(join(root, at))));
    expect(paths.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });

  it("links to decisions that are numbered and titled", () => {
    const pages = readdirSync(join(root, "docs", "decisions"));
    expect(pages.length).toBeGreaterThan(8);
    for (const page of pages) {
      const number = /^(\d{3})-[a-z0-9-]+\.md$/.exec(page)?.[1];
      const heading = readFileSync(join(root, "docs", "decisions", page), "utf8").split("\n")[0];
      expect(heading, page).toMatch(new RegExp(`^# ${number} \\S`));
    }
  });
});
