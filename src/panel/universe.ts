import { ON_UNKNOWN, type RowsRequest, unknownInstruments } from "../keys/find/window-plan.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { InstrumentList } from "../universe/instrument-list.js";
import { Universe } from "../universe/universe.js";
import type { Panel } from "./panel.js";

/** What becomes of codes that a panel does not have. */
export type UniverseOptions = Pick<RowsRequest, "onUnknown">;

const UNIVERSE_KEYS: RequestKeys<UniverseOptions> = { onUnknown: true };

/** @see Panel.universe @throws DataServiceError unknown-instrument, bad-request */
export function panelUniverse(
  { index, label }: Panel,
  codesOrList: string | Iterable<string> | InstrumentList,
  options: UniverseOptions = {},
): Universe {
  checkKeys(options, UNIVERSE_KEYS, "universe");
  const { onUnknown = "error" } = options;
  checkChoice(onUnknown, ON_UNKNOWN, "universe: onUnknown");
  const universe = Universe.of(codesOrList);
  if (universe.spans) return universe;
  const known = universe.instruments.filter((instrument) => index.codeOf(instrument) >= 0);
  if (known.length === universe.instruments.length) return universe;
  if (onUnknown === "skip") return Universe.of(known);
  throw unknownInstruments(
    index,
    universe.instruments.filter((one) => index.codeOf(one) < 0),
    label,
  );
}
