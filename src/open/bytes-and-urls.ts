import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniqueSuffix } from "../crypto.js";
import { DataServiceError } from "../errors.js";
import { discard } from "../files/discard.js";
import type { Panel } from "../panel/panel.js";

/** Opens the bytes of a file by way of a temporary one, which is gone when the panel is there: its format is told by them. */
export async function openBytes(bytes: Uint8Array, open: (path: string) => Promise<Panel>): Promise<Panel> {
  const path = join(tmpdir(), `aistock-data-${uniqueSuffix()}`);
  try {
    writeFileSync(path, bytes, { mode: 0o600 });
    const panel = await open(path);
    return panel.with({ info: { ...panel.info, source: `${bytes.byteLength} bytes` } });
  } finally {
    discard(path);
  }
}

/** Refuses an address, which would otherwise be a path that is not there. @throws DataServiceError bad-request */
export function refuseNoPath(path: string): void {
  if (typeof path !== "string") {
    const given = path as unknown;
    const advice =
      given instanceof URL ? "fileURLToPath(url)" : "the path as text, or the bytes as a Uint8Array";
    throw new DataServiceError("bad-request", `openPanel: ${String(given)} is not a path; give ${advice}`);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    const problem = `openPanel: ${path} is an address; files are opened, not fetched: download it, or give its bytes as a Uint8Array`;
    throw new DataServiceError("bad-request", problem, { path });
  }
}
