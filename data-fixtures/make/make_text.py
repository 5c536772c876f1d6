"""Text columns in pandas' fixed format, which pickles them. usage: make_text.py OUT_DIR TAG"""
import sys, warnings
import numpy as np, pandas as pd
warnings.filterwarnings("ignore")
out, tag = sys.argv[1], sys.argv[2]
index = pd.MultiIndex.from_product([pd.date_range("2020-01-01", periods=3), ["000001.SZ", "600000.SH"]], names=["datetime", "instrument"])
name = ["银行", "b", None, np.nan, "", "é"]
frame = pd.DataFrame({"x": np.arange(6.0), "name": name, "industry": ["bank", "steel"] * 3}, index=index)
frame.to_hdf(f"{out}/fixed_text.{tag}.h5", key="data", mode="w")
frame["name"].to_hdf(f"{out}/fixed_text_series.{tag}.h5", key="data", mode="w")
frame.assign(name=[1, "b", None, 2.5, "", b"x"]).to_hdf(f"{out}/fixed_objects.{tag}.h5", key="data", mode="w")
day = index[:4]
objects = {
    "numbers": [1, 2.5, None, True],
    "whole": [2**40, -70000, np.nan, pd.NA],
    "numpy": [np.float32(0.5), np.int64(-3), np.bool_(True), np.uint8(200)],
    "industry": ["bank", None, pd.NA, "steel"],
    "beyond": [2**53 + 1, 1, 2, 3],
    "time": [1.0, pd.NaT, 2.0, 3.0],
}
numbers = pd.DataFrame({key: pd.Series(cells, index=day, dtype=object) for key, cells in objects.items()})
numbers.to_hdf(f"{out}/fixed_numbers.{tag}.h5", key="data", mode="w")
