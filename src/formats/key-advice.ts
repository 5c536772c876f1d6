import { parseCode } from "../names/code-conventions.js";

// What to do with a table that does not have the (datetime, instrument) keys, by what it has in their place.

/** How to say which columns the keys are; those that were found are named. */
export function nameKeys(datetime: string | undefined, instrument: string | undefined): string {
  const [time, code] = [datetime ?? "…", instrument ?? "…"];
  return `say which columns they are, with openPanel(path, { keys: { datetime: "${time}", instrument: "${code}" } }) or --datetime and --instrument`;
}

/**
 * What to do in pandas with an index of times alone, of which each column is an instrument, or a field of one: with names of
 * two levels it is the lower one that is stacked, or the upper one where that has the codes.
 */
export function stackAdvice(columns: readonly { readonly name: string; readonly group?: string }[]): string {
  const groups = columns.flatMap(({ group }) => group ?? []);
  const [isGrouped, isCodes] = [groups.length > 0, groups.every((group) => parseCode(group) !== undefined)];
  const stacked = isGrouped && isCodes ? "df.stack(0)" : "df.stack()";
  const keyed = `${stacked}.rename_axis(["datetime", "instrument"])`;
  return isGrouped ? keyed : `${keyed}.to_frame("close")`;
}
