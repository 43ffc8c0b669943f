"""The factors of a chance, and the values of the policy's keys under which what was found is likeliest.

Chances are products of factors: found ~ Bernoulli(min(most, product)), fitted by scoring on the logarithms of the keys.
Which keys are wrong is asked step by step: the one with the largest score statistic first, then the others with that
one fitted, so that one wrong factor is not blamed on all whose visits it is part of. A score statistic takes its
variance from the present value and so keeps its size in small numbers (Rao 1948).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from planner.model.policy import WorthPolicy
from planner.review.calibration import at_home_hours

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FIND_KEYS = (
    "p_find", "p_find_company", "hour_at_home", "clue_fresh", "place_township", "place_coordinates", "season_at_sea",
    "season_ashore", "age_floor",
)  # fmt: skip
"""Names in WorthPolicy; place_village is what the others are measured against, p_find_most is held."""

OWN_SHARE = 0.1
"""Least share of what is known of a key that no other key explains as well."""

ENOUGH_SQUAD_DAYS = 8
"""From so many on it is asked whether whole squad-days go well or badly together."""

CEILING, STEPS, FARTHEST, CLOSE, TINY = 0.995, 60, 3.0, 1e-5, 1e-12


@dataclass(frozen=True)
class Fitted:
    """``values`` and ``errors`` (of the logarithm) by key; ``spread``: dispersion over squad-days, 1 or more."""

    values: dict[str, float]
    errors: dict[str, float]
    spread: float


@dataclass(frozen=True)
class Parts:
    """JUDGED as arrays, (n,) each, as :func:`chances` multiplies them."""

    found: Floats
    company: Flags
    fisher: Flags
    ashore: Floats
    fresh: Floats
    aged: Floats
    by_township: Flags
    by_coordinates: Flags
    start: npt.NDArray[np.int64]
    squad_day: npt.NDArray[np.int64]


def parts(rows: pd.DataFrame) -> Parts:
    """Of JUDGED."""
    return Parts(
        rows["found"].to_numpy(float),
        rows["company"].to_numpy(bool),
        rows["fisher"].to_numpy(bool),
        rows["ashore"].to_numpy(float),
        rows["fresh"].to_numpy(float),
        rows["aged"].to_numpy(float),
        (rows["point_source"] == "township").to_numpy(bool),
        (rows["point_source"] == "coordinates").to_numpy(bool),
        rows["start"].to_numpy(np.int64),
        squad_days(rows),
    )


def chances(of: Parts, worth: WorthPolicy) -> tuple[Floats, dict[str, Floats]]:
    """(n,) chances under a policy, and for each of FIND_KEYS d log(chance) / d log(key); 0 at the cap."""
    at_home = at_home_hours(of.start, worth)
    sea, land = worth.season_at_sea * (1 - of.ashore), worth.season_ashore * of.ashore
    season = np.where(of.fisher, np.maximum(sea + land, 1e-9), 1.0)
    clue, age = 1 + (worth.clue_fresh - 1) * of.fresh, of.aged + worth.age_floor * (1 - of.aged)
    place = np.where(of.by_coordinates, worth.place_coordinates, worth.place_village)
    place = np.where(of.by_township, worth.place_township, place)
    by_day = np.where(of.company, worth.p_find_company, worth.p_find) * season * clue * age * place
    usual = np.minimum(by_day, worth.p_find_most)
    chance = np.minimum(usual * np.where(at_home, worth.hour_at_home, 1.0), worth.p_find_most)
    free = (by_day < worth.p_find_most) & (chance < worth.p_find_most)
    share = {
        "p_find": ~of.company,
        "p_find_company": of.company,
        "hour_at_home": at_home,
        "clue_fresh": worth.clue_fresh * of.fresh / clue,
        "place_township": of.by_township,
        "place_coordinates": of.by_coordinates,
        "season_at_sea": of.fisher * sea / season,
        "season_ashore": of.fisher * land / season,
        "age_floor": worth.age_floor * (1 - of.aged) / age,
    }
    return np.clip(chance, 1e-6, CEILING), {name: np.asarray(value, float) * free for name, value in share.items()}


def told_apart(chance: Floats, shares: Mapping[str, Floats], names: Sequence[str]) -> list[str]:
    """Those of the keys, in order, of which something is known that the ones before do not explain as well."""
    kept: list[str] = []
    for name in names:
        own, beyond = _beyond(chance, shares, name, []), _beyond(chance, shares, name, kept)
        if (beyond**2).sum() >= OWN_SHARE * (own**2).sum():
            kept.append(name)
    return kept


def _beyond(chance: Floats, shares: Mapping[str, Floats], name: str, others: Sequence[str]) -> Floats:
    """(n,) what visits tell of a key, weighed, beyond what they tell of others."""
    weight = np.sqrt(chance / (1 - chance))
    own: Floats = weight * shares[name]
    if not others:
        return own
    known = np.column_stack([weight * shares[other] for other in others])
    rest: Floats = own - known @ np.linalg.lstsq(known, own, rcond=None)[0]
    return rest


def fit(of: Parts, worth: WorthPolicy, names: Sequence[str], weight: float = 0.0) -> Fitted:
    """The keys under which what was found is likeliest, by scoring; the others are held.

    Args:
        weight: of a gamma prior at the present values, in expected finds.
    """
    if not names:
        return Fitted({}, {}, 1.0)
    met = of.found
    present = np.array([getattr(worth, name) for name in names], float)

    def at(logs: Floats) -> tuple[Floats, Floats]:
        moved = dict(zip(names, map(float, present * np.exp(logs)), strict=True))
        chance, shares = chances(of, replace(worth, **moved))  # type: ignore[arg-type]
        return chance, np.column_stack([shares[name] for name in names])

    def height(logs: Floats) -> float:
        chance, _ = at(logs)
        told = met * np.log(chance) + (1 - met) * np.log1p(-chance)
        return float(told.sum()) + weight * float((logs - np.exp(logs)).sum())

    logs = np.zeros(len(names))
    for _ in range(STEPS):
        chance, slopes = at(logs)
        slope = slopes.T @ ((met - chance) / (1 - chance)) + weight * (1 - np.exp(logs))
        step = np.linalg.solve(_information(chance, slopes) + np.diag(weight * np.exp(logs)), slope)
        step, here = np.clip(step, -1.0, 1.0), height(logs)
        while np.abs(step).max() > CLOSE and height(np.clip(logs + step, -FARTHEST, FARTHEST)) < here:
            step = step / 2
        logs = np.clip(logs + step, -FARTHEST, FARTHEST)
        if np.abs(step).max() <= CLOSE:
            break
    chance, slopes = at(logs)
    errors = np.sqrt(np.diag(np.linalg.inv(_information(chance, slopes))))
    values = dict(zip(names, map(float, present * np.exp(logs)), strict=True))
    return Fitted(values, dict(zip(names, map(float, errors), strict=True)), _spread(of, chance, len(names)))


def _information(chance: Floats, slopes: Floats) -> Floats:
    """Fisher's, kept from being singular. slopes: (n, keys)."""
    known: Floats = (slopes * (chance / (1 - chance))[:, None]).T @ slopes + 1e-9 * np.eye(slopes.shape[1])
    return known


def blamed(of: Parts, worth: WorthPolicy, names: Sequence[str], level: float, spread: float) -> list[str]:
    """Those of the keys that must be wrong, step by step; ``level``: of each test."""
    found: list[str] = []
    while left := [name for name in names if name not in found]:
        z = scores(of, worth, left, found, spread)
        worst = max(z, key=lambda name: abs(z[name]))
        if 2 * stats.norm.sf(abs(z[worst])) > level:
            break
        found.append(worst)
    return found


def scores(
    of: Parts, worth: WorthPolicy, names: Sequence[str], others: Sequence[str], spread: float
) -> dict[str, float]:
    """Score statistics of keys (standard normal numbers where they are right), the ``others`` fitted, the rest held."""
    chance, shares = chances(of, replace(worth, **fit(of, worth, others).values))  # type: ignore[arg-type]
    off = (of.found - chance) / np.sqrt(chance * (1 - chance))
    own = {name: _beyond(chance, shares, name, others) for name in names}
    return {name: float(mine @ off / np.sqrt((mine**2).sum() * spread + TINY)) for name, mine in own.items()}


def _spread(of: Parts, chance: Floats, keys: int) -> float:
    """Pearson's dispersion of finds by squad-day; 1 where there are too few to say."""
    off = np.bincount(of.squad_day, weights=of.found - chance)
    free = len(off) - keys
    if free < ENOUGH_SQUAD_DAYS:
        return 1.0
    return max(1.0, float((off**2 / np.bincount(of.squad_day, weights=chance * (1 - chance))).sum() / free))


def squad_days(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number of each row's squad-day."""
    return np.asarray(rows.groupby(["week", "squad_id", "day"], sort=False).ngroup(), np.int64)
