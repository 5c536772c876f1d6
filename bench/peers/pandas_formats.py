"""pandas' side of bench/formats.ts: pandas_formats.py (write|open) FORMAT FOLDER; prints seconds and peak resident bytes as JSON."""
import json, os, resource, sys, time, warnings
import pandas as pd
warnings.filterwarnings("ignore")
action, kind, folder = sys.argv[1:4]
path = os.path.join(folder, {"h5": "pandas.h5", "h5-table": "pandas-table.h5", "parquet": "pandas.parquet", "arrow": "pandas.feather", "csv": "pandas.csv"}[kind])

def read():
    if kind == "parquet": return pd.read_parquet(path)
    if kind == "arrow": return pd.read_feather(path)
    if kind == "csv": return pd.read_csv(path, parse_dates=["datetime"], index_col=["datetime", "instrument"])
    return pd.read_hdf(path, "data")

def write(df):
    if kind == "parquet": df.to_parquet(path, compression="zstd")
    elif kind == "arrow": df.reset_index().to_feather(path)
    elif kind == "csv": df.to_csv(path)
    else: df.to_hdf(path, "data", mode="w", format="table" if kind == "h5-table" else "fixed")

if action == "write":
    df = pd.read_hdf(os.path.join(folder, "ours.h5"), "data")
    start = time.perf_counter(); write(df)
else:
    start = time.perf_counter(); read()
print(json.dumps({"seconds": time.perf_counter() - start, "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "version": pd.__version__}))
