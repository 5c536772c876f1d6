"""The same TopkDropout backtest as a loop over sessions with pandas, as one writes it: prints its time and the last account.

argv: a folder with close.f32 and score.f32 (sessions x instruments, row-major), sessions, instruments, topk, n_drop.
"""
import json
import sys
import time

import numpy as np
import pandas as pd

folder, sessions, instruments, topk, n_drop = sys.argv[1], *map(int, sys.argv[2:6])
names = [f"SH{600000 + i}" for i in range(instruments)]


def table(name):
    cells = np.fromfile(f"{folder}/{name}.f32", "<f4").reshape(sessions, instruments)
    return pd.DataFrame(cells.astype("f8"), columns=names)


close, score = table("close"), table("score")
begun = time.process_time()
cash, held, price, rows = 1e8, {}, {}, []
for day in range(1, sessions):
    today, signal = close.iloc[day], score.iloc[day - 1]
    tradable = today.notna()
    ranked = signal[~signal.index.isin(list(held))].sort_values(ascending=False)
    new = list(ranked.index[: n_drop + topk - len(held)])
    both = signal.reindex(sorted(set(held) | set(new))).sort_values(ascending=False)
    bottom = set(both.index[-n_drop:])
    sell = [code for code in sorted(held) if code in bottom]
    buy = new[: len(sell) + topk - len(held)]
    orders = []
    for code in sell:
        if tradable[code]:
            value = held[code] * today[code]
            cash += value - max(value * 0.0015, 5)
            del held[code]
    share = cash * 0.95 / len(buy) if buy else 0
    for code in buy:
        if not tradable[code]:
            continue
        amount = (share / today[code] + 0.1) // 100 * 100
        value = amount * today[code]
        if value <= 0:
            continue
        cash -= value + max(value * 0.0005, 5)
        held[code] = amount
    for code in held:
        if tradable[code]:
            price[code] = today[code]
    rows.append(cash + sum(amount * price[code] for code, amount in held.items()))
print(json.dumps({"ms": (time.process_time() - begun) * 1000, "account": rows[-1], "pandas": pd.__version__}))
