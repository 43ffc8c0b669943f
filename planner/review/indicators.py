"""The bureau's indicators (:mod:`planner.model.indicator`) by any grouping, each with what it is made of.

Numerator and denominator always stand beside the value.

Shares of cases have Wilson's interval (JASA 22, 1927), their change from the year before Newcombe's (Statistics in
Medicine 17, 1998, 873-890, method 10). Money has none: one case may make it, so it stands with and without the largest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from planner.model.indicator import INDICATORS, OUTCOME_WORDS, Indicator

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LEVEL = 0.95

COLUMNS = (
    "scope", "group", "indicator", "unit", "largest_left_out",
    "numerator", "denominator", "value", "low", "high",
    "numerator_before", "denominator_before", "value_before", "change", "change_low", "change_high",
    "left_aside", "left_aside_before", "untold", "untold_before",
)  # fmt: skip

PATH_COLUMNS = ("indicator", "day", "numerator", "denominator", "value", "low", "high")

SCOPES = ("county", "group", "none")

STRAY = 0.01
"""Share of endings that may lie before the register really begins: dates that somebody mistyped."""

LATE = pd.Timedelta(days=31)
"""A year is told whole if the register begins by then: in a small county the first weeks may be empty."""


@dataclass(frozen=True)
class Share:
    """Cases above and below the line, with the 95 % interval of the share; NaN where nothing is below."""

    numerator: int
    denominator: int
    low: float
    high: float


@dataclass(frozen=True)
class _Sums:
    """Of one indicator in one year, whole numbers of the county, each group and none: (n + 2,) each."""

    numerator: Whole
    denominator: Whole
    left_aside: Whole
    untold: Whole


def indicators(
    cases: pd.DataFrame,
    group: pd.Series,
    groups: pd.Index,
    as_of: pd.Timestamp,
    specs: Sequence[Indicator] = INDICATORS,
    largest: int = 1,
    words: Sequence[tuple[str, tuple[str, ...]]] = OUTCOME_WORDS,
) -> pd.DataFrame:
    """Every indicator for the county, each group and the cases in none; nothing after ``as_of`` is used.

    An indicator of money is given twice: of all cases, and without the ``largest`` claims of the group in that year.

    Args:
        cases: CASE_TABLE. group: a code by row of ``cases`` (of a township, a base, a team); what is not in
            ``groups`` is in none.
        words: outcome and the words of 结案方式 that tell it; the status terminated goes before them.

    Returns:
        COLUMNS, by spec, then county, groups in the order of ``groups``, none. scope: one of SCOPES.
        group: NA but for groups. numerator, denominator: cases or fen, Int64, of the year to ``as_of``;
        ..._before: of the year before. value, low, high: shares with a 95 % interval; change, change_low,
        change_high: percentage points from the year before. Values are NA where the denominator is 0, intervals of
        money always, the value before and the change where the register does not tell that whole year.
        largest_left_out: how many claims are left out. left_aside: cases without a known claim, which
        no sum of money holds. untold: cases in the denominator whose way of ending is not told; they may count below
        the line only, so that the value is too low by up to so many.
    """
    years = [cases[_ended_within(cases, as_of - pd.DateOffset(years=back))] for back in (0, 1)]
    whole = told_whole(begins(cases), as_of - pd.DateOffset(years=1))
    outcomes = [outcome(year, words) for year in years]
    numbers = [_number(group[year.index], groups) for year in years]
    blocks = []
    for spec in specs:
        for left_out in (0, largest) if spec.unit == "fen" and largest else (0,):
            now, before = (
                _sums(spec, year, how, number, len(groups), left_out)
                for year, how, number in zip(years, outcomes, numbers, strict=True)
            )
            blocks.append(_block(spec, now, before, groups, left_out, whole))
    if not blocks:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(blocks, ignore_index=True)[list(COLUMNS)]


def rolling(
    cases: pd.DataFrame,
    as_of: pd.Timestamp,
    specs: Sequence[Indicator] = INDICATORS,
    months: int = 24,
    words: Sequence[tuple[str, tuple[str, ...]]] = OUTCOME_WORDS,
) -> pd.DataFrame:
    """The county's indicators of the year to each of so many days, a month apart, the last of them ``as_of``.

    Returns:
        PATH_COLUMNS, by spec, oldest first; value, low and high are NA where the register does not tell that whole
        year.
    """
    days = [as_of - pd.DateOffset(months=back) for back in range(months - 1, -1, -1)]
    first, known = begins(cases), cases[cases["status"] != "open"]
    how, nowhere = outcome(known, words), np.zeros(len(known), np.int64)
    years = [_ended_within(known, day) for day in days]
    blocks = []
    for spec in specs:
        sums = [_sums(spec, known[year], how[year], nowhere[year], 0, 0) for year in years]
        top, bottom = (np.array([getattr(one, name)[0] for one in sums]) for name in ("numerator", "denominator"))
        low, high = wilson(top, bottom) if spec.unit == "cases" else np.full((2, months), np.nan)
        whole = np.array([told_whole(first, day) for day in days])
        values = (np.where(whole, value, np.nan) for value in (_ratio(top, bottom), low, high))
        blocks.append(pd.DataFrame(dict(zip(PATH_COLUMNS, (spec.code, days, top, bottom, *values), strict=True))))
    return pd.concat(blocks, ignore_index=True)


def shares_within(
    cases: pd.DataFrame,
    first: pd.Timestamp,
    last: pd.Timestamp,
    specs: Sequence[Indicator] = INDICATORS,
    words: Sequence[tuple[str, tuple[str, ...]]] = OUTCOME_WORDS,
) -> dict[str, Share]:
    """Each indicator of cases, of what ended from ``first`` to ``last``: code -> Share."""
    within = cases[_ended_within(cases, last, first - pd.Timedelta(days=1))]
    how, nowhere = outcome(within, words), np.zeros(len(within), np.int64)
    found = {}
    for spec in (spec for spec in specs if spec.unit == "cases"):
        sums = _sums(spec, within, how, nowhere, 0, 0)
        low, high = wilson(sums.numerator[:1], sums.denominator[:1])
        found[spec.code] = Share(int(sums.numerator[0]), int(sums.denominator[0]), float(low[0]), float(high[0]))
    return found


def begins(cases: pd.DataFrame) -> pd.Timestamp | None:
    """The first day of which the register tells endings, a few strays aside; None where nothing ended."""
    ended = _ended(cases)[cases["status"] != "open"].sort_values()
    return None if ended.empty else pd.Timestamp(ended.iloc[int(STRAY * (len(ended) - 1))])


def told_whole(first: pd.Timestamp | None, as_of: pd.Timestamp) -> bool:
    """Does a register that begins on its ``first`` day tell the whole year to ``as_of``?"""
    return first is not None and first <= as_of - pd.DateOffset(years=1) + LATE


def outcome(cases: pd.DataFrame, words: Sequence[tuple[str, tuple[str, ...]]] = OUTCOME_WORDS) -> pd.Series:
    """How each ended case ended, by row: one of OUTCOMES."""
    closing = cases["closing"]
    found = pd.Series("other", index=cases.index, dtype="str").mask(closing.isna(), "untold")
    for name, said in reversed(words):
        pattern = "|".join(re.escape(word) for word in said)
        found = found.mask(closing.fillna("").str.contains(pattern).astype(bool), name)
    return found.mask(cases["status"] == "terminated", "terminated")


def wilson(numerator: Whole, denominator: Whole) -> tuple[Floats, Floats]:
    """95 % interval of a share, (n,) each; NaN where the denominator is 0."""
    z = float(stats.norm.ppf((1 + LEVEL) / 2))
    n = np.where(denominator > 0, denominator, np.nan)
    p = numerator / n
    centre, reach = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (centre - reach) / (1 + z**2 / n), (centre + reach) / (1 + z**2 / n)
    return np.asarray(np.where(numerator == 0, low * 0, low)), np.asarray(np.where(p == 1, 1.0, high))


def newcombe(now: tuple[Whole, Whole], before: tuple[Whole, Whole]) -> tuple[Floats, Floats]:
    """95 % interval of the difference of two shares (numerator, denominator), now less before, (n,) each."""
    (p, low, high), (q, low_q, high_q) = ((_ratio(*counts), *wilson(*counts)) for counts in (now, before))
    return p - q - np.hypot(p - low, high_q - q), p - q + np.hypot(high - p, q - low_q)


def _ended(cases: pd.DataFrame) -> pd.Series:
    """The day a case ended; a case without a closing date ended when filed."""
    return cases["closed_on"].fillna(cases["filed_on"])


def _ended_within(cases: pd.DataFrame, as_of: pd.Timestamp, after: pd.Timestamp | None = None) -> Flags:
    """Ended ``after`` a day (None: a year before) and by ``as_of``."""
    ended, first = _ended(cases), after if after is not None else as_of - pd.DateOffset(years=1)
    rows = (cases["status"] != "open") & (cases["filed_on"] <= as_of) & (ended > first) & (ended <= as_of)
    return np.asarray(rows, dtype=bool)


def _number(group: pd.Series, groups: pd.Index) -> Whole:
    """Number of a case's group in ``groups``; the last number + 1 where it is in none."""
    found = groups.get_indexer(pd.Index(group))
    return np.where(found < 0, len(groups), found).astype(np.int64)


def _sums(spec: Indicator, cases: pd.DataFrame, how: pd.Series, group: Whole, groups: int, left_out: int) -> _Sums:
    looked_at = np.asarray(cases["case_type"].isin(spec.case_types) & how.isin(spec.below), dtype=bool)
    above = np.asarray(how.isin(spec.above), dtype=bool)
    untold = np.asarray(how == "untold", dtype=np.int64)
    claimed = cases["claimed_fen"].to_numpy(np.int64, na_value=0)
    known = cases["claimed_fen"].notna().to_numpy() | (spec.unit == "cases")
    if spec.unit == "cases":
        bottom, top = np.ones_like(claimed), above.astype(np.int64)
    else:
        bottom, top = claimed, np.where(above, cases["recovered_fen"].to_numpy(np.int64, na_value=0), 0)

    kept = list(_parts(looked_at & known, claimed, group, groups, left_out))
    aside = list(_parts(looked_at & ~known, claimed, group, groups, 0))

    def total(amount: Whole) -> Whole:
        return np.array([amount[rows].sum() for rows in kept], dtype=np.int64)

    return _Sums(total(top), total(bottom), np.array([len(rows) for rows in aside], np.int64), total(untold))


def _parts(rows: Flags, claimed: Whole, group: Whole, groups: int, left_out: int) -> Iterator[Whole]:
    """Row numbers of the county, each group and none, less the largest claims of each."""
    at = np.flatnonzero(rows)
    at = at[np.argsort(-claimed[at], kind="stable")]
    yield at[left_out:]
    by_group = at[np.argsort(group[at], kind="stable")]
    bounds = np.searchsorted(group[by_group], np.arange(groups + 2))
    for first, last in pairwise(bounds):
        yield by_group[first:last][left_out:]


def _block(
    spec: Indicator, now: _Sums, before: _Sums, groups: pd.Index, left_out: int, whole_before: bool
) -> pd.DataFrame:
    """The rows of one indicator."""
    value, none = _ratio(now.numerator, now.denominator), np.full(len(now.numerator), np.nan)
    value_before = _ratio(before.numerator, before.denominator) if whole_before else none
    low, high, change_low, change_high = none, none, none, none
    if spec.unit == "cases":
        low, high = wilson(now.numerator, now.denominator)
    if spec.unit == "cases" and whole_before:
        change_low, change_high = newcombe((now.numerator, now.denominator), (before.numerator, before.denominator))
    whole = {
        "numerator": now.numerator,
        "denominator": now.denominator,
        "numerator_before": before.numerator,
        "denominator_before": before.denominator,
        "left_aside": now.left_aside,
        "left_aside_before": before.left_aside,
        "untold": now.untold,
        "untold_before": before.untold,
    }
    return pd.DataFrame(
        {
            "scope": ["county", *["group"] * len(groups), "none"],
            "group": pd.array([None, *groups, None], dtype="string"),
            "indicator": spec.code,
            "unit": spec.unit,
            "largest_left_out": left_out,
            **{name: pd.array(counts, dtype="Int64") for name, counts in whole.items()},
            "value": value,
            "low": low,
            "high": high,
            "value_before": value_before,
            "change": 100 * (value - value_before),
            "change_low": 100 * change_low,
            "change_high": 100 * change_high,
        }
    )


def _ratio(above: Whole, below: Whole) -> Floats:
    """above / below, NaN where nothing is below."""
    return np.asarray(above / np.where(below > 0, below, np.nan), dtype=np.float64)
