"""Every string and dictionary-of-strings type of Arrow in one file (pyarrow 25): arrow_strings.py OUT.arrow"""
import sys

import pyarrow as pa

rows = 5
texts = ["a", None, "a text longer than twelve bytes", "", "数据"]
times = pa.array([1577923200, 1577923200, 1578009600, 1578009600, 1578268800], pa.timestamp("s"))
names = ["000001.SZ", "600000.SH", "000001.SZ", "600000.SH", "000001.SZ"]


def coded(code, text, values):
    entries = list(dict.fromkeys(value for value in values if value is not None))
    codes = pa.array([None if value is None else entries.index(value) for value in values], code)
    return pa.DictionaryArray.from_arrays(codes, pa.array(entries, text))


columns = {"datetime": times, "instrument": coded(pa.uint32(), pa.string_view(), names)}
for text in [pa.string(), pa.large_string(), pa.string_view()]:
    columns[str(text)] = pa.array(texts, text)
    for code in [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()]:
        columns[f"{text} by {code}"] = coded(code, text, texts)
table = pa.table(columns)
with pa.OSFile(sys.argv[1], "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
    writer.write_table(table, max_chunksize=3)
