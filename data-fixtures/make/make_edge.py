"""Small frames at the edges of what pandas writes: python3 make_edge.py OUT (pandas 2.3.3, pyarrow, PyTables)."""
import os
import sys

import numpy as np
import pandas as pd

out = sys.argv[1]
os.makedirs(out, exist_ok=True)
rng = np.random.default_rng(7)
days = pd.date_range("2020-01-01", periods=4, freq="D")
names = ["000001.SZ", "600000.SH", "深圳🚀"]
index = pd.MultiIndex.from_product([days, names], names=["datetime", "instrument"])
n = len(index)


def base(more=None):
    frame = pd.DataFrame({"$close": rng.random(n).astype("float32"), "x": rng.random(n)}, index=index)
    return frame if more is None else frame.assign(**more)


def named(*tuples):
    frame = base()
    frame.columns = pd.MultiIndex.from_tuples(tuples)
    return frame


whole = base()
whole.index = pd.MultiIndex.from_product([days, [1, 2, 600000]], names=index.names)
times = ["2020-01-01 09:30:00.123456789", None, "1700-01-01 00:00:00.000000000"]
frames = {
    "nat": base({"when": pd.to_datetime(times * 4)}),
    "tzcol": base({"tzcol": pd.date_range("2020", periods=n, tz="Asia/Tokyo")}),
    "tupdup": named(("feature", "mom"), ("label", "mom")),
    "tup3": named(("feature", "a", "b"), ("label", "ret", "c")),
    "empty": base().iloc[:0],
    "f16": base({"f16": np.array([1.5, np.nan, 65504] * 4, dtype="float16")}),
    "intinst": whole,
    "timedelta": base({"td": pd.to_timedelta([1, None, 3] * 4, unit="s")}),
    "period": base({"per": pd.period_range("2020", periods=n, freq="D")}),
}
writers = {
    "fixed.h5": lambda frame, path: frame.to_hdf(path, key="data", mode="w", format="fixed"),
    "table.h5": lambda frame, path: frame.to_hdf(path, key="data", mode="w", format="table"),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "plain.parquet": lambda frame, path: frame.reset_index().to_parquet(path),
    "feather": lambda frame, path: frame.reset_index().to_feather(path),
}
for name, frame in frames.items():
    for ending, write in writers.items():
        path = os.path.join(out, f"{name}.{ending}")
        try:
            write(frame, path)
        except Exception as error:  # not every format can hold every frame
            if os.path.exists(path):
                os.remove(path)
            print(f"pandas cannot write {name}.{ending}: {error}")
