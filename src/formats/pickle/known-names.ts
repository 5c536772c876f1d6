/**
 * Every class and function that pickles of frames, series and qlib's positions name, of pandas 1 and 2 and protocols 2
 * to 5. None is ever called: these are the ones whose meaning is known.
 */
const KNOWN: ReadonlySet<string> = new Set([
  "__builtin__.slice",
  "builtins.slice",
  "_codecs.encode",
  "numpy.dtype",
  "numpy.ndarray",
  "numpy.core.multiarray._reconstruct",
  "numpy.core.multiarray.scalar",
  "numpy.core.numeric._frombuffer",
  "numpy._core.multiarray._reconstruct",
  "numpy._core.multiarray.scalar",
  "numpy._core.numeric._frombuffer",
  "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked",
  "pandas._libs.internals._unpickle_block",
  "pandas._libs.missing.NA",
  "pandas._libs.tslibs.nattype._nat_unpickle",
  "pandas._libs.tslibs.timestamps.Timestamp",
  "pandas._libs.tslibs.timestamps._unpickle_timestamp",
  "pandas.core.arrays.datetimes.DatetimeArray",
  "pandas.core.frame.DataFrame",
  "pandas.core.indexes.base.Index",
  "pandas.core.indexes.base._new_Index",
  "pandas.core.indexes.datetimes.DatetimeIndex",
  "pandas.core.indexes.datetimes._new_DatetimeIndex",
  "pandas.core.indexes.multi.MultiIndex",
  "pandas.core.indexes.numeric.Float64Index",
  "pandas.core.indexes.numeric.Int64Index",
  "pandas.core.indexes.range.RangeIndex",
  "pandas.core.internals.managers.BlockManager",
  "pandas.core.internals.managers.SingleBlockManager",
  "pandas.core.series.Series",
  "qlib.backtest.position.Position",
]);

export function isKnownName(name: string): boolean {
  return KNOWN.has(name);
}
