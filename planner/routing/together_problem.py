"""From what counties say of themselves to the indices of the solver of timings."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.together import FULL, Border, CountyWeeks, TogetherPolicy, TogetherProblem, Way

ROOM = 1.2
"""Counties in one week, as a multiple of an even spread, where the policy does not say."""


def pose_together(
    counties: Sequence[CountyWeeks],
    names: Mapping[str, str],
    touching: pd.DataFrame,
    heat: Mapping[str, float],
    minutes: npt.NDArray[np.float64],
    policy: TogetherPolicy,
) -> tuple[TogetherProblem, pd.DataFrame]:
    """The problem, and its borders with what they are made of.

    Args:
        names: of counties, by code. touching: as of planner.geo.borders.common_borders.
        heat: township -> prize of its visits x P(it is among its county's hottest).
        minutes: (c, c) one way from a county's base to the areas of another; the diagonal to its own.

    Returns:
        The problem; and a, b (codes), moving, elsewhere_points, elsewhere (cases), one row a border in its order.
    """
    index = {county.code: number for number, county in enumerate(counties)}
    pairs = border_points(counties, names, touching, heat, policy)
    points = (pairs["moving"] + pairs["elsewhere_points"]).tolist()
    borders = tuple(Border(index[a], index[b], kept) for a, b, kept in zip(pairs["a"], pairs["b"], points, strict=True))
    own = np.array([len(county.squads) for county in counties], np.int32)
    most = np.array([min(policy.borrow_most, len(c.worth[0]) - 1 - len(c.squads)) for c in counties], np.int32)
    worth = tuple(np.array(c.worth, np.int32)[:, : own[n] + most[n] + 1] for n, c in enumerate(counties))
    weeks = len(counties[0].works)
    problem = TogetherProblem(
        squads=own,
        works=np.array([county.works for county in counties], np.bool_),
        worth=worth,
        away_cost=_away_cost(worth, own, policy.home_share),
        lend_most=np.minimum(policy.lend_most, own).astype(np.int32),
        borrow_most=most,
        borders=borders,
        ways=tuple(_ways(counties, borders, minutes)),
        most_a_week=policy.most_a_week or int(np.ceil(ROOM * len(counties) / weeks)),
        minutes_most=policy.minutes_most,
    )
    return problem, pairs


def border_points(
    counties: Sequence[CountyWeeks],
    names: Mapping[str, str],
    touching: pd.DataFrame,
    heat: Mapping[str, float],
    policy: TogetherPolicy,
) -> pd.DataFrame:
    """a, b, moving, elsewhere_points, elsewhere: what each border keeps when both its sides are swept in one week.

    ``moving`` = moved_share x sum over townships at the border of heat x the share of their outline on it: whoever
    leaves a swept township goes over each stretch of its outline alike. ``elsewhere`` counts cases of either register
    whose debtor's address names the other county; ``elsewhere_points`` = elsewhere_share x their number x the points
    of an average visit of the court that has the case.
    """
    known = {county.code: county for county in counties}
    exposed: dict[tuple[str, str], float] = {}
    columns = (touching[name].tolist() for name in ("township_code", "county_code", "other_code", "share"))
    for township, own, other, share in zip(*columns, strict=True):
        if own in known and other in known:
            pair = min(own, other), max(own, other)
            exposed[pair] = exposed.get(pair, 0.0) + heat.get(township, 0.0) * share
    rows = []
    for (a, b), prize in sorted(exposed.items()):
        there = [(known[x], dict(known[x].elsewhere).get(names[y], 0)) for x, y in ((a, b), (b, a))]
        points = round(policy.elsewhere_share * sum(cases * county.mean_prize for county, cases in there))
        rows.append((a, b, round(policy.moved_share * prize), points, sum(cases for _, cases in there)))
    return pd.DataFrame(rows, columns=["a", "b", "moving", "elsewhere_points", "elsewhere"])


def way_minutes(
    counties: Sequence[CountyWeeks], to_areas: Sequence[npt.NDArray[np.float64]]
) -> npt.NDArray[np.float64]:
    """(c, c) minutes from each base to another county's areas, weighed by their prize. ``to_areas``: by county, (c,
    areas) minutes from every base."""
    columns = []
    for county, minutes in zip(counties, to_areas, strict=True):
        weight = np.array([max(prize, 1) for _, _, prize in county.areas], np.float64)
        columns.append(minutes @ (weight / weight.sum()))
    return np.column_stack(columns)


def _away_cost(
    worth: Sequence[npt.NDArray[np.int32]], own: npt.NDArray[np.int32], home_share: float
) -> npt.NDArray[np.int32]:
    """(c,) points of an average own squad-week, over the weeks, x ``home_share``; at least one."""
    means = [table[:, squads].mean() / max(int(squads), 1) for table, squads in zip(worth, own, strict=True)]
    return np.maximum(1, np.rint(home_share * np.array(means))).astype(np.int32)


def _ways(counties: Sequence[CountyWeeks], borders: Sequence[Border], minutes: npt.NDArray[np.float64]) -> list[Way]:
    """Both ways over each border. A lent squad has as many minutes less each day as it drives more than an own one."""
    ways = []
    for border in borders:
        for lender, borrower in ((border.a, border.b), (border.b, border.a)):
            there, own = minutes[lender, borrower], minutes[borrower, borrower]
            more = 2 * max(0.0, there - own)
            keeps = FULL * (1 - more / max(counties[borrower].net_minutes, 1))
            ways.append(Way(lender, borrower, round(there), max(0, int(keeps))))
    return ways
