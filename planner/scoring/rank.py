"""Which townships are hot: a score that adds up, and how sure the order is."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Impossible, RequestError
from planner.model.hotspot import HOTSPOT_TABLE, PARTS, Hotspots
from planner.model.policy import ScorePolicy
from planner.model.region import Region
from planner.scoring.clusters import find_clusters, workable_points
from planner.scoring.forecast import Forecast, forecast_filings
from planner.scoring.past import past_filings
from planner.scoring.profile import backlog_by_township, profile_townships
from planner.scoring.state import filed_by, was_open

Floats = npt.NDArray[np.float64]

SCORER = "mixed-memories 2"
BACKLOG_DAYS = 180


def score_townships(
    cases: pd.DataFrame,
    placed: pd.DataFrame,
    visits: pd.DataFrame,
    region: Region,
    pairs: pd.DataFrame,
    policy: ScorePolicy,
    as_of: pd.Timestamp,
    k: int,
    seed: int,
) -> Hotspots:
    """Rank every township; nothing filed after ``as_of`` is used.

    Args:
        cases: CASE_TABLE. placed: PLACED_TABLE. visits: VISIT_TABLE of the week after ``as_of``.
        pairs: a, b: codes of neighbouring townships. k: P(truly among the k highest) is given for every township.

    Raises:
        Impossible: no case was filed by ``as_of``, or none of them is placed in a township.
        RequestError: k is not between 1 and the number of townships.
    """
    townships = region.townships.sort_values("code", ignore_index=True)
    if not 1 <= k <= len(townships):
        raise RequestError("k_out_of_range", k=k, most=len(townships))
    cases = filed_by(cases, as_of)
    lead = placed[placed["lead"]].set_index("case_id")
    township = cases["case_id"].map(lead["township_code"])
    past = past_filings(cases, township, townships, pairs, as_of)
    codes = past.codes
    _require_placed_cases(cases, township, codes, as_of)

    profile = profile_townships(cases, township, visits, townships, as_of)
    forecast = forecast_filings(past.counts, past.exposure, policy, past.near)
    backlog = backlog_by_township(cases, township, codes, as_of, BACKLOG_DAYS)
    worth_spread = (visits["expected_fen"].astype(float) ** 2).groupby(visits["township_code"]).sum()
    draws = _score_draws(forecast, profile, backlog, worth_spread.reindex(codes, fill_value=0.0), policy, seed)
    table = _table(townships, profile, forecast, backlog, draws, policy, k)
    points = workable_points(visits, placed)
    points, clusters = find_clusters(points, region, policy.cluster_min_cases)
    return Hotspots(
        table=table,
        clusters=clusters,
        points=points,
        as_of=as_of,
        horizon_days=policy.horizon_days,
        k=k,
        unplaced=_unplaced(cases[was_open(cases, as_of)], lead),
        scorer=SCORER,
        params_digest=sha256(json.dumps(asdict(policy), sort_keys=True).encode()).hexdigest(),
        seed=seed,
    )


def _require_placed_cases(cases: pd.DataFrame, township: pd.Series, codes: pd.Index, as_of: pd.Timestamp) -> None:
    if cases.empty:
        raise Impossible("no_case_by_then", as_of=as_of.date().isoformat())
    if not township.isin(codes).any():
        raise Impossible("no_case_placed", cases=len(cases))


def score_parts(amounts: Sequence[Floats], policy: ScorePolicy) -> list[Floats]:
    """Points by part, in the order of PARTS: weight x 100 x the township's share of the county.

    ``amounts`` has one array per part, the townships on its last axis. A part that is zero all over the county
    gives its weight to the others, so that the county sums to 100 (to 0 where every part that weighs is zero).
    """
    weights = (policy.weight_filings, policy.weight_worth, policy.weight_livelihood, policy.weight_backlog)
    totals = [amount.sum(axis=-1, keepdims=True) for amount in amounts]
    used = np.sum([weight * (total > 0) for weight, total in zip(weights, totals, strict=True)], axis=0)
    return [
        100 * weight * np.divide(amount, used * total, out=np.zeros_like(amount), where=used * total > 0)
        for weight, amount, total in zip(weights, amounts, totals, strict=True)
    ]


def sum_parts(parts: Sequence[Floats]) -> Floats:
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _score_draws(
    forecast: Forecast,
    profile: pd.DataFrame,
    backlog: pd.Series,
    worth_spread: pd.Series,
    policy: ScorePolicy,
    seed: int,
) -> Floats:
    """Scores that the data allow, (draws, n).

    Uncertain are the filing rates (their posterior) and the worth: its visits might have been others, which gives
    the sum the variance of a Poisson bootstrap, the sum of squares. Livelihood and backlog are counts of what is there.
    """
    rng = np.random.default_rng(seed)
    filings = forecast.draws(rng, policy.draws)
    worth = _gamma_draws(rng, profile["workable_fen"].to_numpy(float), worth_spread.to_numpy(float), policy.draws)
    livelihood, old = profile["livelihood_cases"].to_numpy(float), backlog.to_numpy(float)
    still = [np.broadcast_to(count, filings.shape) for count in (livelihood, old)]
    return sum_parts(score_parts([filings, worth, *still], policy))


def _gamma_draws(rng: np.random.Generator, mean: Floats, variance: Floats, count: int) -> Floats:
    """Gamma draws (count, n) of given mean and variance; 0 where the mean is 0."""
    some = mean > 0
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=some)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=some)
    return rng.gamma(shape, scale, (count, len(mean)))


def _table(
    townships: pd.DataFrame,
    profile: pd.DataFrame,
    forecast: Forecast,
    backlog: pd.Series,
    draws: Floats,
    policy: ScorePolicy,
    k: int,
) -> pd.DataFrame:
    """HOTSPOT_TABLE, hottest first; equal scores stand in the order of their codes."""
    low, high = forecast.interval()
    amounts = [profile["workable_fen"], profile["livelihood_cases"], backlog]
    parts = score_parts([forecast.expected, *(amount.to_numpy(float) for amount in amounts)], policy)
    score = sum_parts(parts)
    order = np.argsort(-score, kind="stable")
    table = profile.reset_index().assign(
        name=townships["name"].to_numpy(),
        score=score,
        p_top=p_in_top(draws, k),
        expected_filings=forecast.expected,
        filings_low=low,
        filings_high=high,
        **dict(zip(PARTS, parts, strict=True)),
    )
    table = table.iloc[order].assign(
        rank=np.arange(1, len(table) + 1), tie_group=tie_groups(draws[:, order], policy.tie_probability)
    )
    return HOTSPOT_TABLE.validate(table[list(HOTSPOT_TABLE.columns)].reset_index(drop=True))


def p_in_top(draws: Floats, k: int) -> Floats:
    """Share of draws (draws, n) in which each area is among the k highest; equals share the last places. Sums to k."""
    least = -np.partition(-draws, k - 1, axis=1)[:, [k - 1]]
    above, level = draws > least, draws == least
    places = (k - above.sum(axis=1, keepdims=True)) / level.sum(axis=1, keepdims=True)
    return np.asarray((above + level * places).mean(axis=0), dtype=np.float64)


def tie_groups(ranked_draws: Floats, tie_probability: float) -> npt.NDArray[np.int64]:
    """Group numbers from 1, by rank: a new group starts where the order of two neighbours is sure enough.

    Args:
        ranked_draws: (draws, n), columns in the order of rank.
    """
    ahead = (ranked_draws[:, :-1] > ranked_draws[:, 1:]).mean(axis=0)
    return np.cumsum(np.concatenate([[1], ahead >= tie_probability])).astype(np.int64)


def _unplaced(open_cases: pd.DataFrame, lead: pd.DataFrame) -> dict[str, int]:
    """Open cases without a township, by UNPLACED_REASONS."""
    township = open_cases["case_id"].map(lead["township_code"])
    method = open_cases.loc[township.isna(), "case_id"].map(lead["method"])
    outside = int((method == "outside").fillna(False).sum())
    return {"outside": outside, "none": int(township.isna().sum()) - outside}
