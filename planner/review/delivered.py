"""Plan against done: what a plan foretold of its visits, and what was told of them afterwards.

A visit is made when an outcome of it counts (:mod:`planner.review.outcomes`). Of each visit one line is kept, planned
or not; squads, days and townships are sums of lines. Money stands as it came and with what is above a cap left out.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from planner.model.policy import WorthPolicy
from planner.model.sweep import PlannedRoute
from planner.model.visit import chance_at
from planner.review.outcomes import FOUND_KINDS, held, standing
from planner.review.weekly import MONEY_CAP

LINES = (
    "visit_id", "case_id", "squad_id", "day", "township_code", "planned", "made", "found", "why",
    "arrive", "start", "leave", "by_squad", "on_day", "minute", "chance", "expected_fen", "paid_fen",
)  # fmt: skip
"""squad_id, day: as planned, of an extra visit as told; by_squad, on_day, minute: as told (NA: not told); chance to
find somebody at the planned hour; expected_fen: with that chance; NA: not valued. why: one of WHYS."""

WHYS = ("found", "not_found", "moved_away", "held", "no_word", "to_come")
"""What became of a visit: somebody was met, nobody was, the debtor has moved, a word waits for a person, nothing was
told though the day is over, its day is not over yet."""

LEGS = ("visit_id", "squad_id", "day", "travel", "stay", "told")
"""From the end of one visit to the end of the next, minutes: planned travel and stay, and what the told times say."""

SHORTEST, LONGEST = 5, 240
"""Minutes between two told times below which both were written down together, and above which a squad did something
else in between."""

TALLY = (
    "planned", "made", "found", "extra", "not_made", "to_come", "expected_finds", "found_on_plan", "expected_fen",
    "paid_on_plan_fen", "paid_fen", "paid_capped_fen", "legs", "leg_planned", "leg_told",
)  # fmt: skip
"""Sums of lines. made, found and paid_fen hold extra visits, too; expected_finds and expected_fen, of visits made that
were on the plan, stand against found_on_plan and paid_on_plan_fen."""


@dataclass(frozen=True)
class Pace:
    """Attributes:
    told: visits made whose time was told. off: 10 %, 50 % and 90 % of the minutes by which the told times lie after
        (before: negative) the planned stay; 0 within it. None: no times.
    legs: LEGS. left_out: legs between visits with told times that say nothing: over noon, written down together,
        or with something else in between.
    """

    told: int
    off: tuple[float, float, float] | None
    legs: pd.DataFrame
    left_out: int

    @property
    def ratio(self) -> float | None:
        """Told minutes over planned ones, of all legs."""
        planned = float(self.legs["travel"].sum() + self.legs["stay"].sum())
        return float(self.legs["told"].sum()) / planned if planned else None


def visit_lines(
    routes: Sequence[PlannedRoute], visits: pd.DataFrame, told: pd.DataFrame, worth: WorthPolicy, today: date
) -> pd.DataFrame:
    """LINES of a plan's routes and of what was told under it and the plans of its family.

    Args:
        visits: VISIT_TABLE. told: OUTCOME_TABLE, with all its corrections. worth: of the plan.
        today: visits of this day and later are still to come.
    """
    planned = _planned(routes)
    words = _words(standing(told))
    lines = planned.merge(words, on="visit_id", how="outer")
    known = ["visit_id", "case_ids", "township_code", "p_find", "expected_fen"]
    lines = lines.merge(visits[known], on="visit_id", how="left", suffixes=("", "_of_visit"))
    on_plan = lines["planned"].notna()
    lines = lines.assign(
        planned=on_plan,
        made=lines["kinds"].notna(),
        found=lines["found"].fillna(value=False).astype(bool),
        case_id=lines["case_ids"].str.split(";").str[0].fillna(""),
        township_code=lines["township_code"].fillna(lines["township_code_of_visit"]),
        squad_id=lines["squad_id"].fillna(lines["by_squad"]),
        day=lines["day"].fillna(lines["on_day"]),
        paid_fen=lines["paid_fen"].fillna(0).astype("int64"),
        chance=[
            chance_at(p, int(start), worth) if pd.notna(start) else p
            for p, start in zip(lines["p_find"].astype(float), lines["start"], strict=True)
        ],
    )
    by_hour = lines["chance"] / lines["p_find"].astype(float)
    lines["expected_fen"] = lines["expected_fen"].astype(float) * by_hour.fillna(1.0)
    lines["why"] = _why(lines, set(held(told)["visit_id"]), today)
    order = ["day", "squad_id", "start", "minute", "visit_id"]
    return lines[list(LINES)].sort_values(order, ignore_index=True)


def tally(lines: pd.DataFrame, legs: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """TALLY by some columns of LINES (day, squad_id, township_code), in their order; no column: one row in all."""
    on_plan = lines["planned"]
    sums = pd.DataFrame(
        {
            "planned": on_plan,
            "made": lines["made"],
            "found": lines["found"],
            "extra": ~on_plan & lines["made"],
            "not_made": on_plan & lines["why"].isin(["no_word", "held"]),
            "to_come": lines["why"] == "to_come",
            "expected_finds": lines["chance"].where(on_plan & lines["made"], 0.0).fillna(0.0),
            "found_on_plan": on_plan & lines["found"],
            "expected_fen": lines["expected_fen"].where(on_plan & lines["made"], 0.0).fillna(0.0),
            "paid_on_plan_fen": lines["paid_fen"].where(on_plan, 0),
            "paid_fen": lines["paid_fen"],
            "paid_capped_fen": lines["paid_fen"].clip(upper=money_cap(lines["paid_fen"])),
        }
    )
    driven = legs.assign(legs=1, leg_planned=legs["travel"] + legs["stay"], leg_told=legs["told"])
    joined = lines[["visit_id"]].merge(driven.drop(columns=["squad_id", "day"]), on="visit_id", how="left")
    for name in ("legs", "leg_planned", "leg_told"):
        sums[name] = joined[name].fillna(0).astype("int64").to_numpy()
    if not by:
        return sums.sum().to_frame().T[list(TALLY)]
    keys = [lines[name] for name in by]
    return sums.groupby(keys, sort=True, dropna=False).sum().reset_index()[[*by, *TALLY]]


def money_cap(paid_fen: "pd.Series[int]") -> int:
    """Fen that MONEY_CAP of the visits with money stay within; above it money does not count when it is capped."""
    got = paid_fen[paid_fen > 0]
    return int(np.ceil(got.quantile(MONEY_CAP))) if len(got) else 0


def largest(lines: pd.DataFrame) -> tuple[str, ...]:
    """Case numbers of the visits whose money is above the cap, the largest first."""
    over = lines[lines["paid_fen"] > money_cap(lines["paid_fen"])]
    return tuple(over.sort_values("paid_fen", ascending=False)["case_id"])


def pace(routes: Sequence[PlannedRoute], lines: pd.DataFrame, noon: tuple[int, int]) -> Pace:
    """How far told times lie from planned ones, and how long visits with their way took.

    Args:
        noon: start and minutes of the plan's break; legs over it are left out on both sides.
    """
    there = lines["planned"] & lines["made"] & (lines["on_day"] == lines["day"]) & lines["minute"].notna()
    timed = lines[there]
    minute = timed["minute"].astype(float)
    off = np.where(
        minute > timed["leave"], minute - timed["leave"], np.minimum(0.0, minute - timed["start"].astype(float))
    )
    spread = tuple(float(value) for value in np.quantile(off, [0.1, 0.5, 0.9])) if len(off) else None
    legs, left_out = _legs(routes, lines, noon)
    return Pace(len(timed), spread, legs, left_out)  # type: ignore[arg-type]


def _planned(routes: Sequence[PlannedRoute]) -> pd.DataFrame:
    rows = [
        (stop.visit_id, route.squad_id, pd.Timestamp(route.day), route.township_code, stop.arrive, stop.start,
         stop.leave, True)
        for route in routes
        for stop in route.stops
    ]  # fmt: skip
    names = ["visit_id", "squad_id", "day", "township_code", "arrive", "start", "leave", "planned"]
    kinds = dict.fromkeys(("visit_id", "squad_id", "township_code"), "str") | {"day": "datetime64[ns]"}
    return pd.DataFrame(rows, columns=names).astype(
        kinds | dict.fromkeys(("arrive", "start", "leave"), "Int64") | {"planned": "boolean"}
    )


def _words(stand: pd.DataFrame) -> pd.DataFrame:
    """One row per visit of which something stands; the last word says who, when and what, money adds up."""
    last = stand.drop_duplicates("visit_id", keep="last").rename(columns={"squad_id": "by_squad", "day": "on_day"})
    found = last["kinds"].map(lambda text: not FOUND_KINDS.isdisjoint(text.split(";"))).astype("boolean")
    paid = last["visit_id"].map(stand.groupby("visit_id")["paid_fen"].sum()).astype("Int64")
    return last.assign(found=found, paid_fen=paid)[
        ["visit_id", "by_squad", "on_day", "minute", "kinds", "found", "paid_fen"]
    ]


def _why(lines: pd.DataFrame, waiting: set[str], today: date) -> list[str]:
    def of(row: dict[Hashable, Any]) -> str:
        if row["made"]:
            return "found" if row["found"] else ("moved_away" if "moved_away" in row["kinds"] else "not_found")
        if row["visit_id"] in waiting:
            return "held"
        return "to_come" if row["day"] >= pd.Timestamp(today) else "no_word"

    return [of(row) for row in lines.to_dict("records")]


def _legs(routes: Sequence[PlannedRoute], lines: pd.DataFrame, noon: tuple[int, int]) -> tuple[pd.DataFrame, int]:
    """LEGS between visits that follow each other on a route and were told of by its squad on its day."""
    timed = lines[lines["minute"].notna()]
    told = {key: dict(zip(rows["visit_id"], rows["minute"].astype(int), strict=True))
            for key, rows in timed.groupby(["by_squad", "on_day"])}  # fmt: skip
    found, left_out = [], 0
    for route in routes:
        minutes = told.get((route.squad_id, pd.Timestamp(route.day)), {})
        for a, b in pairwise(route.stops):
            if a.visit_id not in minutes or b.visit_id not in minutes:
                continue
            first, then = minutes[a.visit_id], minutes[b.visit_id]
            between = any(first < minute < then for minute in minutes.values())
            over_noon = _over(noon, a.leave, b.leave) or _over(noon, first, then)
            if between or over_noon or not SHORTEST <= then - first <= LONGEST:
                left_out += 1
                continue
            found.append((b.visit_id, route.squad_id, pd.Timestamp(route.day), b.arrive - a.leave, b.leave - b.start,
                          then - first))  # fmt: skip
    return pd.DataFrame(found, columns=list(LEGS)).astype({"visit_id": "str", "squad_id": "str"}), left_out


def _over(noon: tuple[int, int], begin: int, end: int) -> bool:
    return begin < noon[0] + noon[1] and end > noon[0]
