"""Quality figures of factors the way alphalens computes them on pandas: one groupby after the other.

Written from alphalens' definitions for this bench: forward returns of a wide price table, quantiles by session,
rank IC by session, mean returns by quantile, factor-weighted returns, turnover and rank autocorrelation.
"""
import json
import os
import sys
import time

import numpy as np
import pandas as pd

HORIZONS = (1, 5, 10)


def read(folder):
    with open(os.path.join(folder, "input.json"), encoding="utf-8") as file:
        about = json.load(file)
    names, rows = about["columns"], about["rows"]
    cells = np.memmap(os.path.join(folder, "cells"), dtype=about["type"], mode="r", shape=(len(names), rows))
    times = np.fromfile(os.path.join(folder, "times"), dtype="datetime64[ns]")
    sessions = np.fromfile(os.path.join(folder, "sessions"), dtype="int32")
    instruments = np.fromfile(os.path.join(folder, "instruments"), dtype="int32")
    index = pd.MultiIndex(
        levels=[pd.DatetimeIndex(times), pd.Index(about["instruments"])],
        codes=[sessions, instruments], names=["date", "asset"], verify_integrity=False)
    return pd.DataFrame(cells.T.astype("float64"), index=index, columns=names)


def forward_returns(close):
    wide = close.unstack("asset").ffill()
    return pd.concat({h: (wide.shift(-h) / wide - 1).stack(dropna=False) for h in HORIZONS}, axis=1)


def quantiles(day):
    try:
        return pd.qcut(day, 5, labels=False, duplicates="raise") + 1
    except ValueError:
        return pd.Series(np.nan, index=day.index)


def figures(factor, returns):
    data = returns.reindex(factor.index)
    data["factor"] = factor
    data = data.replace([np.inf, -np.inf], np.nan).dropna()
    data["quantile"] = data.groupby(level="date", group_keys=False)["factor"].apply(quantiles)
    data = data.dropna()
    by_day = data.groupby(level="date")
    ic = by_day.apply(lambda day: pd.Series({h: day["factor"].corr(day[h], method="spearman") for h in HORIZONS}))
    demeaned = data[list(HORIZONS)] - by_day[list(HORIZONS)].transform("mean")
    by_quantile = demeaned.groupby([data.index.get_level_values("date"), data["quantile"]]).agg(["mean", "std", "count"])
    weights = by_day["factor"].transform(lambda f: (f - f.mean()) / (f - f.mean()).abs().sum())
    portfolio = data[list(HORIZONS)].mul(weights, axis=0).groupby(level="date").sum()
    ranks = by_day["factor"].rank().unstack("asset")
    autocorrelation = {h: ranks.corrwith(ranks.shift(h), axis=1).mean() for h in HORIZONS}
    turnover = {}
    for q, part in data.groupby("quantile"):
        sets = part.index.to_frame(index=False).groupby("date")["asset"].apply(set)
        for h in HORIZONS:
            before = sets.shift(h)
            turnover[q, h] = np.mean([len(a - b) / len(a) for a, b in zip(sets, before) if isinstance(b, set)])
    return ic.mean(), by_quantile, portfolio, autocorrelation, turnover


frame = read(sys.argv[1])
names = [name for name in frame.columns if name != "close"][: int(sys.argv[2])]
began = time.perf_counter()
table = forward_returns(frame["close"])
for name in names:
    figures(frame[name], table)
print(json.dumps({"seconds": time.perf_counter() - began, "factors": len(names)}))
