import { spawnSync } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { DataServiceError } from "#src/errors.js";

const snapshot = vi.hoisted(() => ({ error: undefined as unknown }));
vi.mock("#src/snapshot/open-snapshot.js", () => ({
  openSnapshot: () => {
    throw snapshot.error;
  },
}));

import { run } from "#src/cli/run.js";

/** What the command line says of an error from below, and what it ends with. */
async function saidOf(error: unknown): Promise<[text: string, status: number]> {
  snapshot.error = error;
  let text = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    text += String(part);
    return true;
  });
  try {
    const status = await run(["fields", "somewhere"]);
    return [text, status];
  } finally {
    write.mockRestore();
  }
}

describe("an error", () => {
  it("of the data or the system is one line", async () => {
    expect(await saidOf(new DataServiceError("corrupt", "a.h5: damaged"))).toEqual([
      "aistock-data: a.h5: damaged\n",
      1,
    ]);
    const denied = Object.assign(new Error("EACCES: permission denied, scandir 'x'"), {
      errno: -13,
      code: "EACCES",
      syscall: "scandir",
    });
    expect(await saidOf(denied)).toEqual(["aistock-data: EACCES: permission denied, scandir 'x'\n", 1]);
  });

  it("of the program shows where it is, and asks to report it", async () => {
    const [text, status] = await saidOf(new TypeError("x is not a function"));
    expect(status).toBe(1);
    expect(text).toMatch(
      /^aistock-data: a fault of this program; please report these lines and the command\nTypeError: x is not a function\n +at /,
    );
  });
});

describe.skipIf(process.platform !== "linux")("output that cannot be written", () => {
  const FOLDER = "data-fixtures/snapshot";

  it.each([`window ${FOLDER}/daily_pv.h5 --format csv`, `describe ${FOLDER}/daily_pv.h5 --json`])(
    "is said, with the system's reason: %s",
    (command) => {
      const { status, stderr } = spawnSync(`node dist/cli/main.js ${command} > /dev/full`, {
        shell: true,
        encoding: "utf8",
      });
      expect(stderr).toMatch(/^aistock-data: the output could not be written: ENOSPC: .*\n$/);
      expect(status).toBe(1);
    },
  );

  it.each([
    [`fields ${FOLDER} db_pb`, 0],
    ["describe no-such.h5", 1],
  ])("changes nothing where it is only notes and errors: %s", (command, status) => {
    const readerIsGone = "exec 4> >(:); wait $!";
    const ended = spawnSync(`${readerIsGone}; node dist/cli/main.js ${command} 2>&4`, {
      shell: "/bin/bash",
      encoding: "utf8",
    });
    expect(ended).toMatchObject({ status, stderr: "" });
  });
});
