"""torture/nul_*.h5: instruments with a zero byte within (pandas 1.5.3, Debian). pandas numbers 'A\\0B' and 'A\\0C' as one, so that the
second is written as 'AxC' and its letter put right in the file."""
import sys, warnings
from pathlib import Path
import numpy as np, pandas as pd

warnings.simplefilter("ignore")
out = Path(sys.argv[1])
index = pd.MultiIndex.from_product(
    [pd.to_datetime(["2020-01-02", "2020-01-03"]), ["A\0B", "AxC", "D"]], names=["datetime", "instrument"]
)
frame = pd.DataFrame({"x": np.arange(6.0)}, index=index)
for name in ("fixed", "table"):
    path = out / f"nul_{name}.h5"
    frame.to_hdf(path, "data", mode="w", **({"format": "table"} if name == "table" else {}))
    path.write_bytes(path.read_bytes().replace(b"AxC", b"A\0C"))
