import { DataServiceError } from "../../errors.js";
import type { JobRequest } from "./library-types.js";

/** Checks what a page asks to be started. @throws DataServiceError bad-request */
export function jobRequestOf(value: unknown): JobRequest {
  const fields = (value ?? {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const given = fields[name];
    if (typeof given === "string" && given.trim() !== "") return given.trim();
    throw new DataServiceError("bad-request", MEANING[name] ?? `${name} is a text`);
  };
  if (fields.job === "backfill-check") return { job: "backfill-check", registry: text("registry") };
  if (fields.job !== "sync") throw new DataServiceError("bad-request", "job is sync or backfill-check");
  const { mode = "incremental", dryRun = false } = fields;
  if (mode !== "full" && mode !== "incremental") {
    throw new DataServiceError("bad-request", "mode is full or incremental");
  }
  return { job: "sync", source: text("source"), mode, dryRun: dryRun === true };
}

const MEANING: Readonly<Record<string, string>> = {
  source: "source is a URL of a results API, or a folder",
  registry: "registry is the path of registry.sqlite",
};
