import { loadColumns } from "../columns/load.js";
import type { Progress } from "../columns/table.js";
import { ByInstrument } from "../keys/by-instrument/by-instrument.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "./panel.js";

/** How `panel.load` reads columns into memory. */
export interface LoadOptions {
  /**
   * Whether to lay the rows and all columns out by instrument as well, one history after another, for many reads of single
   * histories (`series`, windows of one instrument) or several loops over all (`groupByInstrument`): each is one run of
   * memory then. It takes as much memory again and 4 bytes a row.
   */
  readonly byInstrument?: boolean | undefined;
  /** Called during a load that takes seconds. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const LOAD_KEYS: RequestKeys<LoadOptions> = { byInstrument: true, onProgress: true };

/** @see Panel.load @throws DataServiceError bad-request, and what reading the file throws */
export function loadPanel(panel: Panel, options: LoadOptions = {}): void {
  const { indexWithRepeats: index, columns } = panel; // not in the parameter: declarations would name what they leave out
  checkKeys(options, LOAD_KEYS, "load");
  const { byInstrument = false, onProgress } = options;
  const holdCodes = () => index.hold();
  loadColumns(columns.values(), onProgress, holdCodes);
  holdCodes();
  if (byInstrument) ByInstrument.make(panel.index, columns.values());
}
