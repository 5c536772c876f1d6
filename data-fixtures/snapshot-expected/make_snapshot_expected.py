"""What pandas answers to windows over several files of a snapshot. usage: make_snapshot_expected.py SNAPSHOT_DIR OUT.json SEED COUNT  (pandas >= 2, PyTables, pyarrow)

A field is `file.column`; the rows are those of daily_pv, everything else is a left join. Sums are over float64
copies, NaN skipped; cells are given for the rows at the listed positions.
"""
import json, sys
import numpy as np, pandas as pd

snap, out, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
rng = np.random.default_rng(seed)
def frame(path):
    f = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_hdf(path, key="data")
    f = f.to_frame() if isinstance(f, pd.Series) else f
    if isinstance(f.columns, pd.MultiIndex): f.columns = [c[1] for c in f.columns]
    return f.sort_index()
files = {n.split(".")[0]: frame(f"{snap}/{n}") for n in ("daily_pv.h5", "daily_basic.h5", "moneyflow.h5", "static_factors.parquet", "alpha158.h5", "result_mom.h5", "result_vol.h5", "combined_factors_df.parquet")}
pv = files["daily_pv"]; dates = pv.index.get_level_values(0).unique().sort_values(); insts = sorted(pv.index.get_level_values(1).unique())
qlib = lambda c: c[-2:] + c[:6]
spans = [(l[0], pd.Timestamp(l[1]), pd.Timestamp(l[2])) for l in (x.split("\t") for x in open(f"{snap}/qlib_bin/instruments/csi8.txt").read().split("\n") if x)]

whole = pv.copy()                                        # every field over the rows of daily_pv
for n, f in files.items():
    if n != "daily_pv": whole = whole.join(f.add_prefix(n + "."), how="left")
d = whole.index.get_level_values(0); i = whole.index.get_level_values(1)
span = np.full(len(whole), -1)                           # the membership span of each row
for k, (c, a, b) in enumerate(spans): span[(i.map(qlib) == c) & (d >= a) & (d <= b)] = k

PRICES = ["$open", "$close", "$high", "$low"]
f0 = whole["$factor"].groupby(level=1).transform(lambda s: s[s > 0].iloc[0]).astype("float64")
def adjusted(how):
    w = whole.copy()
    if how == "none": p, v = w["$factor"].astype("float64"), w["$factor"].astype("float64")
    elif how == "back": p, v = f0, f0
    else: return w
    for c in PRICES: w[c] = w[c].astype("float64") / p
    w["$volume"] = w["$volume"].astype("float64") * v
    return w
base = {how: adjusted(how) for how in ("forward", "none", "back")}

def answer(r):
    w = base[r.get("adjust", "forward")]; member = span >= 0 if r.get("universe") == "csi8" else np.ones(len(w), bool)
    names = [x.split("@")[1] for x in r["columns"]]; w = w[names]
    if r.get("nanPolicy") == "ffill":                    # over the whole past, within a membership span
        w = w[member].groupby([i[member], span[member]]).ffill() if r.get("universe") == "csi8" else w.groupby(level=1).ffill()
    else: w = w[member]
    if isinstance(r.get("universe"), list): w = w[w.index.get_level_values(1).isin(r["universe"])]
    t = w.index.get_level_values(0)
    if "start" in r: w = w[t >= pd.Timestamp(r["start"])]; t = w.index.get_level_values(0)
    if "end" in r: w = w[t < pd.Timestamp(r["end"]) + pd.Timedelta(days=1)]
    if "bars" in r:
        forward = "start" in r and "end" not in r
        if r.get("barsPer") == "session":
            s = dates[(dates >= pd.Timestamp(r.get("start", "1900-01-01"))) & (dates <= pd.Timestamp(r.get("end", "2100-01-01")))]
            s = s[: r["bars"]] if forward else s[-r["bars"] :]; w = w[w.index.get_level_values(0).isin(s)]
        else: g = w.groupby(level=1); w = (g.head(r["bars"]) if forward else g.tail(r["bars"])).sort_index()
    return w.sort_index()

num = lambda v: "NaN" if np.isnan(v) else float(v)
fields = [f"close@$close", "$open@$open", "volume@$volume", "factor@$factor"] + [f"{n}.{c}@{n}.{c}" for n, f in files.items() if n != "daily_pv" for c in f.columns[:3]] + ["mf_elg_buy_vol@moneyflow.mf_elg_buy_vol", "mf_net_amt_5d@static_factors.mf_net_amt_5d", "db_ps_ttm@daily_basic.db_ps_ttm"]
day = lambda: dates[int(rng.integers(0, len(dates)))].strftime("%Y-%m-%d")
cases = []
for _ in range(count):
    r = {"columns": [str(x) for x in rng.choice(fields, int(rng.integers(2, 6)), replace=False)]}
    u = rng.integers(0, 4)
    if u == 1: r["universe"] = "csi8"
    if u == 2: r["universe"] = [str(x) for x in sorted(rng.choice(insts, int(rng.choice([1, 3, 12])), replace=False))]
    k = rng.integers(0, 5); a, b = sorted([day(), day()])
    if k in (1, 2): r |= {"start": a, "end": b}
    if k == 3: r |= {"end": b, "bars": int(rng.choice([1, 5, 40]))}
    if k == 4: r |= {"start": a, "bars": int(rng.choice([1, 7]))}
    if "bars" in r and rng.random() < 0.4: r["barsPer"] = "session"
    if rng.random() < 0.5: r["nanPolicy"] = "ffill"
    if rng.random() < 0.4: r["adjust"] = str(rng.choice(["none", "back"]))
    w = answer(r); n = len(w); at = sorted({int(x) for x in np.linspace(0, n - 1, min(n, 12))}) if n else []
    cases.append({"request": r, "expected": {"rows": n, "sums": [float(np.nansum(w[c].to_numpy("float64"))) for c in w.columns], "nans": [int(w[c].isna().sum()) for c in w.columns],
        "cells": [[p, w.index[p][0].strftime("%Y-%m-%d"), w.index[p][1], *[num(v) for v in w.iloc[p].to_numpy("float64")]] for p in at]}})
json.dump(cases, open(out, "w"), ensure_ascii=False, indent=0)
print(len(cases), "windows,", sum(c["expected"]["rows"] for c in cases), "rows")
