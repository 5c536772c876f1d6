"""Write the fuzzer's own seeds: fixed frames whose datasets have many small chunks, which pandas itself only writes for large frames.
Beside them, files that refer to other files.
usage: make_fuzz.py OUT  (pandas 1.5, PyTables 3.7, and libhdf5, for what PyTables has no words for); fuzz/seeds is OUT/seeds"""
import ctypes, ctypes.util, os, shutil, sys
import numpy as np, pandas as pd, tables

def seeds(out):
    os.makedirs(out, exist_ok=True)
    rng = np.random.default_rng(11)
    dates = pd.date_range("2021-03-01", periods=20, freq="B")
    names = [f"{i:06d}.SZ" for i in range(1, 9)]
    index = pd.MultiIndex.from_product([dates, names], names=["datetime", "instrument"])
    df = pd.DataFrame(rng.normal(10, 1, (len(index), 3)).astype("float32"), index=index, columns=["$close", "$open", "$volume"]).drop(index[[5, 60]])
    for name, filters in (("zlib", tables.Filters(5, "zlib")), ("zlib_plain", tables.Filters(5, "zlib", shuffle=False)), ("checked", tables.Filters(5, "blosc:lz4", fletcher32=True)), ("stored", tables.Filters(0)), ("bzip2", tables.Filters(5, "bzip2", fletcher32=True))):
        path = f"{out}/chunks_{name}.h5"
        df.to_hdf(path, key="data", format="fixed")
        with tables.open_file(path, "a") as f:
            for leaf in ("axis1_label0", "axis1_label1", "block0_values"):
                node = f.get_node("/data", leaf); values = node[:]; attrs = {k: node.attrs[k] for k in node.attrs._f_list("user")}
                node.remove()
                array = f.create_carray("/data", leaf, obj=values, chunkshape=(16, 2)[:values.ndim] if name == "bzip2" else (16,) + values.shape[1:], filters=filters)
                for k, v in attrs.items(): array.attrs[k] = v
        whole = f"{path}.tmp"
        tables.copy_file(path, whole, overwrite=True); os.replace(whole, path)
        assert pd.read_hdf(path).equals(df)

def links(out):
    with tables.open_file(f"{out}/external_link.h5", "w") as f:
        f.create_external_link("/", "data", "seeds/chunks_zlib.h5:/data")
        f.create_external_link("/", "research", "seeds/chunks_zlib.h5:/")
    # Soft links lead to other places of the same file.
    shutil.copy(f"{out}/seeds/chunks_zlib.h5", f"{out}/external_column.h5")
    with tables.open_file(f"{out}/external_column.h5", "a") as f:
        f.remove_node("/data/block0_values")
        f.create_external_link("/data", "block0_values", "seeds/chunks_zlib.h5:/data/block0_values")

def elsewhere(out):
    """/data/block0_values as external storage, and as a virtual dataset."""
    h5 = ctypes.CDLL(ctypes.util.find_library("hdf5_serial"))
    hid, text, size = ctypes.c_int64, ctypes.c_char_p, ctypes.c_uint64
    def call(name, result, *args):
        function = getattr(h5, name); function.restype = result
        got = function(*args)
        assert got >= 0, name
        return got
    call("H5open", ctypes.c_int)
    kind = lambda name: hid.in_dll(h5, name)
    for way in ("external_storage", "virtual_dataset"):
        path = f"{out}/{way}.h5"
        shutil.copy(f"{out}/seeds/chunks_zlib.h5", path)
        file = hid(call("H5Fopen", hid, path.encode(), ctypes.c_uint(1), hid(0)))
        call("H5Ldelete", ctypes.c_int, file, b"/data/block0_values", hid(0))
        dims = (size * 2)(158, 3)
        space = hid(call("H5Screate_simple", hid, ctypes.c_int(2), dims, None))
        made = hid(call("H5Pcreate", hid, kind("H5P_CLS_DATASET_CREATE_ID_g")))
        if way == "external_storage":
            call("H5Pset_external", ctypes.c_int, made, text(b"seeds/chunks_zlib.h5"), ctypes.c_int64(0), size(158 * 3 * 4))
        else:
            call("H5Pset_virtual", ctypes.c_int, made, space, text(b"seeds/chunks_zlib.h5"), text(b"/data/block0_values"), space)
        data = hid(call("H5Dcreate2", hid, file, b"/data/block0_values", kind("H5T_IEEE_F32LE_g"), space, hid(0), made, hid(0)))
        call("H5Dclose", ctypes.c_int, data)
        call("H5Fclose", ctypes.c_int, file)

seeds(f"{sys.argv[1]}/seeds")
links(sys.argv[1])
elsewhere(sys.argv[1])
