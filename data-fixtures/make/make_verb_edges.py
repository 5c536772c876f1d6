"""What pandas answers to the verbs of a Panel at their edges: make_verb_edges.py > verbs/edges.json

Small panels drawn from seeds: empty, one instrument, ties, columns of nothing but missing cells, text, integers and
booleans, bars within a day, a year's end; their rows in no order.
"""
import json
import sys
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
AGGREGATED = {
    "a": ["first", "last", "min", "max", "sum", "mean", "median", "std", "var", "count"],
    "i": ["sum", "min", "mean", "std", "count"],
    "t": ["sum", "mean", "count"],
    "s": ["first", "last", "count"],
}


def cells(values):
    """JSON has no infinities: they are text."""

    def cell(x):
        if x is None or (isinstance(x, (float, np.floating)) and np.isnan(x)):
            return None
        if isinstance(x, (bool, np.bool_)):
            return float(x)
        if isinstance(x, str):
            return x
        return float(x) if np.isfinite(x) else str(float(x))

    return [cell(x) for x in values]


def keys(index):
    return [[str(time), code] for time, code in index]


def draw(seed):
    random = np.random.default_rng(seed)
    instruments, sessions = int(random.integers(1, 5)), 0 if seed == 0 else int(random.integers(1, 14))
    times = pd.date_range("2019-12-20", periods=sessions, freq="B")
    if seed % 4 == 3:
        times = pd.date_range("2019-12-30 09:31", periods=sessions, freq="7h")
    codes = [f"{i + 1:06d}.SZ" for i in range(instruments)]
    index = pd.MultiIndex.from_product([times, codes], names=["datetime", "instrument"])
    n = len(index)
    digits = [0, 1, 2, 6][seed % 4]
    frame = pd.DataFrame(
        {
            "a": np.round(random.normal(10, 2, n), digits).astype("float32"),
            "b": np.round(random.normal(10, 2, n), digits),
            "i": random.integers(-3, 4, n).astype("int64"),
            "t": random.random(n) < 0.5,
            "s": random.choice(["x", "y", "z"], n) if n else np.array([], dtype=object),
        },
        index=index,
    )
    for name, share in (("a", 0.2), ("b", 0.2), ("s", 0.2)):
        frame.loc[random.random(n) < share, name] = None if name == "s" else np.nan
    if seed % 5 == 1:
        frame["b"] = 7.0
    if seed % 5 == 2:
        frame.loc[frame.index.get_level_values(1) == codes[0], "b"] = np.nan
    return frame[random.random(n) > 0.25], random


def table(grouped):
    return {f"{name}:{how}": cells(grouped[(name, how)]) for name, how in grouped.columns}


def resampled(frame, freq):
    times = pd.DatetimeIndex(sorted(frame.index.get_level_values(0).unique()))
    label = pd.Series(times, index=times).groupby(times.to_period(freq)).transform("max")
    by = [label.reindex(frame.index.get_level_values(0)).values, frame.index.get_level_values(1)]
    bars = frame.groupby(by).agg(AGGREGATED).sort_index()
    return {"keys": keys(bars.index), "columns": table(bars)}


def qlib_resampled(frame):
    """qlib's TResample (qlib/data/ops.py) by week: `series.resample(freq).last()`, `.sum(min_count=1)`."""
    parts = {}
    for code, own in frame.groupby(level="instrument"):
        series = own.droplevel("instrument")
        rows = series["a"].resample("W").size()
        weeks = pd.DataFrame({"a": series["a"].resample("W").last(), "b": series["b"].resample("W").sum(min_count=1)})
        for time, bar in weeks[rows > 0].iterrows():
            parts[(time, code)] = bar
    ordered = [parts[key] for key in sorted(parts)]
    return {"a": cells(bar["a"] for bar in ordered), "b": cells(bar["b"] for bar in ordered)}


def bins(cells_of_day, n):
    if cells_of_day.notna().sum() == 0:
        return pd.Series(np.nan, index=cells_of_day.index)
    return pd.qcut(cells_of_day, n, labels=False, duplicates="drop").astype(float)


def groups(frame, names):
    level = {"session": "datetime", "instrument": "instrument"}
    by = [frame.index.get_level_values(level[name]) if name in level else frame[name] for name in names]
    out = frame.groupby(by).agg({"a": ["median", "std", "first", "count"], "b": ["sum", "mean", "max"], "i": ["sum", "last"]})
    shown = [key if isinstance(key, tuple) else (key,) for key in out.index]
    return {
        "keys": [[str(x) if isinstance(x, pd.Timestamp) else cells([x])[0] for x in key] for key in shown],
        "columns": table(out),
    }


def case(seed):
    frame, random = draw(seed)
    by_code, by_day = frame.groupby(level="instrument"), frame.groupby(level="datetime")
    said = {"columns": {}, "operators": {}}
    for name in frame.columns:
        own = {f"forwardFill {limit}": cells(by_code[name].ffill(limit=limit)) for limit in (None, 2)}
        own.update({f"shift {n}": cells(by_code[name].shift(n)) for n in (1, -1, 3)})
        if name in "abi":
            own.update({f"diff {n}": cells(by_code[name].diff(n)) for n in (1, -2)})
            own["describe"] = cells(frame[name].describe(percentiles=[0.1, 0.5, 0.9]))
        if name in "abi" and len(frame) > 0:
            own.update({f"pctChange {n}": cells(by_code[name].pct_change(n, fill_method=None)) for n in (1, -2)})
            own.update({f"quantileBins {n}": cells(by_day[name].transform(bins, n)) for n in (3, 10)})
            present = frame[name].dropna().groupby(level="datetime")
            own["top"] = sorted([str(key[-2]), key[-1]] for key in present.nlargest(2).index)
            own["bottom"] = sorted([str(key[-2]), key[-1]] for key in present.nsmallest(2).index)
        said["columns"][name] = own
    numbers = frame[["a", "b", "i"]]
    said["correlations"] = {how: [x for row in numbers.corr(how).values for x in cells(row)] for how in ("pearson", "spearman")}
    if len(frame) > 0:
        periods = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "A"}
        said["resample"] = {period: resampled(frame, freq) for period, freq in periods.items()}
        said["qlib"] = qlib_resampled(frame)
        ways = (["session"], ["instrument"], ["s"], ["t", "s"], ["session", "s"], ["i"])
        said["groupBy"] = {"|".join(names): groups(frame, names) for names in ways}
        for name in "ab":
            each = by_day[name]
            said["operators"].update(
                {
                    f"CSStd(${name})": cells(each.transform("std")),
                    f"CSQuantile(${name}, 0.3)": cells(each.transform(lambda x: x.quantile(0.3))),
                    f"CSCount(${name})": cells(each.transform("count")),
                    f"CSSum(${name})": cells(each.transform("sum")),
                    f"CSMin(${name})": cells(each.transform("min")),
                    f"CSMax(${name})": cells(each.transform("max")),
                    f"CSWinsorize(${name}, 0.1)": cells(each.transform(lambda x: x.clip(x.quantile(0.1), x.quantile(0.9)))),
                    f"CSBucket(${name}, 4)": cells(each.transform(bins, 4)),
                    f"Clip(${name}, 9, 11)": cells(frame[name].clip(9, 11)),
                    f"FillNa(${name}, $i)": cells(frame[name].fillna(frame["i"])),
                    f"If(IsNull(${name}), 1, 0)": cells(frame[name].isna().astype(float)),
                }
            )
        said["operators"]["Clip($a, $b, 20)"] = cells(frame["a"].astype(float).clip(frame["b"], 20.0))
    shuffled = frame.iloc[random.permutation(len(frame))]
    rows = {"keys": keys(shuffled.index), **{name: cells(shuffled[name]) for name in frame}}
    return {"rows": rows, "sorted": keys(frame.index), "said": said}


json.dump([case(seed) for seed in range(10)], sys.stdout, allow_nan=False)
