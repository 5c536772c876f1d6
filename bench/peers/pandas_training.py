"""The steps of bench/training.ts in pandas and numpy, as qlib's processors write them: pandas_training.py SESSIONS; prints CPU seconds as JSON."""
import json
import sys
import time

import numpy as np
import pandas as pd

INSTRUMENTS, FEATURES = 800, 158
sessions = int(sys.argv[1])
rng = np.random.default_rng(1)
rows = INSTRUMENTS * sessions
values = rng.standard_normal((FEATURES + 1, rows), dtype=np.float32).T  # one block, column after column, as pandas has it
values[rng.random((rows, FEATURES + 1), dtype=np.float32) < 0.02] = np.nan
index = pd.MultiIndex.from_product(
    [pd.date_range("2006-01-02", periods=sessions, freq="B"), [f"SH{600000 + i}" for i in range(INSTRUMENTS)]],
    names=["datetime", "instrument"],
)
columns = pd.MultiIndex.from_tuples([("feature", f"F{c}") for c in range(FEATURES)] + [("label", "LABEL0")])
frame = pd.DataFrame(values, index=index, columns=columns)
features = frame.columns[:FEATURES]
fit_rows = int(0.55 * sessions) * INSTRUMENTS
seconds = {}


def timed(name, run):
    began = time.process_time()
    result = run()
    seconds[name] = time.process_time() - began
    return result


def robust_fit(df):
    x = df[features].iloc[:fit_rows].values
    middle = np.nanmedian(x, axis=0)
    scale = (np.nanmedian(np.abs(x - middle), axis=0) + 1e-12) * 1.4826
    return middle, scale


def robust_apply(df, fitted):
    x = df[features]
    x -= fitted[0]
    x /= fitted[1]
    df[features] = np.clip(x, -3, 3)


def z_fit(df):
    x = df[features].iloc[:fit_rows].values
    return np.nanmean(x, axis=0), np.nanstd(x, axis=0)


def z_apply(df, fitted):
    df.loc(axis=1)[features] = (df[features].values - fitted[0]) / fitted[1]


def rank(df, cols):
    own = df[cols].groupby(level="datetime", group_keys=False).rank(pct=True)
    own -= 0.5
    own *= 3.46
    df[cols] = own


def handler(df):
    df = df.copy()
    robust_apply(df, robust_fit(df))
    df.fillna({c: 0 for c in features}, inplace=True)
    learn = df.copy().dropna(subset=[("label", "LABEL0")])
    rank(learn, [("label", "LABEL0")])
    return learn


fitted = timed("ZScoreNorm fit", lambda: z_fit(frame))
timed("ZScoreNorm apply", lambda: z_apply(frame.copy(), fitted))
fitted = timed("RobustZScoreNorm fit", lambda: robust_fit(frame))
timed("RobustZScoreNorm apply", lambda: robust_apply(frame.copy(), fitted))
grouped = frame[features].groupby(level="datetime", group_keys=False)
timed("CSZScoreNorm features", lambda: (frame[features] - grouped.transform("mean")) / grouped.transform("std"))
timed("CSZFillna features", lambda: grouped.apply(lambda x: x.fillna(x.mean())))
timed("Fillna features", lambda: frame.copy().fillna({c: 0 for c in features}))
timed("CSRankNorm label", lambda: rank(frame.copy(), [("label", "LABEL0")]))
timed("CSRankNorm features", lambda: rank(frame.copy(), list(features)))
learn = timed("the usual handler", lambda: handler(frame))


def sampler(df):
    # qlib's TSDataSampler: sorted by instrument, one array with a row of NaN, and a table of positions by session and instrument.
    df = df.swaplevel().sort_index()
    array = np.append(df.to_numpy(dtype=np.float32), np.full((1, df.shape[1]), np.nan, np.float32), axis=0)
    places = pd.Series(range(len(df)), index=df.index, dtype=object).unstack().sort_index().T
    return array, np.nan_to_num(places.astype(np.float64).values, nan=len(df)).astype(np.int64)


array, places = timed("sampler, length 20", lambda: sampler(learn))


def batches():
    for _ in range(100):
        r, c = rng.integers(19, places.shape[0], 2048), rng.integers(0, places.shape[1], 2048)
        steps = np.stack([places[r - 19 + k, c] for k in range(20)], axis=1)
        array[steps.reshape(-1)].reshape(2048, 20, -1)


timed("100 batches of 2048 x 20", batches)
print(json.dumps(seconds))
