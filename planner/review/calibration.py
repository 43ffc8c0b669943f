"""Do the chances come true? Visits that were planned and made, with what was foretold of each and its make-up.

Reliability: visits in bins of the foretold chance, found share with Wilson's interval; the Brier score (Monthly Weather
Review 78, 1950), and the expected calibration error beside what a right model would show by chance alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.policy import VisitPolicy, WorthPolicy
from planner.model.units import MINUTES_PER_DAY
from planner.review.indicators import wilson

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BINS = 10
"""Of equal width, over chances from 0 to 1."""

JUDGED = (
    "week", "squad_id", "day", "case_id", "chance", "found", "start", "company", "fisher", "ashore", "fresh", "aged",
    "point_source", "livelihood", "revived", "claimed_fen", "expected_if_found_fen", "paid_fen",
)  # fmt: skip
"""A visit on a plan that was made. chance: as the plan had it, at the planned hour (``start``, minute of the day).
ashore: share of the fishing gear ashore that week; fresh: 1 on the day of a clue, falling to 0; aged: 1 for a new case,
falling to 0; revived: share of the money owed in cases that had been terminated. claimed_fen: owed, capped.
expected_if_found_fen: recovery share of the plan x claimed_fen."""

STAYS = ("week", "squad_id", "day", "kind", "minutes")
"""A visit whose length is known from told times. kind: one of STAY_KINDS; minutes: told ones of the visit alone, less
what the plan added to the policy's minutes for further cases."""

STAY_KINDS = ("minutes", "minutes_company", "minutes_search")
"""Names in VisitPolicy."""

GROUPS = ("person", "company", "fisher", "clue", "livelihood", "at_home", "coordinates", "village", "township")


@dataclass(frozen=True)
class Reliability:
    """Attributes:
    table: low, high (of the bin), visits, expected (mean chance), found, share, share_low, share_high; bins in use.
    groups: group, visits, expected (sum of chances), found, ratio, ratio_low, ratio_high (found / expected).
    brier: mean squared distance of chance and truth; of_mean: of always saying the mean.
    error: expected calibration error; by_chance: what a right model would show.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    visits: int
    brier: float
    of_mean: float
    error: float
    by_chance: float


def judged(lines: pd.DataFrame, visits: pd.DataFrame, worth: WorthPolicy, week: pd.Timestamp) -> pd.DataFrame:
    """JUDGED of one plan.

    Args:
        lines: LINES of :mod:`planner.review.delivered`. visits: VISIT_TABLE; worth: both of the plan.
    """
    made = lines[lines["planned"] & lines["made"] & lines["chance"].notna()]
    about = visits.set_index("visit_id").loc[made["visit_id"]].reset_index(drop=True)
    made = made.reset_index(drop=True)
    claimed = about["claimed_fen"].astype(float).clip(upper=worth.cap_fen)
    return pd.DataFrame(
        {
            "week": week,
            "squad_id": made["squad_id"],
            "day": made["day"],
            "case_id": made["case_id"],
            "chance": made["chance"].astype(float),
            "found": made["found"],
            "start": made["start"].astype("int64"),
            "company": _company(about),
            "fisher": (about["f_season"] != 1.0).to_numpy(),
            "ashore": _share(about["f_season"], worth.season_at_sea, worth.season_ashore),
            "fresh": _fresh(about, worth),
            "aged": _share(about["f_age"], worth.age_floor, 1.0, otherwise=1.0),
            "point_source": about["point_source"].astype("str"),
            "livelihood": (about["points_livelihood"] > 0).to_numpy(),
            "revived": _share(about["recovery_share"], worth.recovery_share, worth.recovery_share_terminated),
            "claimed_fen": claimed,
            "expected_if_found_fen": claimed * about["recovery_share"],
            "paid_fen": made["paid_fen"].astype("int64"),
        },
        columns=list(JUDGED),
    )


def stays(legs: pd.DataFrame, visits: pd.DataFrame, policy: VisitPolicy, week: pd.Timestamp) -> pd.DataFrame:
    """STAYS of one plan; what the ways took is held to be as planned.

    Args:
        legs: LEGS of :mod:`planner.review.delivered`. visits: VISIT_TABLE; policy: both of the plan.
    """
    about = visits.set_index("visit_id").loc[legs["visit_id"]].reset_index(drop=True)
    search = about["papers"].str.contains("search_warrant").to_numpy(dtype=bool)
    kind = np.select([search, _company(about)], ["minutes_search", "minutes_company"], "minutes")
    base = np.array([getattr(policy, name) for name in kind], float)
    legs = legs.reset_index(drop=True)
    told = legs["told"] - legs["travel"] - (legs["stay"] - base)
    return pd.DataFrame(
        {"week": week, "squad_id": legs["squad_id"], "day": legs["day"], "kind": kind, "minutes": told.astype(float)},
        columns=list(STAYS),
    )


def reliability(rows: pd.DataFrame, worth: WorthPolicy) -> Reliability:
    """Of JUDGED rows, at least one; ``worth`` says which hours people are at home."""
    chance, found = rows["chance"].to_numpy(float), rows["found"].to_numpy(bool)
    table = _bins(chance, found)
    weight = table["visits"] / len(rows)
    mean = table["expected"]
    by_chance = np.sqrt(2 * mean * (1 - mean) / (np.pi * table["visits"]))
    members = group_members(rows, worth)
    groups = [_group(name, chance[mine], found[mine]) for name, mine in members.items() if mine.any()]
    return Reliability(
        table,
        pd.DataFrame(groups, columns=["group", "visits", "expected", "found", "ratio", "ratio_low", "ratio_high"]),
        len(rows),
        float(((chance - found) ** 2).mean()),
        float(found.mean() * (1 - found.mean())),
        float((weight * (table["share"] - mean).abs()).sum()),
        float((weight * by_chance).sum()),
    )


def group_members(rows: pd.DataFrame, worth: WorthPolicy) -> dict[str, Flags]:
    """Group of GROUPS -> which of JUDGED belong to it; a visit belongs to several."""
    source = rows["point_source"]
    company = rows["company"].to_numpy(bool)
    at_home = at_home_hours(rows["start"].to_numpy(), worth)
    told = (
        ~company, company, rows["fisher"], rows["fresh"] > 0, rows["livelihood"], at_home,
        source == "coordinates", source == "village", source == "township",
    )  # fmt: skip
    return {name: np.asarray(mine, bool) for name, mine in zip(GROUPS, told, strict=True)}


def at_home_hours(start: npt.NDArray[np.int64], worth: WorthPolicy) -> Flags:
    """Which starts lie where people are home, as :func:`planner.model.visit.chance_at` has it."""
    home: Flags = (start < worth.home_until) | (start >= worth.home_from)
    return home


def pooled(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """JUDGED or STAYS of several plans as one table, empty where there is none."""
    told = [part for part in parts if len(part)]
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=list(columns))


def _bins(chance: Floats, found: Flags) -> pd.DataFrame:
    number = np.minimum((chance * BINS).astype(int), BINS - 1)
    visits = np.bincount(number, minlength=BINS)
    met = np.bincount(number, weights=found, minlength=BINS).astype(np.int64)
    total = np.bincount(number, weights=chance, minlength=BINS)
    low, high = wilson(met, visits.astype(np.int64))
    kept = visits > 0
    edges = np.arange(BINS) / BINS
    n = visits[kept]
    return pd.DataFrame(
        {
            "low": edges[kept], "high": edges[kept] + 1 / BINS, "visits": n, "expected": total[kept] / n,
            "found": met[kept], "share": met[kept] / n, "share_low": low[kept], "share_high": high[kept],
        }
    )  # fmt: skip


def _group(name: str, chance: Floats, found: Flags) -> tuple[object, ...]:
    low, high = wilson(np.array([found.sum()]), np.array([len(found)]))
    expected = float(chance.sum())
    scale = len(found) / expected
    ratio = float(found.mean()) * scale
    return name, len(found), expected, int(found.sum()), ratio, float(low[0]) * scale, float(high[0]) * scale


def _company(about: pd.DataFrame) -> Flags:
    """Only a company's visit must start in time to end by the close of business."""
    return np.asarray(about["close_min"] < MINUTES_PER_DAY - 1, bool)


def _share(value: "pd.Series[float]", zero: float, one: float, otherwise: float = 0.0) -> Floats:
    """Where values lie between what counts as 0 and what as 1; ``otherwise`` where the two are the same."""
    if zero == one:
        return np.full(len(value), otherwise)
    return np.asarray(((value - zero) / (one - zero)).clip(0.0, 1.0), float)


def _fresh(about: pd.DataFrame, worth: WorthPolicy) -> Floats:
    if worth.clue_fresh > 1:
        return _share(about["f_clue"], 1.0, worth.clue_fresh)
    return _share(about["points_clue"], 0.0, worth.clue_points)
