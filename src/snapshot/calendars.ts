import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import { readCalendar } from "../formats/qlib/lists.js";
import { extendCalendar } from "../keys/calendar.js";
import { withNotes } from "../panel/notes.js";
import type { Panel } from "../panel/panel.js";
import { parseFrequency } from "./frequency.js";

/** What qlib adds to the name of a calendar that goes on into the future: `day_future.txt`. */
const FUTURE = /_future$/;

/**
 * The calendars of a snapshot, `calendars/day.txt` and its like, as qlib writes them: they say which sessions come after the
 * last bar of a panel. Read when a panel of their frequency is opened.
 */
export class Calendars {
  readonly #dir: string;
  readonly #read = new Map<string, BigInt64Array>();
  #names: readonly string[] | undefined;

  /** @param dir the snapshot's folder, which may have no calendars */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** A panel whose index knows the sessions after its last; a calendar that cannot be read is noted, and gives none. */
  extend(panel: Panel, freq: string): Panel {
    try {
      const times = this.#timesOf(freq);
      const isLonger = times.length > 0 && times.at(-1)! > (panel.index.datetimes.at(-1) ?? times.at(-1)!);
      return isLonger ? panel.with({ index: panel.index.withCalendar(times) }) : panel;
    } catch (error) {
      if (!(error instanceof DataServiceError)) throw error;
      return withNotes(panel, [`${error.message}; the calendar ends with the last bar`]);
    }
  }

  #timesOf(freq: string): BigInt64Array {
    const known = this.#read.get(freq);
    if (known) return known;
    this.#names ??= namesIn(join(this.#dir, "calendars"));
    const times = this.#names
      .filter((name) => parseFrequency(name.replace(FUTURE, "")) === freq)
      .map((name) => readCalendar(this.#dir, name))
      .reduce(extendCalendar, new BigInt64Array(0));
    this.#read.set(freq, times);
    return times;
  }
}

/** Calendars by name, the shorter name, which has no future, first. */
function namesIn(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
    return files.map((file) => file.slice(0, -".txt".length)).sort();
  } catch {
    return []; // there is no such folder
  }
}
