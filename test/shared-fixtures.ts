import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A folder of the large fixtures that lie beside the checkout (`../shared/fixtures`, or further up), or undefined where
 * there are none: `describe.skipIf(!sharedFixtures("validation"))`.
 */
export function sharedFixtures(name: string): string | undefined {
  let folder = resolve(dirname(fileURLToPath(import.meta.url)), "..");
  for (;;) {
    const found = join(folder, "shared", "fixtures", name);
    if (existsSync(found)) return found;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
