"""A column of pandas 2's datetime64[s] that holds 9999-12-31: python3 make_sentinel.py OUT (pandas 1.5.3, PyTables).

pandas 1 has nanoseconds alone, so that the block is written as numbers and then told to be what pandas 2 would say.
"""
import sys

import numpy as np
import pandas as pd
import tables

path = f"{sys.argv[1]}/sentinel.fixed.h5"
index = pd.MultiIndex.from_product(
    [pd.date_range("2020-01-01", periods=3), ["000001.SZ", "600000.SH"]], names=["datetime", "instrument"]
)
listed = ["2020-06-01", "9999-12-31", "NaT", "2020-06-02", "1600-01-01", "1970-01-01"]
seconds = np.array(listed, dtype="datetime64[s]").view("int64")
pd.DataFrame({"x": np.arange(6.0), "delisted": seconds}, index=index).to_hdf(path, key="data", mode="w")
with tables.open_file(path, "a") as file:
    blocks = [file.get_node(f"/data/block{i}_values") for i in range(2)]
    next(block for block in blocks if block.dtype == "int64").attrs.value_type = "datetime64[s]"
