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
