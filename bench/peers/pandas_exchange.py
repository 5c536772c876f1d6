"""TopkDropout with the work that qlib's exchange, executor and account do, in pandas: prints its time and the last account.

Not qlib: its steps, as read from qlib.backtest and written anew. A frame of quotes an instrument, looked up by session and field;
a signal taken from a frame by (datetime, instrument); every order checked against suspension and limits, dealt once on a copy of the
position and once on the account; lots, costs and cash per order; every holding looked up again to be valued; a copy of the position,
a report row and the trade indicators a session. Look-ups are by `.at`, the quickest that pandas has.

argv: a folder with close.f32 and score.f32 (sessions x instruments, row-major), sessions, instruments, topk, n_drop.
"""
import copy
import json
import sys
import time

import numpy as np
import pandas as pd

folder, sessions, instruments, topk, n_drop = sys.argv[1], *map(int, sys.argv[2:6])
OPEN_COST, CLOSE_COST, MIN_COST, UNIT, RISK_DEGREE = 0.0005, 0.0015, 5, 100, 0.95
names = [f"SH{600000 + i}" for i in range(instruments)]
days = pd.date_range("2010-01-01", periods=sessions)


def cells(name):
    return np.fromfile(f"{folder}/{name}.f32", "<f4").reshape(sessions, instruments).astype("f8")


close = cells("close")
halted = np.isnan(close)
quotes = {
    code: pd.DataFrame(
        {"close": close[:, i], "factor": 1.0, "limit_buy": halted[:, i], "limit_sell": halted[:, i]}, index=days
    )
    for i, code in enumerate(names)
}
signals = pd.DataFrame(
    {"score": cells("score").ravel()},
    index=pd.MultiIndex.from_product([days, names], names=["datetime", "instrument"]),
)


def suspended(code, day):
    return code not in quotes or np.isnan(quotes[code].at[day, "close"])


def tradable(code, day, side=None):
    if suspended(code, day):
        return False
    if side is None:
        return not (quotes[code].at[day, "limit_buy"] or quotes[code].at[day, "limit_sell"])
    return not quotes[code].at[day, "limit_buy" if side == "buy" else "limit_sell"]


def price_of(code, day):
    return quotes[code].at[day, "close"]


def rounded(amount, factor):
    return (amount * factor + 0.1) // UNIT * UNIT / factor


def deal(position, code, side, amount, day):
    """Value and cost of an order, which it applies to the position."""
    if not tradable(code, day, side):
        return 0.0, 0.0, 0.0
    price, factor = price_of(code, day), quotes[code].at[day, "factor"]
    rate = CLOSE_COST if side == "sell" else OPEN_COST
    if side == "sell":
        held = position["stocks"][code]["amount"]
        amount = amount if np.isclose(amount, held) else rounded(min(held, amount), factor)
    else:
        value = amount * price
        if position["cash"] < value + max(value * rate, MIN_COST):
            amount = min(position["cash"] / (1 + rate) / price, amount)
        amount = rounded(amount, factor)
    value = amount * price
    if value <= 1e-5:
        return 0.0, 0.0, 0.0
    cost = max(value * rate, MIN_COST)
    if side == "sell":
        position["cash"] += value - cost
        if np.isclose(position["stocks"][code]["amount"], amount):
            del position["stocks"][code]
        else:
            position["stocks"][code]["amount"] -= amount
    else:
        position["cash"] -= value + cost
        own = position["stocks"].setdefault(code, {"amount": 0.0, "price": price, "weight": 0.0, "days": 0})
        own["amount"] += amount
    return value, cost, amount


def decide(position, scores, day):
    stocks = position["stocks"]
    held = sorted(stocks)
    ranked = scores[~scores.index.isin(held)].sort_values(ascending=False).index
    today = list(ranked[: n_drop + topk - len(held)])
    both = scores.reindex(sorted(set(held) | set(today))).sort_values(ascending=False).index
    bottom = set(both[-n_drop:])
    selling = [code for code in held if code in bottom]
    buying = today[: len(selling) + topk - len(held)]
    trial, orders = copy.deepcopy(position), []
    for code in held:
        if not tradable(code, day) or code not in bottom or stocks[code]["days"] < 1:
            continue
        orders.append((code, "sell", stocks[code]["amount"]))
        deal(trial, code, "sell", stocks[code]["amount"], day)
    value = trial["cash"] * RISK_DEGREE / len(buying) if buying else 0
    for code in buying:
        if tradable(code, day):
            orders.append((code, "buy", rounded(value / price_of(code, day), quotes[code].at[day, "factor"])))
    return orders


begun = time.process_time()
position = {"cash": 1e8, "stocks": {}}
last, turnover, costs = 1e8, 0.0, 0.0
report, history, indicators = [], {}, []
for i in range(1, sessions):
    day = days[i]
    scores = signals.loc[days[i - 1] : day - pd.Timedelta(seconds=1), "score"].groupby("instrument").last()
    before, spent, done = turnover, costs, []
    for code, side, amount in decide(position, scores, day):
        value, cost, dealt = deal(position, code, side, amount, day)
        turnover, costs = turnover + value, costs + cost
        done.append((code, amount, dealt, value))
    for code, own in position["stocks"].items():
        if not suspended(code, day):
            own["price"] = price_of(code, day)
        own["days"] += 1
    held = sum(own["amount"] * own["price"] for own in position["stocks"].values())
    account = held + position["cash"]
    for own in position["stocks"].values():
        own["weight"] = own["amount"] * own["price"] / account
    report.append((account, (account - last + costs - spent) / last, turnover, (turnover - before) / last, costs, (costs - spent) / last))
    today = pd.DataFrame(done, columns=["code", "amount", "dealt", "value"]).set_index("code")
    indicators.append(((today["dealt"] / today["amount"]).mean(), today["dealt"].sum(), today["value"].sum(), len(today)))
    history[day] = copy.deepcopy(position)
    last = account
table = pd.DataFrame(report, index=days[1:])
print(json.dumps({"ms": (time.process_time() - begun) * 1000, "account": float(table[0].iloc[-1]), "pandas": pd.__version__}))
