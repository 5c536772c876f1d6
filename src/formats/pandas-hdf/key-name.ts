/** The key research files have, taken where none is asked for; a table of another name is not taken for it. */
export const DEFAULT_KEY = "data";

/** A key under its one name: as for pandas, slashes at its ends do not count. The default one where none is given. */
export function keyName(key = DEFAULT_KEY): string {
  return key.replace(/^\/+|\/+$/g, "");
}
