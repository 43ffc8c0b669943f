"""Each township against the rest of its county: what sort of cases lie there, and how sure a difference is.

A share of a township (x of n cases) is held against the cases of all other townships by the exact conditional test:
were the township's cases drawn at random from the county's, x would be hypergeometric. Mid-p, two-sided by doubling
(Lancaster 1961, Significance tests in discrete distributions, JASA 56). With so many shares some differ by chance; so
the false discovery rate is held over all of them (Benjamini and Hochberg 1995, JRSS B 57). The cases of one series
(系列案) are not many witnesses but one: in the test, not in the counts shown, each series of a township counts once, by
its first case there. A difference is told only where the shown share lies on the side that the test tells.

Ratios of money are shown, not tested: one case may make them. They stand with and without the largest claim.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from planner.model.case import CASE_TYPES
from planner.scoring.state import ended_on, filed_by, was_open

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COLUMNS = (
    "township_code", "feature", "unit", "numerator", "denominator", "value",
    "county_numerator", "county_denominator", "county_value", "p", "p_adjusted", "verdict",
)  # fmt: skip

VERDICTS = ("above", "below", "unclear", "not_tested")
"""高于全县, 低于全县, 差别不明显; ``not_tested``: money, no case, or a share that is 0 or 1 all over the county."""

FALSE_DISCOVERIES = 0.05

AGES = (("age_to_6_months", 0, 6), ("age_6_to_12_months", 6, 12), ("age_1_to_3_years", 12, 36))
"""Feature, more than so many months since filing, at most so many."""
OLDEST = "age_over_3_years"

FEN_PER_YUAN = 100
CLAIMS = (
    ("claim_under_10k", 0, 10_000),
    ("claim_10k_to_100k", 10_000, 100_000),
    ("claim_100k_to_1m", 100_000, 1_000_000),
    ("claim_from_1m", 1_000_000, None),
)
"""Feature, from so many yuan, to below so many."""

ENFORCEMENT = ("执", "执恢")
"""Only these end in a recovery or without one; an objection or a preservation does not."""

COMPLETED = ("执行完毕", "履行完毕")
SETTLED = ("和解",)
"""Words of 结案方式."""


@dataclass(frozen=True)
class _Share:
    """A feature: of the cases in ``among``, those in ``having``; flags by row of the cases."""

    feature: str
    having: Flags
    among: Flags


def portray(
    cases: pd.DataFrame,
    township: pd.Series,
    codes: pd.Index,
    as_of: pd.Timestamp,
    company: pd.Series | None = None,
) -> pd.DataFrame:
    """One row per township and feature, in the order of ``codes``; nothing after ``as_of`` is used.

    Shares of open cases: age_*, claim_*, type_<case type>, livelihood, group_case, company, found_by_sweep.
    Shares of enforcement cases ended in the year to ``as_of``: terminated, completed and settled (of those whose way
    of ending is told), paid_in_full (of those whose claim is known). Of the same cases, money: recovered,
    recovered_without_largest. A case is counted whether a sweep found it or not.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``; a case outside ``codes`` is no part of the county here.
        company: whether the debtor is a company, by row of ``cases``, NA where not known.

    Returns:
        COLUMNS. unit: cases | fen. numerator, denominator and their county sums: Int64. value: their quotient, NA
        where nothing is below. p, p_adjusted: of the difference from the rest of the county, NA where not tested.
        verdict: one of VERDICTS.
    """
    column = pd.Series(codes.get_indexer(pd.Index(township)), index=cases.index)
    cases = filed_by(cases[column >= 0], as_of)
    column_of = column[cases.index].to_numpy()
    ended = _ended_last_year(cases, as_of)
    shares = [*_open_shares(cases, company, as_of), *_ended_shares(cases, ended)]
    features = [share.feature for share in shares]
    once = [replace(share, among=share.among & _first(cases, column_of, share.among)) for share in shares]
    tested = _judged(
        _table(codes, features, *_counts(shares, column_of, len(codes))),
        _table(codes, features, *_counts(once, column_of, len(codes))),
    )
    money = _money(cases[ended], column_of[ended], codes)
    table = pd.concat([tested, money], ignore_index=True)
    order = {feature: number for number, feature in enumerate(dict.fromkeys(table["feature"]))}
    rank = codes.get_indexer(pd.Index(table["township_code"])) * len(order) + table["feature"].map(order).to_numpy(int)
    return table.iloc[np.argsort(rank, kind="stable")][list(COLUMNS)].reset_index(drop=True)


def adjusted(p: Floats) -> Floats:
    """Benjamini-Hochberg p-values; what is NaN was not tested, stays so and does not count."""
    found = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        found[tested] = stats.false_discovery_control(p[tested])
    return found


def mid_p(numerator: Whole, denominator: Whole, county_numerator: Whole, county_denominator: Whole) -> Floats:
    """Two-sided mid-p of a part (numerator of denominator) drawn from the whole; arrays of one shape.

    NaN where nothing could differ: an empty part, a part that is the whole, a whole that is all alike.
    """
    drawn = stats.hypergeom(county_denominator, county_numerator, denominator)
    equal = drawn.pmf(numerator)
    upper = drawn.sf(numerator) + equal / 2
    p = np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))
    some = (denominator > 0) & (denominator < county_denominator)
    some &= (county_numerator > 0) & (county_numerator < county_denominator)
    return np.asarray(np.where(some, np.maximum(p, 0.0), np.nan), dtype=np.float64)


def _open_shares(cases: pd.DataFrame, company: pd.Series | None, as_of: pd.Timestamp) -> Iterator[_Share]:
    among = was_open(cases, as_of).to_numpy()
    filed = cases["filed_on"]
    for feature, above, most in AGES:
        after = filed >= as_of - pd.DateOffset(months=most)
        before = filed < as_of - pd.DateOffset(months=above) if above else True
        yield _Share(feature, (after & before).to_numpy(), among)
    yield _Share(OLDEST, (filed < as_of - pd.DateOffset(months=AGES[-1][2])).to_numpy(), among)
    claimed = cases["claimed_fen"]
    for feature, least, below in CLAIMS:
        rows = claimed >= least * FEN_PER_YUAN
        rows = rows if below is None else rows & (claimed < below * FEN_PER_YUAN)
        yield _Share(feature, _flags(rows), among)
    yield _Share("claim_unknown", claimed.isna().to_numpy(), among)
    for case_type in CASE_TYPES:
        yield _Share(f"type_{case_type}", (cases["case_type"] == case_type).to_numpy(bool), among)
    for feature in ("livelihood", "group_case", "found_by_sweep"):
        yield _Share(feature, cases[feature].to_numpy(bool), among)
    if company is not None:
        told = company.reindex(cases.index)
        yield _Share("company", _flags(told), among & told.notna().to_numpy())


def _ended_shares(cases: pd.DataFrame, ended: Flags) -> Iterator[_Share]:
    closing, claimed = cases["closing"], cases["claimed_fen"]
    terminated = (cases["status"] == "terminated").to_numpy(bool)
    told = terminated | closing.notna().to_numpy()
    completed = says(closing, COMPLETED) & ~terminated
    yield _Share("terminated", terminated, ended)
    yield _Share("completed", completed, ended & told)
    yield _Share("settled", says(closing, SETTLED) & ~completed & ~terminated, ended & told)
    paid = cases["recovered_fen"].fillna(0) >= claimed
    yield _Share("paid_in_full", _flags(paid), ended & _flags(claimed > 0))


def says(texts: pd.Series, words: tuple[str, ...]) -> Flags:
    """Whether a text holds one of the words, (n,); a missing text holds none."""
    return np.asarray(texts.fillna("").str.contains("|".join(words)), dtype=bool)


def _flags(rows: pd.Series) -> Flags:
    return np.asarray(rows.fillna(False), dtype=bool)


def _ended_last_year(cases: pd.DataFrame, as_of: pd.Timestamp) -> Flags:
    ended = ended_on(cases)
    rows = (ended > as_of - pd.DateOffset(years=1)) & (ended <= as_of) & cases["case_type"].isin(ENFORCEMENT)
    return np.asarray(rows, dtype=bool)


def _first(cases: pd.DataFrame, column: Whole, among: Flags) -> Flags:
    """Whether a case is the first of its series among such cases of its township, (n,); a case of no series is."""
    of_series = among & cases["series"].notna().to_numpy()
    repeated = np.zeros(len(cases), dtype=bool)
    keys = pd.DataFrame({"series": cases["series"].to_numpy()[of_series], "township": column[of_series]})
    repeated[of_series] = keys.duplicated().to_numpy()
    return ~repeated


def _counts(shares: list[_Share], column: Whole, townships: int) -> tuple[Whole, Whole]:
    """Numerators and denominators, (features, townships) each."""

    def count(rows: Flags) -> Whole:
        return np.bincount(column[rows], minlength=townships).astype(np.int64)

    return (
        np.stack([count(share.having & share.among) for share in shares]),
        np.stack([count(share.among) for share in shares]),
    )


def _table(codes: pd.Index, features: list[str], numerator: Whole, denominator: Whole) -> pd.DataFrame:
    """The counted columns, from (features, townships) arrays; the county is the sum of its townships."""
    return pd.DataFrame(
        {
            "township_code": np.tile(codes.astype(str), len(features)),
            "feature": np.repeat(features, len(codes)),
            "unit": "cases",
            "numerator": numerator.ravel(),
            "denominator": denominator.ravel(),
            "county_numerator": np.repeat(numerator.sum(axis=1), len(codes)),
            "county_denominator": np.repeat(denominator.sum(axis=1), len(codes)),
        }
    ).pipe(_with_values)


def _with_values(table: pd.DataFrame) -> pd.DataFrame:
    whole = {name: "Int64" for name in table if str(name).endswith("numerator") or str(name).endswith("denominator")}
    return table.astype(whole).assign(
        value=quotient(table["numerator"], table["denominator"]),
        county_value=quotient(table["county_numerator"], table["county_denominator"]),
    )


def quotient(above: pd.Series, below: pd.Series) -> Floats:
    """above / below, NaN where nothing is below."""
    a, b = above.to_numpy(float), below.to_numpy(float)
    return np.asarray(np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0), dtype=np.float64)


def _judged(table: pd.DataFrame, once: pd.DataFrame) -> pd.DataFrame:
    """The shown counts with the p of those in which a series counts once."""
    names = ("numerator", "denominator", "county_numerator", "county_denominator")
    p = mid_p(*(once[name].to_numpy(np.int64) for name in names))
    sure = adjusted(p)
    side = _side(table)
    told = (sure <= FALSE_DISCOVERIES) & (side == _side(once))
    verdict = np.select(
        [np.isnan(p), told & (side > 0), told & (side < 0)], ["not_tested", "above", "below"], "unclear"
    )
    return table.assign(p=p, p_adjusted=sure, verdict=verdict)


def _side(table: pd.DataFrame) -> Floats:
    """1 where the township lies above the county, -1 below, 0 level, (n,)."""
    return np.asarray(np.sign(table["value"].to_numpy(float) - table["county_value"].to_numpy(float)))


def _money(ended: pd.DataFrame, column: Whole, codes: pd.Index) -> pd.DataFrame:
    """Recovered of claimed, in fen, of ended cases whose claim is known; with and without the largest claim."""
    known = ended["claimed_fen"].notna().to_numpy()
    claimed = ended["claimed_fen"].to_numpy(np.int64, na_value=0)[known]
    recovered = ended["recovered_fen"].fillna(0).to_numpy(np.int64)[known]
    column = column[known]
    largest_first = np.argsort(-claimed, kind="stable")
    _, first = np.unique(column[largest_first], return_index=True)
    rest = np.ones(len(claimed), dtype=bool)
    rest[largest_first[first]] = False
    county_rest = np.ones(len(claimed), dtype=bool)
    county_rest[largest_first[:1]] = False

    def summed(fen: Whole, rows: Flags) -> Whole:
        total = np.zeros(len(codes), dtype=np.int64)
        np.add.at(total, column[rows], fen[rows])
        return total

    parts = []
    everything = np.ones(len(claimed), dtype=bool)
    for feature, own, county in (
        ("recovered", everything, everything),
        ("recovered_without_largest", rest, county_rest),
    ):
        table = _table(codes, [feature], summed(recovered, own)[None], summed(claimed, own)[None])
        whole = {"county_numerator": recovered[county].sum(), "county_denominator": claimed[county].sum()}
        parts.append(_with_values(table.assign(unit="fen", **whole)))
    return pd.concat(parts).assign(p=np.nan, p_adjusted=np.nan, verdict="not_tested")
