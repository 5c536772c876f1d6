import type { PanelIndex } from "../keys/panel-index.js";
import type { PanelKeys } from "./layout.js";

/** An index as the engine takes it. */
export function keysOf({ sessionCount, instruments, offsets, codes }: PanelIndex): PanelKeys {
  const first = offsets[0]!;
  return {
    sessionCount,
    instrumentCount: instruments.length,
    offsets: first === 0 ? offsets : offsets.map((row) => row - first),
    codes,
  };
}

/**
 * Some instruments of a panel, all rows of each, as the engine takes them: in the sessions of the whole panel, which
 * windows count, though none of these has a row in some.
 */
export function keysOfMembers(members: PanelIndex, whole: PanelIndex): PanelKeys {
  const offsets = new Uint32Array(whole.sessionCount + 1);
  for (let s = 0, own = 0; s < whole.sessionCount; s++) {
    if (members.datetimes[own] === whole.datetimes[s]) own++;
    offsets[s + 1] = members.startOf(own);
  }
  return { ...keysOf(members), sessionCount: whole.sessionCount, offsets };
}
