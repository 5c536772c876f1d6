"""What pandas answers to the verbs of a Panel and to the newer operators: make_verbs.py > verbs/expected.json

A small market with rows and cells missing, drawn from a seed; its `industry` is made from the codes.
"""
import json
import sys

import numpy as np
import pandas as pd

random = np.random.default_rng(19)
days = pd.bdate_range("2019-10-08", "2020-03-17")
codes = [f"{1 + 7 * i:06d}.{'SZ' if i % 2 else 'SH'}" for i in range(9)]
index = pd.MultiIndex.from_product([days, sorted(codes)], names=["datetime", "instrument"])
frame = pd.DataFrame(
    {
        "close": np.round(10 + random.normal(0, 1, len(index)).cumsum() / 8, 2),
        "high": np.round(12 + random.normal(0, 1, len(index)), 3),
        "volume": random.integers(1, 1_000_000, len(index)).astype("float64"),
    },
    index=index,
)
frame = frame[random.random(len(frame)) > 0.15]
frame.loc[random.random(len(frame)) < 0.15, "close"] = np.nan
frame["industry"] = [int(code[5]) % 3 for code in frame.index.get_level_values("instrument")]
by_code = lambda: frame.groupby(level="instrument", sort=True)
by_day = lambda: frame.groupby(level="datetime")


def cells(series):
    return [None if pd.isna(x) else float(x) for x in series]


def resampled(freq):
    how = {"close": ["first", "last", "min", "max", "sum", "mean", "median", "std", "count"], "volume": ["sum"]}
    # a bar of a period is labelled by the last session of all in it
    label = pd.Series(times_own, index=times_own).groupby(times_own.to_period(freq)).transform("max")
    keys = [label.reindex(frame.index.get_level_values("datetime")).values, frame.index.get_level_values("instrument")]
    out = frame.groupby(keys).agg(how).sort_index()
    return {
        "keys": [[str(t)[:10], c] for t, c in out.index],
        **{f"{name}:{what}": cells(out[(name, what)]) for name, what in out.columns},
    }


times_own = pd.DatetimeIndex(sorted(frame.index.get_level_values("datetime").unique()))
qcut = by_day()["close"].transform(lambda x: pd.qcut(x, 5, labels=False, duplicates="drop"))
group = frame.groupby([frame.index.get_level_values("datetime"), "industry"]).agg({"close": "median", "volume": "sum"})
top = by_day()["close"].nlargest(2)
small = frame[["close", "high", "volume"]]


def residuals(day):
    used = day.dropna()
    dummies = pd.get_dummies(used["industry"]).astype("float64")
    factors = np.column_stack([dummies, used["high"], np.log(used["volume"])])
    fit = factors @ np.linalg.lstsq(factors, used["close"], rcond=None)[0]
    return used["close"] - fit


each = by_day()["close"]
operators = {
    "Clip($close, 10, 10.5)": frame["close"].clip(10, 10.5),
    "If(IsNull($close), 1, 0)": frame["close"].isna().astype("float64"),
    "FillNa($close, $high)": frame["close"].fillna(frame["high"]),
    "CSStd($close)": each.transform("std"),
    "CSQuantile($close, 0.3)": each.transform(lambda x: x.quantile(0.3)),
    "CSCount($close)": each.transform("count"),
    "CSSum($close)": each.transform("sum"),
    "CSMin($close)": each.transform("min"),
    "CSMax($close)": each.transform("max"),
    "CSWinsorize($close, 0.1)": each.transform(lambda x: x.clip(x.quantile(0.1), x.quantile(0.9))),
    "CSBucket($close, 4)": each.transform(lambda x: pd.qcut(x, 4, labels=False, duplicates="drop")),
    "CSNeutralize($close, $industry, $high, Log($volume))": pd.concat(
        [residuals(day[["close", "high", "volume", "industry"]]) for _, day in by_day()]
    ).reindex(frame.index),
}
days_of = {day: place for place, day in enumerate(times_own)}
places = pd.Series([days_of[t] for t, _ in frame.index], index=frame.index, dtype="float64")
held = places.where(frame["high"] > 13)
operators["SessionsSince($high > 13)"] = places - held.groupby(level="instrument").ffill()
expected = {
    "operators": {text: cells(series) for text, series in operators.items()},
    "rows": [[str(t)[:10], c] for t, c in frame.index],
    "close": cells(frame["close"]),
    "high": cells(frame["high"]),
    "volume": cells(frame["volume"]),
    "industry": [int(x) for x in frame["industry"]],
    "resample": {"week": resampled("W-SUN"), "month": resampled("M"), "quarter": resampled("Q"), "year": resampled("A")},
    "ffill": cells(by_code()["close"].ffill()),
    "ffill1": cells(by_code()["close"].ffill(limit=1)),
    "shift2": cells(by_code()["close"].shift(2)),
    "shift-1": cells(by_code()["close"].shift(-1)),
    "diff": cells(by_code()["close"].diff()),
    "diff-2": cells(by_code()["close"].diff(-2)),
    "pct3": cells(by_code()["close"].pct_change(3, fill_method=None)),
    "describe": {name: cells(small.describe()[name]) for name in small},
    "pearson": [cells(row) for row in small.corr().values],
    "spearman": [cells(row) for row in small.corr("spearman").values],
    "valueCounts": sorted(frame["industry"].value_counts().items()),
    "qcut": cells(qcut),
    "group": {
        "keys": [[str(t)[:10], int(i)] for t, i in group.index],
        "close": cells(group["close"]),
        "volume": cells(group["volume"]),
    },
    "top": sorted([str(key[-2])[:10], key[-1]] for key in top.index),
}
json.dump(expected, sys.stdout, allow_nan=False)
