"""pandas beside us: the tasks of bench/tasks.ts, timed inside Python. Called by bench/peers/pandas.ts.

python3 pandas_peer.py WORKLOAD.json (memory|fresh-window|load)
Prints a report as bench/measure.ts describes it.
"""
import json
import sys
import time

began = time.perf_counter()
import numpy as np
import pandas as pd
import tables  # read_hdf would import it

imported = time.perf_counter()

WARM_UP_SECONDS, SECONDS = 0.5, 2.0


def measure(form, run, note=None):
    until, i = time.perf_counter() + WARM_UP_SECONDS, 0
    while True:
        run(i)
        i += 1
        if time.perf_counter() >= until:
            break
    ms, until = [], time.perf_counter() + SECONDS
    while len(ms) < 3 or (time.perf_counter() < until and len(ms) < 5000):
        start = time.perf_counter()
        run(i)
        ms.append((time.perf_counter() - start) * 1000)
        i += 1
    return {"ms": ms, "form": form, **({"note": note} if note else {})}


def once(form, run):
    start = time.perf_counter()
    run(0)
    return {"ms": [(time.perf_counter() - start) * 1000], "form": form}


def fastest(candidates):
    """The fastest of several ways of asking, by one warm run each."""
    best = None
    for form, run in candidates:
        run(0)
        start = time.perf_counter()
        run(0)
        spent = time.perf_counter() - start
        if best is None or spent < best[0]:
            best = (spent, form, run)
    return measure(best[1], best[2])


def window_of(df, w):
    fields = ["$close", "$volume"]
    part = df.loc[w["start"] : w["end"], fields]
    part = part[part.index.get_level_values(1).isin(w["universe"])]
    return [part[name].to_numpy() for name in fields]


def in_memory(w):
    df = pd.read_hdf(w["h5"])
    start, end, universe = w["start"], w["end"], w["universe"]
    fields, names = ["$close", "$volume"], w["instruments"]
    tasks = {}

    def by_codes(wanted):
        part = df.loc[start:end, fields]
        codes = part.index.levels[1].get_indexer(wanted)
        return part[np.isin(part.index.codes[1], codes)].to_numpy()

    def other_universe(i):
        first = i % (len(names) - 300)
        return names[first : first + 300]

    tasks["window"] = fastest(
        [
            ("df.loc[start:end, fields], then isin on the level", lambda _: window_of(df, w)),
            ("df.loc[start:end, fields], then np.isin on the codes", lambda _: by_codes(universe)),
        ]
    )
    tasks["window-other"] = measure(
        "df.loc[start:end, fields], then np.isin on the codes", lambda i: by_codes(other_universe(i))
    )
    tasks["window-all"] = measure("df.loc[start:end] (a view)", lambda _: df.loc[start:end])
    tasks["window-all-2"] = measure("df.loc[start:end, fields].to_numpy()", lambda _: df.loc[start:end, fields].to_numpy())

    def last_bars(_):
        part = df[fields]
        return part[part.index.get_level_values(1).isin(universe)].groupby(level=1).tail(60).to_numpy()

    tasks["window-bars"] = measure("df[isin on the level].groupby(level=1).tail(60)", last_bars)

    def of(name):
        return [
            ("df.xs(code, level=1)", lambda i: df.xs(name(i), level=1).to_numpy()),
            ("df.loc[(slice(None), code), :]", lambda i: df.loc[(slice(None), name(i)), :].to_numpy()),
            (
                "df[codes == code], codes by df.index.codes[1]",
                lambda i: df[df.index.codes[1] == df.index.levels[1].get_loc(name(i))].to_numpy(),
            ),
        ]

    tasks["series"] = fastest(of(lambda _: names[0]))
    tasks["series-many"] = fastest(of(lambda i: names[i % len(names)]))
    by_code = df.swaplevel().sort_index()
    tasks["series-many-laid"] = fastest(
        [
            ("df.swaplevel().sort_index() once, then .loc[code]", lambda i: by_code.loc[names[i % len(names)]].to_numpy()),
            ("df.swaplevel().sort_index() once, then .xs(code)", lambda i: by_code.xs(names[i % len(names)]).to_numpy()),
        ]
    )
    by_code = by_code[fields]
    sessions = df.index.levels[0]

    def last_bars_of_one(i):
        end = sessions[(1000 + i // 50) % len(sessions)]
        return by_code.loc[universe[i % 50]].loc[:end].tail(60).to_numpy()

    tasks["bars-one"] = measure("df[fields].swaplevel().sort_index() once, then .loc[code].loc[:end].tail(60)", last_bars_of_one)
    tasks["group"] = measure(
        "for _, history in df.groupby(level=1): history.to_numpy()",
        lambda _: [history.to_numpy().size for _, history in df.groupby(level=1)],
    )
    tasks["cross-section"] = fastest(
        [
            ("df.loc[date]", lambda _: df.loc[w["session"]].to_numpy()),
            ("df.xs(Timestamp)", lambda _: df.xs(pd.Timestamp(w["session"])).to_numpy()),
        ]
    )
    tasks["unstack"] = measure('df["$close"].unstack()', lambda _: df["$close"].unstack())
    tasks["rolling"] = measure(
        'df["$close"].groupby(level=1).rolling(20, min_periods=1).mean()',
        lambda _: df["$close"].groupby(level=1).rolling(20, min_periods=1).mean(),
    )
    dates = df.index.levels[0]
    rng = np.random.default_rng(5)
    spans = [(dates[i], dates[i + 59]) for i in rng.integers(0, len(dates) - 60, 64)]

    def random_window(i):
        a, b = spans[i % len(spans)]
        part = df.loc[a:b, fields]
        return part[part.index.get_level_values(1).isin(universe)].to_numpy()

    tasks["random-windows"] = measure("as the window above, other dates each time", random_window)
    factor = pd.read_hdf(w["factorH5"])
    tasks["join-left"] = once('df.join(factor, how="left")', lambda _: df.join(factor, how="left"))
    tasks["join-inner"] = once('df.join(factor, how="inner")', lambda _: df.join(factor, how="inner"))
    return tasks


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        w = json.load(file)
    mode = sys.argv[2]
    if mode == "memory":
        tasks = in_memory(w)
    elif mode == "fresh-window":
        tasks = {
            "import": {"ms": [(imported - began) * 1000], "form": "import pandas, tables"},
            "open-window": once("read_hdf, then the window", lambda _: window_of(pd.read_hdf(w["h5"]), w)),
        }
    else:
        tasks = {"load": once("pd.read_hdf(path)", lambda _: pd.read_hdf(w["h5"]))}
    print(json.dumps({"version": pd.__version__, "tasks": tasks}))


main()
