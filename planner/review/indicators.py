"""The bureau's indicators: 执行到位率, 实际执行率, 执行完毕率, 首执案件终本率, each with what it is made of.

Circulars differ in what they count, so a formula is data: which case types are looked at, which outcomes count above
the line, and whether cases or fen are counted. Numerator and denominator always stand beside the value.

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

from planner.model.case import CASE_TYPES

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LEVEL = 0.95

OUTCOMES = ("completed", "settled", "terminated", "withdrawn", "ended", "other", "untold")
"""How a case ended: 执行完毕, 和解, 终本, 销案 and the like, 终结执行, in other words, and nothing told."""

OUTCOME_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("terminated", ("终结本次", "终本")),
    ("other", ("未执行完毕", "未履行完毕", "未全部履行")),
    ("ended", ("不予", "终结强制执行")),
    ("completed", ("执行完毕", "履行完毕", "全部履行", "自动履行", "强制执行")),
    ("settled", ("和解",)),
    ("withdrawn", ("销案", "驳回")),
    ("ended", ("终结",)),
)
"""Words of 结案方式; the first outcome that fits counts."""

ENFORCEMENT = ("执", "执恢")

COLUMNS = (
    "scope", "township_code", "indicator", "unit", "largest_left_out",
    "numerator", "denominator", "value", "low", "high",
    "numerator_before", "denominator_before", "value_before", "change", "change_low", "change_high",
    "left_aside", "left_aside_before", "untold", "untold_before",
)  # fmt: skip

UNITS = ("cases", "fen")
SCOPES = ("county", "township", "unplaced")


@dataclass(frozen=True)
class Indicator:
    """One formula, over cases ended within the year.

    Attributes:
        unit: cases: cases above the line over cases below; fen: recovered over claimed.
        case_types: only these are looked at.
        above: outcomes that count in the numerator.
        below: outcomes in the denominator.

    Raises:
        ValueError: a word that is none of these, or an outcome above the line that is not below it.
    """

    code: str
    unit: str
    above: tuple[str, ...]
    below: tuple[str, ...] = OUTCOMES
    case_types: tuple[str, ...] = ENFORCEMENT

    def __post_init__(self) -> None:
        outcomes = set(self.above) <= set(self.below) <= set(OUTCOMES)
        if self.unit not in UNITS or not outcomes or not set(self.case_types) <= set(CASE_TYPES):
            raise ValueError(self)


REALLY_ENFORCED = ("completed", "settled")

INDICATORS = (
    Indicator("recovery", "fen", above=OUTCOMES),  # 执行到位率: all that was recovered, in part too
    Indicator("recovery_2008", "fen", above=REALLY_ENFORCED),  # 执行到位率 as the SPC had it in 2008
    Indicator("enforced", "cases", above=REALLY_ENFORCED),  # 实际执行率
    Indicator("completed", "cases", above=("completed",)),  # 执行完毕率
    Indicator("first_terminated", "cases", above=("terminated",), case_types=("执",)),  # 首执案件终本率
)


@dataclass(frozen=True)
class _Sums:
    """Of one indicator in one year, whole numbers by area (county, townships, unplaced): (n + 2,) each."""

    numerator: Whole
    denominator: Whole
    left_aside: Whole
    untold: Whole


def indicators(
    cases: pd.DataFrame,
    township: pd.Series,
    codes: pd.Index,
    as_of: pd.Timestamp,
    specs: Sequence[Indicator] = INDICATORS,
    largest: int = 1,
    words: Sequence[tuple[str, tuple[str, ...]]] = OUTCOME_WORDS,
) -> pd.DataFrame:
    """Every indicator for the county, each township and the cases in none; nothing after ``as_of`` is used.

    An indicator of money is given twice: of all cases, and without the ``largest`` claims of the area in that year.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``; what is not in ``codes`` is unplaced.
        words: outcome and the words of 结案方式 that tell it; the status terminated goes before them.

    Returns:
        COLUMNS, by spec, then county, townships in the order of ``codes``, unplaced. scope: one of SCOPES.
        township_code: NA but for townships. numerator, denominator: cases or fen, Int64, of the year to ``as_of``;
        ..._before: of the year before. value, low, high: shares with a 95 % interval; change, change_low,
        change_high: percentage points from the year before. Values are NA where the denominator is 0, intervals of
        money always. largest_left_out: how many claims are left out. left_aside: cases without a known claim, which
        no sum of money holds. untold: cases in the denominator whose way of ending is not told; they may count below
        the line only, so that the value is too low by up to so many.
    """
    years = [cases[_ended_within(cases, as_of, back)] for back in (0, 1)]
    outcomes = [outcome(year, words) for year in years]
    areas = [_area(township[year.index], codes) for year in years]
    blocks = []
    for spec in specs:
        for left_out in (0, largest) if spec.unit == "fen" and largest else (0,):
            now, before = (
                _sums(spec, year, how, area, len(codes), left_out)
                for year, how, area in zip(years, outcomes, areas, strict=True)
            )
            blocks.append(_block(spec, now, before, codes, left_out))
    if not blocks:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(blocks, ignore_index=True)[list(COLUMNS)]


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


def _ended_within(cases: pd.DataFrame, as_of: pd.Timestamp, years_back: int) -> Flags:
    """Ended in the year to ``as_of``, or so many years before; a case without a closing date ended when filed."""
    ended = cases["closed_on"].fillna(cases["filed_on"])
    last, first = (as_of - pd.DateOffset(years=years_back + more) for more in (0, 1))
    rows = (cases["status"] != "open") & (cases["filed_on"] <= last) & (ended > first) & (ended <= last)
    return np.asarray(rows, dtype=bool)


def _area(township: pd.Series, codes: pd.Index) -> Whole:
    """Number of a case's township in ``codes``; the last number + 1 where it is in none."""
    found = codes.get_indexer(pd.Index(township))
    return np.where(found < 0, len(codes), found).astype(np.int64)


def _sums(spec: Indicator, cases: pd.DataFrame, how: pd.Series, area: Whole, townships: int, left_out: int) -> _Sums:
    looked_at = np.asarray(cases["case_type"].isin(spec.case_types) & how.isin(spec.below), dtype=bool)
    above = np.asarray(how.isin(spec.above), dtype=bool)
    untold = np.asarray(how == "untold", dtype=np.int64)
    claimed = cases["claimed_fen"].to_numpy(np.int64, na_value=0)
    known = cases["claimed_fen"].notna().to_numpy() | (spec.unit == "cases")
    if spec.unit == "cases":
        bottom, top = np.ones_like(claimed), above.astype(np.int64)
    else:
        bottom, top = claimed, np.where(above, cases["recovered_fen"].to_numpy(np.int64, na_value=0), 0)

    kept = list(_areas(looked_at & known, claimed, area, townships, left_out))
    aside = list(_areas(looked_at & ~known, claimed, area, townships, 0))

    def total(amount: Whole) -> Whole:
        return np.array([amount[rows].sum() for rows in kept], dtype=np.int64)

    return _Sums(total(top), total(bottom), np.array([len(rows) for rows in aside], np.int64), total(untold))


def _areas(rows: Flags, claimed: Whole, area: Whole, townships: int, left_out: int) -> Iterator[Whole]:
    """Row numbers of the county, each township and the unplaced, less the largest claims of each."""
    at = np.flatnonzero(rows)
    at = at[np.argsort(-claimed[at], kind="stable")]
    yield at[left_out:]
    by_area = at[np.argsort(area[at], kind="stable")]
    bounds = np.searchsorted(area[by_area], np.arange(townships + 2))
    for first, last in pairwise(bounds):
        yield by_area[first:last][left_out:]


def _block(spec: Indicator, now: _Sums, before: _Sums, codes: pd.Index, left_out: int) -> pd.DataFrame:
    """The rows of one indicator."""
    value, value_before = _ratio(now.numerator, now.denominator), _ratio(before.numerator, before.denominator)
    none = np.full(len(value), np.nan)
    low, high, change_low, change_high = none, none, none, none
    if spec.unit == "cases":
        low, high = wilson(now.numerator, now.denominator)
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
            "scope": ["county", *["township"] * len(codes), "unplaced"],
            "township_code": pd.array([None, *codes, None], dtype="string"),
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
