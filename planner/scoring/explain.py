"""Why a township is hot, and how far that can be trusted: told beside the ranking, never a part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Transformer
from scipy import sparse

from planner.model.policy import ScorePolicy
from planner.model.region import Region
from planner.model.units import DAYS_PER_WEEK
from planner.scoring.empirical_bayes import smoothed_rates
from planner.scoring.forecast import forecast_filings
from planner.scoring.kinds import Kinds, find_kinds
from planner.scoring.local import binary_weights, gi_star, hot_and_cold, local_moran, permuted_tails
from planner.scoring.past import Past
from planner.scoring.portrait import portray
from planner.scoring.scan import Cluster, scan
from planner.scoring.trend import four_weekly, trends

Floats = npt.NDArray[np.float64]

YEAR_WEEKS = 52
FEW_CASES = 10.0
"""A filing rate that rests on fewer cases than this, older ones discounted, is called weak."""

CROWDS_MOST = 3
CROWD_P = 0.05
PERMUTATIONS = 9999
"""999 tell no p below 0.001, too coarse where many townships are looked at."""


@dataclass(frozen=True)
class Crowd:
    """Adjoining townships with more filings than their size explains. ``relative_rate``: inside over outside; ``p``:
    that chance makes as good a group somewhere in the county."""

    township_codes: tuple[str, ...]
    filings: int
    expected: float
    relative_rate: float
    p: float


@dataclass(frozen=True)
class Explanation:
    """What stands beside a ranking.

    Attributes:
        townships: township_code; rests_on (cases that the forecast rate rests on, older ones discounted), weak (bool);
            swept (cases of the last year that sweeps found, left out of the forecast); relative_rate (filings of the
            last year over those its size lets expect, shrunk); gi_z and gi (hot, cold or empty: it and its neighbours
            together); moran (HH, LL, HL, LH or empty where chance may have made it); crowd (number in ``crowds``, 0 =
            in none); trend, change_per_year, change_low, change_high (per cent); kind (0 = not sorted).
        crowds: the most likely first, those that chance does not explain.
        portrait: as ``portray`` gives it. kinds: of townships.
        pairs: a, b, kind: who is whose neighbour, and by what.
        mix: component of the forecast -> its share.
    """

    townships: pd.DataFrame
    crowds: tuple[Crowd, ...]
    portrait: pd.DataFrame
    kinds: Kinds
    pairs: pd.DataFrame
    mix: Mapping[str, float]


def explain(
    cases: pd.DataFrame,
    township: pd.Series,
    company: pd.Series,
    past: Past,
    region: Region,
    pairs: pd.DataFrame,
    policy: ScorePolicy,
    seed: int,
) -> Explanation:
    """Explain the townships of ``past``, nothing after its last day used.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed. company: whether the debtor is a
            company, by row. pairs: a, b, kind: neighbouring townships.
    """
    forecast = forecast_filings(past.counts, past.exposure, policy, past.near)
    last_year = past.counts[-YEAR_WEEKS:].sum(axis=0)
    townships = region.townships.set_index("code").loc[list(past.codes)].reset_index()
    crowds = _crowds(last_year, past, region)
    kinds = find_kinds(cases, township, townships, past.as_of, seed, company)
    trend = trends(four_weekly(past.counts), past.codes).set_index("township_code").loc[list(past.codes)]
    table = pd.DataFrame(
        {
            "township_code": past.codes,
            "rests_on": forecast.shape,
            "weak": forecast.shape < FEW_CASES,
            "swept": _found_by_sweeps(cases, township, past),
            **_around(last_year, past, pairs, seed),
            "crowd": _crowd_of(crowds, len(past.codes)),
            "trend": trend["trend"].to_numpy(),
            "change_per_year": trend["change_per_year"].to_numpy(),
            "change_low": trend["low"].to_numpy(),
            "change_high": trend["high"].to_numpy(),
            "kind": kinds.table.set_index("township_code")["kind"].loc[list(past.codes)].to_numpy(),
        }
    )
    return Explanation(
        townships=table if kinds.count > 1 else table.assign(kind=0),
        crowds=tuple(_told(crowd, past.codes) for crowd in crowds),
        portrait=portray(cases, township, past.codes, past.as_of, company),
        kinds=kinds,
        pairs=pairs,
        mix=forecast.mix,
    )


def _found_by_sweeps(cases: pd.DataFrame, township: pd.Series, past: Past) -> npt.NDArray[np.int64]:
    age = (past.as_of - cases["filed_on"]).dt.days
    found = cases["found_by_sweep"] & age.between(0, DAYS_PER_WEEK * YEAR_WEEKS - 1)
    counts = township[found].value_counts().reindex(past.codes, fill_value=0)
    return np.asarray(counts, dtype=np.int64)


def _around(last_year: Floats, past: Past, pairs: pd.DataFrame, seed: int) -> dict[str, object]:
    """Columns about a township and its neighbours together, of filings over those its size lets expect."""
    rate = smoothed_rates(last_year, past.exposure * max(last_year.sum(), 1))
    weights = binary_weights(pairs, list(past.codes))
    with_self = sparse.csr_array(weights + sparse.eye_array(len(past.codes)))
    moran = local_moran(rate, weights, PERMUTATIONS, seed)
    told = hot_and_cold(permuted_tails(rate, with_self, PERMUTATIONS, seed))
    return {
        "relative_rate": rate,
        "gi_z": gi_star(rate, with_self),
        "gi": told,
        "moran": np.where(np.nan_to_num(moran.p, nan=1.0) <= CROWD_P, moran.quadrant, ""),
    }


def _crowds(last_year: Floats, past: Past, region: Region) -> tuple[Cluster, ...]:
    """Circles about the seats that chance does not explain."""
    seats = region.townships.set_index("code").loc[list(past.codes)]
    to_metres = Transformer.from_crs("EPSG:4326", region.metric_crs, always_xy=True)
    xy = np.column_stack(to_metres.transform(seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy()))
    found = scan(last_year, past.exposure, xy, most=CROWDS_MOST)
    return tuple(cluster for cluster in found if cluster.p <= CROWD_P)


def _crowd_of(crowds: Sequence[Cluster], townships: int) -> npt.NDArray[np.int64]:
    number = np.zeros(townships, dtype=np.int64)
    for n, crowd in enumerate(crowds, 1):
        number[list(crowd.areas)] = n
    return number


def _told(crowd: Cluster, codes: pd.Index) -> Crowd:
    townships = tuple(str(codes[area]) for area in crowd.areas)
    return Crowd(townships, crowd.observed, crowd.expected, crowd.relative_risk, crowd.p)
