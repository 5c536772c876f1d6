import { writeFileSync } from "node:fs";
import { replaceWhenWhole } from "../formats/write.js";

/** Writes a report or an image; the old file stays until the new one is whole. @throws DataServiceError write-failed */
export async function writeText(path: string, text: string): Promise<void> {
  await replaceWhenWhole(path, async (temporary) => writeFileSync(temporary, text));
}
