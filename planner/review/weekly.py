"""What a register says per township and week, around the start of a sweep."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.indicator import OUTCOME_WORDS, OutcomeWords
from planner.model.units import DAYS_PER_WEEK, FEN_PER_YUAN
from planner.review.indicators import outcome

Counts = npt.NDArray[np.int64]

MEASURES = ("enforced", "terminated", "money")
"""实际执行 cases ended by performance or settlement, 终本, and money got in cases that ended. The first is the primary
one: it was named before any sweep was judged."""

WHOLE_MONEY = "money_whole"
"""Money without its cap: it stands beside the measures and is not among them."""

MONEY_CAP = 0.95
"""Money of a case counts up to what this share of cases stays under, so that one case does not make a sweep."""

OPEN_LISTED = 0.6
"""Share of what waited in the year before a sweep that must wait at the end of a register that lists open cases."""

THOUSAND_YUAN = 1000 * FEN_PER_YUAN
WEEKEND = 2
"""Days."""

LEAST_WEEKLY = 5.0
AROUND = 13
"""Counts a week in the county, in the quarter around it, from which on a week of nothing is taken for missing."""


@dataclass(frozen=True)
class Weekly:
    """Attributes:
    counts: (weeks, n) whole weeks of the register, oldest first. start: number of the sweep's first week.
    missing: (weeks,) weeks in which nothing at all is told though much should be.
    waiting: (weeks, n) cases that were open when the week began.
    largest: case ids whose money was capped within the window, largest first (measure money).
    """

    counts: Counts
    start: int
    missing: npt.NDArray[np.bool_]
    waiting: Counts
    largest: tuple[str, ...] = ()

    @property
    def tells_waiting(self) -> bool:
        """Whether the register lists open cases, too. One of ended cases alone would take for waiting, before a sweep,
        just those that the sweep ended."""
        total = self.waiting.sum(axis=1)
        return (
            bool(total[-1] >= OPEN_LISTED * total[max(0, self.start - 52) : self.start].mean()) if self.start else False
        )


def weekly(
    cases: pd.DataFrame, township: pd.Series, codes: pd.Index, monday: pd.Timestamp, measure: str,
    words: OutcomeWords = OUTCOME_WORDS,
) -> Weekly:  # fmt: skip
    """Counts by the day a case ended.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed. codes: the n townships.
        monday: first day of the sweep's week. words: which words of 结案方式 tell which outcome.
    """
    ended, how = cases["closed_on"], outcome(cases, words)
    last = cases[["filed_on", "closed_on"]].max().max()
    wanted = {"enforced": how.isin(["completed", "settled"]), "terminated": how == "terminated"}
    wanted |= dict.fromkeys(("money", WHOLE_MONEY), ended.notna())
    rows = (wanted[measure] & ended.notna() & township.isin(codes)).to_numpy(dtype=bool)
    week: Counts = np.asarray((ended[rows] - monday).dt.days // DAYS_PER_WEEK, np.int64)
    first = int(week.min(initial=0))
    days = (last - monday).days + 1 + WEEKEND  # a register that ends on a Friday tells the whole week
    weeks = max(days // DAYS_PER_WEEK - first, -first)
    value, largest = _value(cases[rows], measure, week)
    counts = np.zeros((max(weeks, int(week.max(initial=0)) - first + 1), len(codes)), np.int64)
    np.add.at(counts, (week - first, codes.get_indexer(pd.Index(township[rows]))), value)
    counts = counts[:weeks]
    waiting = _waiting(cases, township, codes, monday + pd.Timedelta(weeks=first), len(counts))
    return Weekly(counts, -first, _missing(counts.sum(axis=1)), waiting, largest)


def _waiting(cases: pd.DataFrame, township: pd.Series, codes: pd.Index, monday: pd.Timestamp, weeks: int) -> Counts:
    """(weeks, n) cases filed before the start of each week from ``monday`` on and not ended by then."""
    placed = township.isin(codes).to_numpy(dtype=bool)
    at = codes.get_indexer(pd.Index(township[placed]))
    change = np.zeros((weeks, len(codes)), np.int64)
    for days, sign in ((cases["filed_on"], 1), (cases["closed_on"], -1)):
        after = ((days[placed] - monday).dt.days // DAYS_PER_WEEK + 1).to_numpy(float, na_value=np.inf)
        known = (after < weeks) & (weeks > 0)
        np.add.at(change, (np.maximum(after[known], 0).astype(np.int64), at[known]), sign)
    return change.cumsum(axis=0)


def _missing(total: Counts) -> npt.NDArray[np.bool_]:
    """(weeks,) weeks of nothing amid a quarter in which much is told; where a register begins, little is."""
    usual = pd.Series(total).rolling(AROUND, center=True, min_periods=1).median().to_numpy()
    missing: npt.NDArray[np.bool_] = (total == 0) & (usual >= LEAST_WEEKLY)
    return missing


def changed_townships(counts: Counts, start: int) -> npt.NDArray[np.bool_]:
    """(n,) townships that were silent for half of the year before and not in the other half: a border or a name
    changed, or a court began to write it otherwise; they are left out."""
    year = counts[max(0, start - 52) : start]
    half = len(year) // 2
    one, other = year[:half].sum(axis=0), year[half:].sum(axis=0)
    changed: npt.NDArray[np.bool_] = (np.minimum(one, other) == 0) & (np.maximum(one, other) >= half / 2)
    return changed


def _value(cases: pd.DataFrame, measure: str, week: Counts) -> tuple[Counts, tuple[str, ...]]:
    """What each case counts: one, or its money in thousands of yuan, capped."""
    if measure in ("enforced", "terminated"):
        return np.ones(len(cases), np.int64), ()
    got = cases["recovered_fen"].fillna(0).to_numpy(dtype=float)
    known = got[got > 0]
    cap = float(np.quantile(known, MONEY_CAP if measure == "money" else 1.0)) if len(known) else 0.0
    over = np.flatnonzero((got > cap) & (week >= 0))
    order = over[np.argsort(-got[over])]
    capped = np.round(np.minimum(got, cap) / THOUSAND_YUAN).astype(np.int64)
    return capped, tuple(cases["case_id"].iloc[order])
