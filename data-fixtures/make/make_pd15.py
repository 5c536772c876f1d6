"""Names, encodings and leftovers as pandas 1.5.3 writes them: python3 make_pd15.py OUT (pandas 1.5.3, PyTables)."""
import os
import sys
import warnings

import numpy as np
import pandas as pd
import tables

warnings.filterwarnings("ignore")
out = sys.argv[1]
os.makedirs(out, exist_ok=True)


def keys(names, days=pd.date_range("2020-01-01", periods=2)):
    return pd.MultiIndex.from_product([days, names], names=["datetime", "instrument"])


def path_of(name, format):
    return os.path.join(out, f"{name}.{format}.h5")


def put(name, frame, format="fixed", **options):
    """Tables are compressed, since pandas makes room for many rows in each."""
    if format == "table":
        options.update(complib="zlib", complevel=9)
    frame.to_hdf(path_of(name, format), key="data", mode="w", format=format, **options)


def put_leftover(name, frame, format):
    try:
        put(name, frame, format)
    except Exception as error:
        print(f"{name}.{format}: {error}")
        return
    raise SystemExit(f"pandas can store {name}")


index = keys(["a", "b"])
x = np.arange(4.0)

chinese = pd.DataFrame({"收益": x, "行业": ["中", "文", "银", "行"]}, index=keys(["中行", "文行"]))
put("gbk", chinese, "table", encoding="gbk")
put("gbk", chinese[["收益"]], encoding="gbk")
put("gb2312", chinese.assign(行业=["・", "―", "银", "行"]), "table", encoding="gb2312")
put("latin1", pd.DataFrame({"name": ["é", "ÿ", "\x80", "z"]}, index=index), "table", encoding="latin_1")
put("big5", chinese.assign(行业=["中", "文", "銀", "行"]), "table", encoding="big5")
for format in ("fixed", "table"):
    put("mislabelled", chinese[["收益"]] if format == "fixed" else chinese, format, encoding="gbk")
    with tables.open_file(path_of("mislabelled", format), "a") as file:
        file.root.data._v_attrs.encoding = "UTF-8"

named = pd.DataFrame({name: x for name in ["a±", "收益²", "·", "é", "🚀", "b\\n"]}, index=index)
put("names", named, "table")
put("names_data_columns", named, "table", data_columns=True)
put("name", named["é"], "table")

series = pd.Series(x, index=index)
put("series_pair", series.rename(("feature", "a")))
put("series_triple", series.rename(("feature", "a", "b")))
put("series_time", series.rename(pd.Timestamp("2020-01-01")))
days = pd.date_range("2020-01-01", periods=2)
put("columns_dates", pd.DataFrame(np.ones((4, 2)), index=index, columns=days))
put("columns_zone", pd.DataFrame(np.ones((4, 2)), index=index, columns=days.tz_localize("Asia/Shanghai")))

text = pd.DataFrame({"x": x, "name": ["a", "b", None, "d"], "other": "q"}, index=index)
put("empty_text", text.iloc[:0])
put("empty_text_series", text["name"].iloc[:0])
put("empty_text_string", text.astype({"name": "string"}).iloc[:0])

put_leftover("leftover", text.astype({"name": "category"}), "fixed")
put_leftover("leftover", text.assign(x=pd.array([1, None, 3, 4], dtype="Int64")), "table")

night = pd.date_range("2020-10-31 23:00", periods=4, freq="H", tz="America/New_York")
put("autumn", pd.DataFrame({"x": np.arange(8.0)}, index=keys(["a", "b"], night)), "table")

put("no_instruments", pd.DataFrame({"x": x}, index=index.set_codes([-1] * 4, level=1).remove_unused_levels()))
