"""What outcomes say of the policy: for each key the value they point to, how sure that is, and whether to change it.

Which factors of a chance are wrong is asked step by step (:mod:`planner.review.factors`); a key with few visits, or
whose visits are the same as another's, is held. Intervals are Wald's on the log scale, widened where whole squad-days
go well or badly together (Pearson's dispersion). Money is heavy-tailed: gamma intervals for weighted sums of Poisson
counts (Fay and Feuer, Statistics in Medicine 16, 1997). Minutes: means with errors clustered by squad-day, Student's t.

A change is proposed where p times the number of keys judged is below 5 % (Bonferroni). The proposed value is drawn
towards the present one, which counts as much as so many finds, payments or visits (a gamma prior on the ratio; for
minutes a weighted mean).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from planner.model.policy import Policy, VisitPolicy, WorthPolicy
from planner.review.calibration import STAY_KINDS
from planner.review.factors import FIND_KEYS, Parts, blamed, chances, fit, parts, scores, squad_days, told_apart

LEVEL = 0.95
TAIL = (1 - LEVEL) / 2
Z = float(stats.norm.isf(TAIL))

ENOUGH_VISITS, ENOUGH_FINDS = 30, 10.0
"""A key is judged from so many visits on, of which so many were expected to find somebody."""

ENOUGH_SQUAD_DAYS = 8
"""Minutes are judged from so many squad-days on: each squad has a pace of its own."""

WEIGHT = 20.0
"""The present value counts as much as this many expected finds, payments of mean size, or timed visits."""

LEAST_CHANGE = 0.05
"""A change of less than this share of the present value is not worth a decision, however sure."""

TELLING = 0.1
"""A visit tells of a key whose change would change its chance by this share of it, or more."""

MONEY_KEYS = ("recovery_share", "recovery_share_terminated")
DECIMALS = dict.fromkeys((f"worth.{name}" for name in MONEY_KEYS), 3) | dict.fromkeys(
    (f"visit.{name}" for name in STAY_KINDS), 0
)
"""Of proposed values; 2 for all others."""

KEYS = (*(f"worth.{name}" for name in (*FIND_KEYS, *MONEY_KEYS)), *(f"visit.{name}" for name in STAY_KINDS))
REASONS = ("higher", "lower", "fits", "too_few", "mixed_up")
"""Proposed to go up or down; not proposed: no reason to change, too few visits, not to be told apart from others."""


@dataclass(frozen=True)
class Proposal:
    """Attributes:
    key: ``<table>.<name>`` of the policy. present: its value. visits: that tell of it.
    estimate, low, high: where outcomes alone point, 95 %; None: not judged. p: not corrected.
    drawn: the estimate drawn towards the present value. proposed: None: leave it. reason: one of REASONS.
    """

    key: str
    present: float
    visits: int
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    drawn: float | None = None
    proposed: float | None = None
    reason: str = "too_few"


def propose(
    rows: pd.DataFrame, stays: pd.DataFrame, policy: Policy, limits: Mapping[str, tuple[float, float]]
) -> tuple[Proposal, ...]:
    """One proposal a key, in the order of KEYS.

    Args:
        rows: JUDGED, stays: STAYS of :mod:`planner.review.calibration`, of all sweeps.
        policy: the present one, that is to be changed or not.
        limits: key -> least and most that a policy may hold.
    """
    others = [*_money(rows, policy.worth), *_minutes(stays, policy.visit)]
    judged = sum(one.p is not None for one in others)
    told = (*_finds(rows, policy.worth, judged), *others)
    level = (1 - LEVEL) / max(1, sum(one.p is not None for one in told))
    return tuple(_settled(one, level, limits[one.key]) for one in told)


def _finds(rows: pd.DataFrame, worth: WorthPolicy, others: int) -> list[Proposal]:
    """``others``: how many other keys are judged beside these."""
    told = [Proposal(f"worth.{name}", float(getattr(worth, name)), 0) for name in FIND_KEYS]
    if rows.empty:
        return told
    of = parts(rows)
    chance, shares = chances(of, worth)
    telling = {name: int((share > TELLING).sum()) for name, share in shares.items()}
    enough = [
        name for name in FIND_KEYS
        if telling[name] >= ENOUGH_VISITS and (chance * shares[name]).sum() >= ENOUGH_FINDS
    ]  # fmt: skip
    apart = told_apart(chance, shares, enough)
    spread = fit(of, worth, apart).spread
    wrong = blamed(of, worth, apart, (1 - LEVEL) / max(1, len(apart) + others), spread)
    drawn = fit(of, worth, wrong, WEIGHT).values
    why = {name: "mixed_up" if name in enough else "too_few" for name in FIND_KEYS}
    told = [replace(one, visits=telling[n], drawn=drawn.get(n)) for n, one in zip(FIND_KEYS, told, strict=True)]
    return [
        _find(of, worth, one, name, [other for other in wrong if other != name], spread)
        if name in apart
        else replace(one, reason=why[name])
        for name, one in zip(FIND_KEYS, told, strict=True)
    ]


def _find(of: Parts, worth: WorthPolicy, one: Proposal, name: str, beside: list[str], spread: float) -> Proposal:
    """One key fitted beside those that are wrong."""
    fitted = fit(of, worth, [*beside, name])
    value, error = fitted.values[name], fitted.errors[name] * float(np.sqrt(spread))
    p = 2 * float(stats.norm.sf(abs(scores(of, worth, [name], beside, spread)[name])))
    low, high = (value * float(np.exp(side * Z * error)) for side in (-1, 1))
    return replace(one, estimate=value, low=low, high=high, p=p)


def _money(rows: pd.DataFrame, worth: WorthPolicy) -> list[Proposal]:
    """Each share from found visits all of whose money is of its kind."""
    found = rows[rows["found"].astype(bool)]
    pure = (found["revived"] == 0.0, found["revived"] == 1.0)
    return [_share_of(name, found[mine], worth) for name, mine in zip(MONEY_KEYS, pure, strict=True)]


def _share_of(name: str, found: pd.DataFrame, worth: WorthPolicy) -> Proposal:
    """A share of the money owed, both capped as the policy caps a visit; the largest claim is Fay and Feuer's w_M."""
    one = Proposal(f"worth.{name}", float(getattr(worth, name)), len(found))
    owed, got = (found[column].to_numpy(float) for column in ("claimed_fen", "paid_fen"))
    expected = one.present * float(owed.sum())
    if len(found) < ENOUGH_VISITS or expected <= 0:
        return one
    got = np.minimum(got, worth.cap_fen)
    total, square, most = float(got.sum()), float((got**2).sum()), float(owed.max())
    upper = stats.gamma((total + most) ** 2 / (square + most**2), scale=(square + most**2) / (total + most))
    low, below, size = 0.0, 1.0, most
    if total > 0:
        lower, size = stats.gamma(total**2 / square, scale=square / total), square / total
        low, below = float(lower.ppf(TAIL)) / expected, float(lower.cdf(expected))
    high = float(upper.isf(TAIL)) / expected
    return replace(
        one,
        estimate=one.present * total / expected,
        low=one.present * low,
        high=one.present * high,
        p=min(1.0, 2 * below, 2 * float(upper.sf(expected))),
        drawn=one.present * (WEIGHT + total / size) / (WEIGHT + expected / size),
    )


def _minutes(stays: pd.DataFrame, policy: VisitPolicy) -> list[Proposal]:
    return [_stay_of(name, stays[stays["kind"] == name], float(getattr(policy, name))) for name in STAY_KINDS]


def _stay_of(name: str, stays: pd.DataFrame, present: float) -> Proposal:
    """The mean, its error from the sums of squad-days, which vary together."""
    one = Proposal(f"visit.{name}", present, len(stays))
    days = squad_days(stays) if len(stays) else np.zeros(0, np.int64)
    groups = int(days.max(initial=-1)) + 1
    if len(stays) < ENOUGH_VISITS or groups < ENOUGH_SQUAD_DAYS:
        return one
    minutes: npt.NDArray[np.float64] = stays["minutes"].to_numpy(float)
    mean = float(minutes.mean())
    off = np.bincount(days, weights=minutes - mean)
    error = max(float(np.sqrt((off**2).sum() * groups / (groups - 1))) / len(minutes), 1e-9)
    reach = float(stats.t.isf(TAIL, groups - 1)) * error
    p = 2 * float(stats.t.sf(abs(mean - present) / error, groups - 1))
    drawn = (WEIGHT * present + minutes.sum()) / (WEIGHT + len(minutes))
    return replace(one, estimate=mean, low=mean - reach, high=mean + reach, p=p, drawn=float(drawn))


def _settled(one: Proposal, level: float, limits: tuple[float, float]) -> Proposal:
    if one.p is None:
        return one
    inside = one.low is not None and one.high is not None and one.low <= one.present <= one.high
    if one.p > level or one.drawn is None or inside:
        return replace(one, reason="fits")
    proposed = round(min(max(one.drawn, limits[0]), limits[1]), DECIMALS.get(one.key, 2))
    if abs(proposed - one.present) < LEAST_CHANGE * one.present or not one.present:
        return replace(one, reason="fits")
    return replace(one, proposed=proposed, reason="higher" if proposed > one.present else "lower")
