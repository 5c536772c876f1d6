"""Time zones that pandas pickles, having no name for them: python3 make_zones.py OUT (pandas 1.5.3, PyTables)."""
import datetime
import json
import os
import sys
import warnings
import zoneinfo

import dateutil.tz
import pandas as pd
import pytz

warnings.filterwarnings("ignore")
out = sys.argv[1]
os.makedirs(out, exist_ok=True)
hours = lambda n: datetime.timedelta(hours=n)
zones = {
    "pytz_offset": pytz.FixedOffset(480),
    "datetime_offset": datetime.timezone(hours(-3.5)),
    "named_offset": datetime.timezone(hours(8), "CST"),
    "pytz_utc": pytz.UTC,
    "datetime_utc": datetime.timezone.utc,
    "dateutil_utc": dateutil.tz.tzutc(),
    "zoneinfo": zoneinfo.ZoneInfo("Asia/Shanghai"),
    "seconds": datetime.timezone(datetime.timedelta(hours=8, seconds=30)),
    "dateutil_offset": dateutil.tz.tzoffset(None, 28800),
}
days = pd.to_datetime(["2020-03-02", "2020-03-03 09:30"])
shown = {}
for name, zone in zones.items():
    zoned = days.tz_localize(zone)
    keys = pd.MultiIndex.from_product([zoned, ["a"]], names=["datetime", "instrument"])
    plain = pd.MultiIndex.from_product([days, ["a"]], names=["datetime", "instrument"])
    frames = {
        "index.table": pd.DataFrame({"x": [1.0, 2.0]}, index=keys),
        "column.table": pd.DataFrame({"when": zoned}, index=plain),
        "column.fixed": pd.DataFrame({"when": zoned}, index=plain),
    }
    for kind, frame in frames.items():
        if kind != "index.table" and name not in ("pytz_offset", "dateutil_offset"):
            continue  # the zone is stored alike
        path = os.path.join(out, f"{name}.{kind}.h5")
        table = dict(format="table", complib="zlib", complevel=9, index=False) if kind.endswith("table") else {}
        frame.to_hdf(path, key="data", mode="w", **table)
        back = pd.read_hdf(path, "data").reset_index()
        times = back["datetime" if kind == "index.table" else "when"]
        shown[f"{name}.{kind}"] = [time.replace(tzinfo=None).isoformat() for time in times]
with open(os.path.join(out, "expected.json"), "w") as file:
    json.dump(shown, file, indent=1)
