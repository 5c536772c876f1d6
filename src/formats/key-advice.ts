// What to do with a table that does not have the (datetime, instrument) keys, by what it has in their place.

/** How to say which columns the keys are; those that were found are named. */
export function nameKeys(datetime: string | undefined, instrument: string | undefined): string {
  const [time, code] = [datetime ?? "…", instrument ?? "…"];
  return `say which columns they are, with openPanel(path, { keys: { datetime: "${time}", instrument: "${code}" } }) or --datetime and --instrument`;
}

/** What to do in pandas with an index of times alone, of which each column is an instrument, or a field of one. */
export function stackAdvice(index: string | undefined): string {
  const axis = index === undefined ? "" : `.rename_axis(["${index}", "instrument"])`;
  return `df.stack()${axis}.to_frame("close") where each column is an instrument, df.stack() where the columns have two levels, else df.set_index("instrument", append=True)`;
}
