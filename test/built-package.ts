import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { distProblem, root } from "../scripts/build.mjs";

export { root };

export const cli = join(root, "dist", "cli", "main.js");

/** Fails where dist/ is not what src/ says: a test of the built package would test another one. */
export function requireBuild(): void {
  const problem = distProblem();
  if (problem !== undefined) {
    throw new Error(
      `${problem}; this test uses the built package: \`npm test\` builds it first, as does \`npm run build\``,
    );
  }
}

/** The built library, as an importer of the package gets it. */
export function importBuilt(): Promise<typeof import("#src/index.js")> {
  requireBuild();
  return import(pathToFileURL(join(root, "dist", "index.js")).href);
}
