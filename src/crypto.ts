import { createRequire } from "node:module";

/** Node's crypto, loaded when the cache is used: it takes 4 ms, a fifth of importing this package. */
function crypto(): typeof import("node:crypto") {
  // Where a bundler leaves no address to require from, newer Nodes have another way.
  const { getBuiltinModule } = process as { getBuiltinModule?: (id: string) => typeof import("node:crypto") };
  return getBuiltinModule?.("node:crypto") ?? createRequire(import.meta.url)("node:crypto");
}

/** The SHA-256 of some bytes one after the other, in hexadecimal digits; text is UTF-8. */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = crypto().createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Twelve hexadecimal digits that no other name has. */
export function uniqueSuffix(): string {
  return crypto().randomBytes(6).toString("hex");
}
