"""Parquet files of one frame in every encoding, codec and page version that pyarrow writes: make_parquet.py FOLDER.

pyarrow 25. `expected.json` holds what pyarrow reads of them, by column: times as nanoseconds of text, numbers as they are,
missing cells as null. make_parquet_peers.mjs writes the same frame by DuckDB and polars."""
import datetime as dt, decimal, json, os, sys
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
ROWS = 60
rng = np.random.default_rng(25)
days = np.repeat(np.arange("2020-01-02", "2020-01-12", dtype="datetime64[D]"), 6)
codes = ["000001.SZ", "000002.SZ", "300750.SZ", "600000.SH", "688981.SH", "830799.BJ"] * 10

def holes(values, every):
    return [None if i % every == every - 1 else v for i, v in enumerate(values)]

def times(unit):
    return days.astype(f"datetime64[{unit}]").astype("int64") + rng.integers(0, 86400, ROWS)

D = decimal.Decimal
columns = {
    "datetime": pa.array(days.astype("datetime64[ns]"), pa.timestamp("ns")),
    "instrument": pa.array(codes, pa.string()),
    "f32": pa.array(rng.normal(size=ROWS).astype("float32"), pa.float32()),
    "f64": pa.array(holes(rng.normal(size=ROWS).tolist(), 7), pa.float64()),
    "f32_few": pa.array(holes((np.arange(ROWS) % 4 / 8).astype("float32").tolist(), 5), pa.float32()),
    "i8": pa.array(holes(rng.integers(-128, 128, ROWS).tolist(), 6), pa.int8()),
    "i16": pa.array(rng.integers(-32768, 32768, ROWS), pa.int16()),
    "i32": pa.array(holes(rng.integers(-2**31, 2**31, ROWS).tolist(), 11), pa.int32()),
    "i64": pa.array(holes(rng.integers(-2**62, 2**62, ROWS).tolist(), 9), pa.int64()),
    "u8": pa.array(rng.integers(0, 256, ROWS), pa.uint8()),
    "u16": pa.array(holes(rng.integers(0, 65536, ROWS).tolist(), 4), pa.uint16()),
    "u32": pa.array(rng.integers(0, 2**32, ROWS), pa.uint32()),
    "u64": pa.array(holes([2**64 - 1 - i for i in range(ROWS)], 8), pa.uint64()),
    "rising": pa.array(np.arange(ROWS) * 1000 - 7, pa.int64()),
    "flag": pa.array(holes((np.arange(ROWS) % 3 == 0).tolist(), 10), pa.bool_()),
    "sure": pa.array(np.arange(ROWS) // 20 % 2 == 1, pa.bool_()),
    "text": pa.array(holes([f"行 {i}" if i % 3 else "" for i in range(ROWS)], 5), pa.string()),
    "prefix": pa.array([f"a long beginning {i // 9}/{i}" for i in range(ROWS)], pa.string()),
    "industry": pa.array(holes([["银行", "电子", "食品"][i % 3] for i in range(ROWS)], 13), pa.dictionary(pa.int32(), pa.string())),
    "day": pa.array(holes(days.astype(object).tolist(), 12), pa.date32()),
    "ts_s": pa.array(times("s"), pa.timestamp("s")),
    "ts_ms": pa.array(times("ms"), pa.timestamp("ms")),
    "ts_us": pa.array(holes(times("us").tolist(), 3), pa.timestamp("us")),
    "ts_ns": pa.array(times("ns"), pa.timestamp("ns")),
    "zoned": pa.array(times("us"), pa.timestamp("us", "Asia/Shanghai")),
    "dec9": pa.array(holes([D(i * 37 - 900).scaleb(-2) for i in range(ROWS)], 7), pa.decimal128(9, 2)),
    "dec18": pa.array(holes([D(i * 1001).scaleb(-3) for i in range(ROWS)], 7), pa.decimal128(18, 3)),
    "dec30": pa.array([D(f"1234567890123456789012{i:02d}.0123") for i in range(ROWS)], pa.decimal128(30, 4)),
    "half": pa.array(rng.normal(size=ROWS).astype("float16"), pa.float16()),
    "nothing": pa.nulls(ROWS),
    "binary": pa.array([bytes([i]) for i in range(ROWS)], pa.binary()),
    "time": pa.array([dt.time(9, i % 60) for i in range(ROWS)], pa.time64("us")),
    "list": pa.array([None if i % 4 == 0 else [None] * (i % 3) for i in range(ROWS)], pa.list_(pa.int32())),
    "record": pa.array([None if i % 5 == 0 else {"a": i, "b": None} for i in range(ROWS)], pa.struct([("a", pa.int64()), ("b", pa.string())])),
    "map": pa.array([[("k", i)] if i % 2 else None for i in range(ROWS)], pa.map_(pa.string(), pa.int64())),
    "last": pa.array(np.arange(ROWS, dtype="float64")),
}
table = pa.table(columns)
NESTED = ["list", "record", "map"]
flat = table.drop_columns(NESTED)
plain = {"use_dictionary": False, "store_schema": True}

def encodings(of):
    return {name: of[kind] for name, kind in kinds.items() if kind in of}

kinds = {f.name: "text" if pa.types.is_string(f.type) or pa.types.is_binary(f.type) else
         "int" if pa.types.is_integer(f.type) or pa.types.is_timestamp(f.type) or pa.types.is_date(f.type) or pa.types.is_time(f.type) else
         "float" if pa.types.is_float32(f.type) or pa.types.is_float64(f.type) else
         "bool" if pa.types.is_boolean(f.type) else
         "fixed" if pa.types.is_decimal(f.type) or pa.types.is_float16(f.type) else "other" for f in flat.schema}

def write(name, what=flat, **options):
    pq.write_table(what, os.path.join(folder, name + ".parquet"), **options)

write("nested", table)
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    write(f"codec_{codec}", compression=codec, row_group_size=25)
write("plain", **plain, compression="none")
write("plain_page_2", **plain, data_page_version="2.0", compression="zstd")
write("page_2", data_page_version="2.0", row_group_size=17)
write("small_pages", data_page_size=64, write_batch_size=8, row_group_size=40, write_page_checksum=True)
write("small_dictionaries", dictionary_pagesize_limit=64, data_page_size=64, write_batch_size=8)
write("delta_length", **plain, column_encoding=encodings({"int": "DELTA_BINARY_PACKED", "text": "DELTA_LENGTH_BYTE_ARRAY", "float": "BYTE_STREAM_SPLIT", "bool": "RLE", "fixed": "BYTE_STREAM_SPLIT"}), row_group_size=50)
write("delta_text", **plain, column_encoding=encodings({"int": "BYTE_STREAM_SPLIT", "text": "DELTA_BYTE_ARRAY", "float": "PLAIN", "bool": "PLAIN", "fixed": "DELTA_BYTE_ARRAY" if False else "PLAIN"}), data_page_version="2.0")
write("version_1", version="1.0", coerce_timestamps="ms", allow_truncated_timestamps=True)
write("int96", use_deprecated_int96_timestamps=True)
write("int_decimals", store_decimal_as_integer=True)

def cell(value, field):
    if value is None: return None
    if pa.types.is_floating(field.type): return None if value != value else float(value)
    if isinstance(value, decimal.Decimal): return str(value)
    return value if isinstance(value, (str, bool)) else str(value)

def cells(column, field):
    if pa.types.is_date(field.type) or pa.types.is_timestamp(field.type):
        if pa.types.is_timestamp(field.type) and field.type.tz:  # what its clocks show
            column = pa.compute.local_timestamp(column)
        own = column.cast(pa.timestamp("ns")).cast(pa.int64()).to_pylist()
        return [None if v is None else str(v) for v in own]
    return [cell(v, field) for v in column.to_pylist()]

import pyarrow.compute
read = pq.read_table(os.path.join(folder, "plain.parquet"))
expected = {f.name: cells(read[f.name].combine_chunks(), f) for f in read.schema if f.name not in ("binary", "time")}
json.dump(expected, open(os.path.join(folder, "expected.json"), "w"), ensure_ascii=False, separators=(",", ":"))
