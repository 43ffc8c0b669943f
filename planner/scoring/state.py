"""What a case was on a day. One definition for all of scoring; nothing after that day is looked at."""

import pandas as pd

FAR = pd.Timestamp("2262-01-01")


def filed_by(cases: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Cases filed on or before ``as_of``."""
    return cases[cases["filed_on"] <= as_of]


def ended_on(cases: pd.DataFrame) -> pd.Series:
    """The day a case ended; far away for open cases. An ended case without a date ended on the day it was filed."""
    dated = cases["closed_on"].fillna(cases["filed_on"])
    return dated.where(cases["status"] != "open", FAR)


def was_open(cases: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Filed on or before ``as_of`` and not yet ended on that day (bool, by row)."""
    return (cases["filed_on"] <= as_of) & (ended_on(cases) > as_of)


def owed_fen(cases: pd.DataFrame) -> pd.Series:
    """Claimed less recovered, at least 0, in fen (Int64); NA where the claim is not known."""
    return (cases["claimed_fen"] - cases["recovered_fen"].fillna(0)).clip(lower=0)
