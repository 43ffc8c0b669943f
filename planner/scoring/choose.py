"""The areas of a sweep, each with a reason that can be read out in a meeting."""

from collections.abc import Sequence

import pandas as pd

from planner.errors import RequestError
from planner.model.hotspot import Choice, Hotspots, Selection
from planner.model.policy import SweepPolicy
from planner.model.units import FEN_PER_YUAN

SURE = 0.90
"""P(in the top) from which a township is no close call, whoever stands beside it in rank."""


def choose(
    hotspots: Hotspots, policy: SweepPolicy, must: Sequence[str] = (), never: Sequence[str] = (), explore: int = 0
) -> Selection:
    """Choose ``policy.townships`` areas: must-visit first, then the hottest, then places kept for exploration.

    A spread sweep takes every township. ``never`` are left out whatever the policy.

    Args:
        must, never: township codes. explore: how many of the places that are not must-visit go to the townships
            whose place among the top is least sure.

    Raises:
        RequestError: a code is unknown or in both lists, more are required than there are places, or too few
            townships are left to choose from.
    """
    must, never = list(dict.fromkeys(must)), list(dict.fromkeys(never))
    table = hotspots.table.set_index("township_code")
    _check(table, policy, must, never, explore)
    free = table.drop(index=never)
    if policy.spread == "spread":
        return Selection(tuple(_choice(code, "every_township", free, hotspots) for code in free.index), tuple(never))
    places = policy.townships - len(must)
    explored = min(explore, places)
    rest = free.drop(index=must)
    hottest = list(rest.index[: places - explored])
    unsure = (rest.drop(index=hottest)["p_top"] - 0.5).abs().sort_values(kind="stable").index[:explored]
    chosen = {*must, *hottest, *unsure}
    choices = [_choice(code, "must_visit", table, hotspots) for code in must]
    sure = set(table.index[table["p_top"] >= SURE]) if hotspots.k <= policy.townships else set()
    choices += [_hot_choice(code, free, chosen, code in sure, hotspots) for code in hottest]
    choices += [_choice(code, "exploration", table, hotspots) for code in unsure]
    return Selection(tuple(choices), tuple(never))


def _check(table: pd.DataFrame, policy: SweepPolicy, must: list[str], never: list[str], explore: int) -> None:
    if unknown := [code for code in [*must, *never] if code not in table.index]:
        raise RequestError("choice_unknown_township", codes="、".join(unknown))
    if both := [table["name"][code] for code in must if code in never]:
        raise RequestError("choice_must_and_never", names="、".join(both))
    left = len(table) - len(never)
    if policy.spread == "spread":
        if not left:
            raise RequestError("choice_nothing_left", townships=len(table))
        return
    if len(must) > policy.townships:
        names = "、".join(table["name"][code] for code in must)
        raise RequestError("choice_too_many_must", must=len(must), names=names, townships=policy.townships)
    if not 1 <= policy.townships <= left:
        raise RequestError("choice_too_few_left", townships=policy.townships, left=left, never=len(never))
    if explore < 0:
        raise RequestError("choice_explore_negative", explore=explore)


def _hot_choice(code: str, free: pd.DataFrame, chosen: set[str], sure: bool, hotspots: Hotspots) -> Choice:
    """Highest score, unless it is not sure of its place and a township that stays behind is too close to call."""
    tied = free.index[(free["tie_group"] == free["tie_group"][code]) & ~free.index.isin(list(chosen))]
    if sure or tied.empty:
        return _choice(code, "highest_score", free, hotspots)
    return _choice(code, "too_close_to_call", free, hotspots, ties_with="、".join(free["name"][tied]))


def _choice(code: str, reason: str, table: pd.DataFrame, hotspots: Hotspots, **more: str) -> Choice:
    row = table.loc[code]
    said = {
        "name": str(row["name"]),
        "rank": f"{row['rank']}",
        "score": f"{row['score']:.1f}",
        "k": f"{hotspots.k}",
        "p_top": f"{100 * row['p_top']:.0f}",  # per cent
        "days": f"{hotspots.horizon_days}",
        "expected_filings": f"{row['expected_filings']:.0f}",
        "open_cases": f"{row['open_cases']}",
        "workable_cases": f"{row['workable_cases']}",
        "worth_yuan": f"{row['workable_fen'] / FEN_PER_YUAN:,.0f}",
        **more,
    }
    return Choice(code, reason, tuple(said.items()))
