import { spawnSync } from "node:child_process";

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, as a user would. */
export function cli(...args: string[]): CliResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: "/nonexistent-cache", NO_COLOR: "1" },
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}
