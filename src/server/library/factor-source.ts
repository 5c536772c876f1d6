import { type ImplementationSource, implementationSource } from "../../research/impl-source.js";
import type { Store } from "../../research/store/store.js";
import type { FactorTable } from "../../research/store/store-tables.js";
import type { FactorSourceAnswer } from "./library-types.js";
import type { WorkspaceFiles } from "./workspace-files.js";

/** Loops whose workspaces are looked into for a factor's program. */
const MOST_LOOPS = 5;

/**
 * The text of a factor's implementation: the function that its pointer names in the package, else the program of a loop's
 * workspace that computed it. Null where neither is on this machine.
 */
export async function factorSource(
  store: Store,
  factor: FactorTable,
  factorPackage: string | undefined,
  files: WorkspaceFiles,
): Promise<FactorSourceAnswer | null> {
  const inPackage: ImplementationSource | undefined =
    factorPackage === undefined ? undefined : implementationSource(factorPackage, factor);
  if (inPackage !== undefined) return { ...inPackage, from: "package", version: inPackage.version ?? null };
  const loops = await store.loopsOfFactor(factor.name);
  for (const { workspace_path } of loops.slice(0, MOST_LOOPS)) {
    if (workspace_path === null) continue;
    const text = files.text("factor.py", workspace_path);
    if (text === undefined) continue;
    return { path: "factor.py", line: 1, text, from: "workspace", version: factor.impl_version };
  }
  return null;
}
