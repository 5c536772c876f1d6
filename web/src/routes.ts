import type { RecordKind } from "./api.ts";

/** Addresses of the pages. */
const ONE = {
  factors: "/factors/one",
  strategies: "/strategies/one",
  loops: "/loops/one",
  models: "/models/one",
} as const;

/** The page of one record. */
export const recordAddress = (kind: RecordKind, key: string): string =>
  `${ONE[kind]}?${new URLSearchParams({ key })}`;

export const taskAddress = (task: string): string => `/experiments/task?${new URLSearchParams({ task })}`;

/** The factors of a name: it may occur with several sources. */
export const factorsNamed = (name: string): string =>
  `/factors?${new URLSearchParams({ "where.name": `'${name}'` })}`;
