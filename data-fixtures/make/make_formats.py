"""Write the Arrow and Parquet layouts that pandas and pyarrow produce. usage: make_formats.py OUT  (pandas >= 2, pyarrow)

expected.json holds, for every file, what its rows are in (datetime, instrument) order: all files hold the same 40-row frame
(4 sessions x 11 instruments, 4 rows missing) or the part of its columns that they list.
"""
import json, os, sys
import numpy as np, pandas as pd, pyarrow as pa, pyarrow.feather as feather, pyarrow.parquet as pq

def frame():
    rng = np.random.default_rng(7)
    dates = pd.to_datetime(["2020-01-02", "2020-01-03", "2020-01-06 09:31:00.000000001", "2020-01-07"], format="ISO8601").as_unit("ns")
    names = [f"{i:06d}.SZ" for i in range(1, 11)] + ["中文"]
    index = pd.MultiIndex.from_product([dates, names], names=["datetime", "instrument"])
    df = pd.DataFrame({"$close": rng.normal(10, 1, len(index)).astype("float32"), "f64": rng.normal(0, 1, len(index)), "n": np.arange(len(index), dtype="int32"),
                       "big": np.arange(len(index), dtype="int64") + 2**60, "flag": np.arange(len(index)) % 3 == 0,
                       "note": [None if i % 5 == 0 else f"注 {i}" for i in range(len(index))], "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(len(index)), "h")}, index=index)
    df["f64"] = df["f64"].where(np.arange(len(df)) % 7 != 0)
    df["maybe"] = pd.array([None if i % 4 == 0 else i for i in range(len(df))], dtype="Int16")
    df["perhaps"] = pd.array([None if i % 6 == 0 else i % 2 == 0 for i in range(len(df))], dtype="boolean")
    return df.drop(df.index[[3, 17, 30, 43]])

def main(out):
    os.makedirs(out, exist_ok=True); df = frame(); t = pa.Table.from_pandas(df)
    w = lambda name, table, **k: feather.write_feather(table, f"{out}/{name}.feather", **k)
    w("plain", t, compression="uncompressed"); w("chunks", t, compression="uncompressed", chunksize=7); w("lz4", t, compression="lz4"); w("zstd", t, compression="zstd")
    for name, table in (("stream", t), ("stream_chunks", pa.Table.from_batches(t.to_batches(max_chunksize=9)))):
        with pa.OSFile(f"{out}/{name}.arrow", "wb") as f, pa.ipc.new_stream(f, table.schema) as s: s.write_table(table, max_chunksize=9)
    col = lambda name, array: t.set_column(t.schema.get_field_index(name), name, array)
    for kind in ("int8", "int16", "int32", "uint8", "uint16", "uint32", "int64"):
        d = pa.DictionaryArray.from_arrays(t["instrument"].combine_chunks().dictionary_encode().indices.cast(kind), t["instrument"].combine_chunks().dictionary_encode().dictionary)
        w(f"dictionary_{kind}", col("instrument", d), compression="uncompressed")
    w("large_utf8", col("instrument", t["instrument"].cast("large_utf8")), compression="uncompressed")
    whole = t["datetime"].cast(pa.timestamp("ns")).cast(pa.timestamp("s"), safe=False)
    for unit in ("s", "ms", "us"): w(f"timestamp_{unit}", col("datetime", t["datetime"].cast(pa.timestamp(unit), safe=False)), compression="uncompressed")
    w("date32", col("datetime", whole.cast("date32", safe=False)), compression="uncompressed")
    zone = df.copy(); zone.index = zone.index.set_levels(zone.index.levels[0].tz_localize("Asia/Shanghai"), level=0); w("time_zone", pa.Table.from_pandas(zone), compression="uncompressed")
    w("categorical_column", col("note", t["note"].dictionary_encode()), compression="uncompressed")
    flat = pa.Table.from_pandas(df.reset_index()); w("plain_columns", flat, compression="uncompressed")
    two = df[["$close", "f64"]].copy(); two.columns = pd.MultiIndex.from_product([["feature"], two.columns]); w("two_level_columns", pa.Table.from_pandas(two), compression="uncompressed")
    w("bad_flat_index", pa.Table.from_pandas(df.reset_index(level=0, drop=True)), compression="uncompressed")
    w("bad_list_column", t.append_column("list", pa.array([[i] for i in range(len(df))])), compression="uncompressed")
    p = lambda name, table, **k: pq.write_table(table, f"{out}/{name}.parquet", **k)
    p("index", t); p("plain_columns", flat)
    for c in ("gzip", "zstd", "brotli", "lz4", "none"): p(f"codec_{c}", t, compression=c)
    p("row_groups", t, row_group_size=8); p("no_dictionary", t, use_dictionary=False); p("version_1", t, version="1.0", coerce_timestamps="us", allow_truncated_timestamps=True); p("data_page_2", t, data_page_version="2.0")
    p("timestamp_us", t, coerce_timestamps="us", allow_truncated_timestamps=True); p("timestamp_ms", t, coerce_timestamps="ms", allow_truncated_timestamps=True); p("int96", t, use_deprecated_int96_timestamps=True)
    p("time_zone", pa.Table.from_pandas(zone)); p("date32", col("datetime", whole.cast("date32", safe=False))); p("no_arrow_schema", t, store_schema=False)
    p("no_metadata", flat.replace_schema_metadata(None), store_schema=False); p("two_level_columns", pa.Table.from_pandas(two)); p("shuffled", t.take(np.random.default_rng(1).permutation(len(df))))
    p("bad_flat_index", pa.Table.from_pandas(df.reset_index(level=0, drop=True)))
    cell = lambda v: None if v is None or v is pd.NA or v is pd.NaT or v != v else v.value if isinstance(v, pd.Timestamp) else v.item() if hasattr(v, "item") else v
    text = lambda v: str(v) if isinstance(v, int) and not isinstance(v, bool) and abs(v) > 2**53 else v
    columns = {c: [text(cell(v)) for v in df[c]] for c in df.columns}
    json.dump({"rows": len(df), "datetimes": [str(x.value) for x in df.index.get_level_values(0)], "instruments": list(df.index.get_level_values(1)), "dtypes": {c: str(df[c].dtype) for c in df}, "columns": columns},
              open(f"{out}/expected.json", "w"), ensure_ascii=False, indent=0)

if __name__ == "__main__": main(sys.argv[1])
