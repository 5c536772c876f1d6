"""Write the fuzzer's own seeds: fixed frames whose datasets have many small chunks, which pandas itself only writes for large frames.
usage: make_fuzz.py OUT  (pandas 1.5, PyTables 3.7)"""
import os, sys
import numpy as np, pandas as pd, tables

def main(out):
    os.makedirs(out, exist_ok=True)
    rng = np.random.default_rng(11)
    dates = pd.date_range("2021-03-01", periods=20, freq="B")
    names = [f"{i:06d}.SZ" for i in range(1, 9)]
    index = pd.MultiIndex.from_product([dates, names], names=["datetime", "instrument"])
    df = pd.DataFrame(rng.normal(10, 1, (len(index), 3)).astype("float32"), index=index, columns=["$close", "$open", "$volume"]).drop(index[[5, 60]])
    for name, filters in (("zlib", tables.Filters(5, "zlib")), ("zlib_plain", tables.Filters(5, "zlib", shuffle=False)), ("checked", tables.Filters(5, "blosc:lz4", fletcher32=True)), ("stored", tables.Filters(0))):
        path = f"{out}/chunks_{name}.h5"
        df.to_hdf(path, key="data", format="fixed")
        with tables.open_file(path, "a") as f:
            for leaf in ("axis1_label0", "axis1_label1", "block0_values"):
                node = f.get_node("/data", leaf); values = node[:]; attrs = {k: node.attrs[k] for k in node.attrs._f_list("user")}
                node.remove()
                array = f.create_carray("/data", leaf, obj=values, chunkshape=(16,) + values.shape[1:], filters=filters)
                for k, v in attrs.items(): array.attrs[k] = v
        whole = f"{path}.tmp"
        tables.copy_file(path, whole, overwrite=True); os.replace(whole, path)
        assert pd.read_hdf(path).equals(df)

main(sys.argv[1])
