import { LibraryClient } from "../../src/server/library/library-client.ts";
import type { JobEvent } from "../../src/server/library/library-types.ts";

export { LibraryProblem } from "../../src/server/library/library-client.ts";
export type * from "../../src/server/library/library-types.ts";

/** The server that these pages came from. */
export const api = new LibraryClient("");

const BASE = "/api/v1";
const query = (parts: Readonly<Record<string, string>>): string => String(new URLSearchParams(parts));

/** Addresses that the browser itself asks for. */
export const addresses = {
  file: (id: string) => `${BASE}/files/${encodeURIComponent(id)}`,
  marks: `${BASE}/marks`,
  factorCsv: (key: string, bars: number) =>
    `${BASE}/factor/values?${query({ key, bars: String(bars), format: "csv" })}`,
  timeline: (task: string, theme: string, language: string) =>
    `${BASE}/charts/timeline.svg?${query({ task, theme, language })}`,
  factorChart: (key: string, at: number, theme: string) =>
    `${BASE}/charts/factor.svg?${query({ key, at: String(at), theme })}`,
  loopChart: (
    chart: "comparison" | "equity" | "drawdown",
    keys: readonly string[],
    theme: string,
    language: string,
  ) =>
    `${BASE}/charts/${chart}.svg?${keys.map((key) => query({ key })).join("&")}&${query({ theme, language })}`,
};

/** Calls `listener` with each event of a job; gives what ends that. */
export function followJob(id: string, listener: (event: JobEvent) => void): () => void {
  const events = new EventSource(`${BASE}/jobs/${encodeURIComponent(id)}/events`);
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data as string) as JobEvent;
    listener(event);
    if (event.state !== "running") events.close();
  };
  return () => events.close();
}
