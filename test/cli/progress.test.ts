import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withProgress } from "#src/cli/progress.js";

describe("the progress bar", () => {
  let written = "";
  const terminal = process.stderr.isTTY;
  beforeEach(() => {
    written = "";
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    process.stderr.isTTY = terminal;
  });

  const slowly = (fails: boolean) =>
    withProgress("reading", async (onProgress) => {
      vi.advanceTimersByTime(1000);
      onProgress({ rows: 1, totalRows: 2 });
      if (fails) throw new Error("the file is damaged");
      return "read";
    });

  it("shows how far slow work has come and leaves a clear line behind, also where the work fails", async () => {
    process.stderr.isTTY = true;
    expect(await slowly(false)).toBe("read");
    expect(written).toContain("reading ███████████████░░░░░░░░░░░░░░░ 50%");
    expect(written.endsWith("\r\x1b[K")).toBe(true);
    written = "";
    await expect(slowly(true)).rejects.toThrow("the file is damaged");
    expect(written).toContain("50%");
    expect(written.endsWith("\r\x1b[K")).toBe(true);
  });

  it("does not show where stderr is no terminal, nor for quick work", async () => {
    process.stderr.isTTY = false;
    expect(await slowly(false)).toBe("read");
    process.stderr.isTTY = true;
    await withProgress("reading", async (onProgress) => onProgress({ rows: 1, totalRows: 2 }));
    expect(written).toBe("");
  });
});
