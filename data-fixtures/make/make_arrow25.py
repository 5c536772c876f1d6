"""Files of pyarrow 25 that pandas does not write: zones told by the Arrow schema alone, columns of nulls, decimals of 50
digits, text and bytes as views, half floats, dictionaries of other values than text. Run as
`python3 make_arrow25.py FOLDER`."""

import sys
from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq

folder = sys.argv[1]
times = [datetime(2020, 1, 2, 1, 30), datetime(2020, 1, 3, 1, 30), datetime(2020, 1, 6, 1, 30)]
keys = {"datetime": pa.array(times, pa.timestamp("us")), "instrument": pa.array(["a", "b", "a"])}


def zoned(unit, zone):
    return pa.array(times, pa.timestamp(unit, tz=zone))


zones = pa.table(
    {
        "datetime": zoned("us", "Asia/Shanghai"),
        "instrument": keys["instrument"],
        "when": zoned("ms", "America/New_York"),
        "utc": zoned("us", "UTC"),
        "none": pa.nulls(3),
        "big": pa.array([Decimal("1234567890123456789012345678901234567890.12")] * 3, pa.decimal256(50, 2)),
    }
)
pq.write_table(zones, f"{folder}/zones.parquet")
pq.write_table(zones, f"{folder}/zones_no_arrow_schema.parquet", store_schema=False)

long = "more than twelve bytes, 平安银行"
views = pa.table(
    {
        "datetime": keys["datetime"],
        "instrument": pa.array(["a", "an instrument of many letters", "a"], pa.string_view()),
        "text": pa.array([long, None, "twelve bytes"], pa.string_view()),
        "bytes": pa.array([b"x", b"y" * 20, None], pa.binary_view()),
        "number": pa.array([1.5, 2.5, 3.5]),
        "more": pa.array(["", long[::-1], long], pa.string_view()),
    }
)


def write(name, table, **options):
    with pa.ipc.new_file(f"{folder}/{name}", table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        for batch in table.to_batches(max_chunksize=2):
            writer.write_batch(batch)


write("views.arrow", views)
write("views_zstd.arrow", views, compression="zstd")

values = pa.table(
    {
        **keys,
        "half": pa.array(np.array([1.5, np.inf, 6e-8], np.float16)),
        "half_null": pa.array(np.array([1.5, 0, -2], np.float16), mask=np.array([False, True, False])),
        "ints": pa.array([7, None, 9], pa.int64()).dictionary_encode(),
        "floats": pa.array([0.5, 0.5, None]).dictionary_encode(),
        "bools": pa.DictionaryArray.from_arrays(pa.array([1, 0, None], pa.int8()), pa.array([False, True])),
        "times": pa.array([times[0], None, times[1]], zoned("us", "Asia/Shanghai").type).dictionary_encode(),
        "none": pa.nulls(3),
    }
)
write("values.arrow", values)
