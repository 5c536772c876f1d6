import type { WriteOptions } from "../formats/write.js";
import { replaceWhenWhole } from "../formats/write.js";
import type { Panel } from "./panel.js";

export interface WriteQlibOptions extends WriteOptions {
  /** The calendar's name: `day` by default. */
  readonly freq?: string | undefined;
}

/**
 * Writes a panel as a qlib provider folder: calendars, instruments and one little-endian float32 file a field
 * and instrument. The old folder stays until the new one is whole.
 * @throws DataServiceError unsupported (a column is no number), write-failed
 */
export async function writeQlibBin(
  panel: Panel,
  path: string,
  options: WriteQlibOptions = {},
): Promise<void> {
  const formats = await import("../formats/qlib-bin-write.js");
  await replaceWhenWhole(path, (temporary) => formats.writeQlibBin(temporary, panel.table(), options));
}
