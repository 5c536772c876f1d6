// What to do in pandas with a table that does not have the (datetime, instrument) index, by what it has in its place.

/** Columns that are the keys. */
export const SET_INDEX = 'df.set_index(["datetime", "instrument"])';

/** Times as text in a level of the index; `level` counts from 0. */
export function parseLevel(level: number): string {
  return `df.index = df.index.set_levels(pd.to_datetime(df.index.levels[${level}]), level=${level})`;
}

/** An index of times alone. */
export const ADD_INSTRUMENT =
  'df.stack().rename_axis(["datetime", "instrument"]).to_frame("close") where each column is an instrument, else df.set_index("instrument", append=True)';
