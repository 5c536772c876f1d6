import { execFile } from "node:child_process";
import { DataServiceError } from "../../errors.js";

/** Tried in this order where none is named. */
const CANDIDATES = ["python3", "/usr/bin/python3", "python"];

const found = new Map<string, Promise<string>>();

/**
 * A Python that can import pandas: the one named, or the first of those that are usual. Remembered.
 * @throws DataServiceError not-found
 */
export function findInterpreter(named?: string): Promise<string> {
  const key = named ?? "";
  const known = found.get(key);
  if (known) return known;
  const search = firstAble(named === undefined ? CANDIDATES : [named]);
  found.set(key, search);
  search.catch(() => found.delete(key)); // it may be installed meanwhile
  return search;
}

async function firstAble(candidates: readonly string[]): Promise<string> {
  const said: string[] = [];
  for (const candidate of candidates) {
    const problem = await problemOf(candidate);
    if (problem === undefined) return candidate;
    said.push(`${candidate}: ${problem}`);
  }
  throw new DataServiceError(
    "not-found",
    `no Python that can import pandas and numpy (${said.join("; ")}); install pandas, or name an interpreter that has it (python: "/path/to/python3")`,
    { found: candidates },
  );
}

function problemOf(candidate: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      candidate,
      ["-c", "import os; os.fork; import numpy, pandas"],
      { timeout: 60_000 },
      (error, _, stderr) => {
        if (!error) resolve(undefined);
        else
          resolve(
            stderr.trim().split("\n").at(-1) || (error.code === "ENOENT" ? "not there" : error.message),
          );
      },
    );
  });
}
