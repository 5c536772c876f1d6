"""Factors of prices."""
import pandas as pd


def factor_momentum_10d(df: pd.DataFrame) -> pd.Series:
    """The return over the instrument's last ten rows."""
    before = df["close"].groupby(level="instrument").shift(10)
    return (df["close"] / before - 1).astype("float64").rename("momentum_10d")


def factor_range(df: pd.DataFrame) -> pd.Series:
    """The day's range against its open."""
    return ((df["high"] - df["low"]) / df["open"]).astype("float64").rename("range")


def factor_smooth_close(df: pd.DataFrame) -> pd.Series:
    """A mistake: the mean is centred, so that it knows the next two rows."""
    mean = df["close"].groupby(level="instrument").transform(lambda s: s.rolling(5, center=True, min_periods=1).mean())
    return (df["close"] / mean - 1).astype("float64").rename("smooth_close")
