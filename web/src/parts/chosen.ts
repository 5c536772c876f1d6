/** Records chosen for a comparison, kept while the browser's tab is open. */
const KEY = "chosen";
export const MOST_CHOSEN = 4;

export interface Chosen {
  readonly kind: "factors" | "loops";
  readonly keys: readonly string[];
}

export function chosen(): Chosen {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "") as Chosen;
  } catch {
    return { kind: "factors", keys: [] };
  }
}

export const keepChosen = (selection: Chosen): void => sessionStorage.setItem(KEY, JSON.stringify(selection));

/** Chooses a record, or no longer; one of another kind begins anew. */
export function toggleChosen(kind: Chosen["kind"], key: string): Chosen {
  const before = chosen();
  const keys = before.kind === kind ? before.keys : [];
  const now = keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key].slice(-MOST_CHOSEN);
  const next = { kind, keys: now };
  keepChosen(next);
  return next;
}

/** The page that compares them. */
export const compareAddress = ({ kind, keys }: Chosen): string =>
  `/compare?${new URLSearchParams([["kind", kind], ...keys.map((key) => ["key", key])])}`;
