import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { killImports } from "../../scripts/kill-imports.mjs";
import { requireBuild, root } from "../built-package.js";
import { drawn } from "../property-runs.js";

it("imports and backfills killed at random moments lose and double nothing", async () => {
  requireBuild();
  // `node scripts/kill-imports.mjs` does it a thousand times
  const kills = drawn(12);
  const { killed, finished } = await killImports(kills);
  expect(killed + finished).toBe(kills);
});

it("the built entry serves its version", async () => {
  requireBuild();
  const entry = (await import(
    pathToFileURL(join(root, "dist", "research.js")).href
  )) as typeof import("#src/research.js");
  const server = await entry.serveResults({ registry: "none.sqlite", port: 0 });
  const health = (await (await fetch(`${server.url}/v1/health`)).json()) as { version: string };
  expect(health.version).toMatch(/^\d+\.\d+\.\d+/);
  await server.close();
});
