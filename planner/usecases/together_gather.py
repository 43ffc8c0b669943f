"""What one county says of its coming weeks, for the timing of the province. Runs where the county's data lie."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Impossible
from planner.model.region import Base, Calendar, Region, Squad
from planner.model.score_run import ScoreRun
from planner.model.together import CountyWeeks, Team
from planner.model.units import DAYS_PER_WEEK
from planner.routing.capacity import demand_of, groups_of, net_table
from planner.routing.roster import with_vehicles, working
from planner.routing.together_worth import worth_of_squads
from planner.scoring.choose import choose
from planner.scoring.worth import value_visits
from planner.store import plans, register
from planner.usecases.campaign_stock import LEAST_DAYS
from planner.usecases.caseload import debtors_of, known_cases
from planner.usecases.context import Context, permit
from planner.usecases.guests import own_squads
from planner.usecases.sweep import PlanRequest, Sweep, pose
from planner.usecases.week import next_working_week, working_days

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WeeksAsked:
    """``weeks``: Mondays. ``extra``: squads more than its own that are valued. ``names``: of neighbouring counties,
    looked for in addresses."""

    weeks: tuple[date, ...]
    extra: int
    names: tuple[str, ...]


def county_weeks(county: Context, asked: WeeksAsked) -> CountyWeeks:
    """Values the visits of the county's areas for each week, and counts debtors who live with its neighbours.

    Minutes and capacity are those of the routes' own bound, as in planner.usecases.campaign_stock; the areas are those
    that its newest score would choose. No name and no address leaves the county.

    Raises:
        Impossible: it was not scored, has no squads, or works in none of the weeks.
    """
    permit(county, "score.see")
    run = plans.latest_score(county.engine)
    if run is None:
        raise Impossible("together_not_scored", county=county.region.name)
    works = tuple(len(_working(county.region, week)) >= LEAST_DAYS for week in asked.weeks)
    squads = own_squads(county.region)
    if not squads or not any(works):
        raise Impossible("together_no_squad_week", county=county.region.name, squads=len(squads))
    sweep = replace(county.policy.sweep, townships=run.hotspots.k)  # a small county has fewer than the policy asks for
    selection = choose(run.hotspots, sweep, explore=county.policy.score.explore_slots)
    prizes = _prizes(county, run, [week for week, open_ in zip(asked.weeks, works, strict=True) if open_])
    first = run.visits[run.visits["township_code"].isin(selection.codes)].sort_values("visit_id", ignore_index=True)
    if first.empty:
        raise Impossible("no_visit_chosen", townships=len(selection.codes))
    week = next(iter(prizes))
    request, days = PlanRequest(week), working_days(county.region.calendar, week)
    used, net = _squad_days_used(
        county, Sweep(request, county.policy, run, days, week, squads, first, first.iloc[:0], (), selection)
    )
    able = np.isfinite(used)
    worth = []
    for week in asked.weeks:
        prize = prizes[week].reindex(first["visit_id"]).to_numpy(np.float64) if week in prizes else np.zeros(len(first))
        worth.append(worth_of_squads(prize[able], used[able], _squad_days(county, squads, week, asked.extra)))
    lendable = sorted(squads, key=lambda squad: (squad.base_id == bureau(county.region).id, squad.id))
    return CountyWeeks(
        code=county.region.code,
        as_of=run.hotspots.as_of.date(),
        works=works,
        squads=tuple(Team(squad.id, squad.size) for squad in lendable),
        worth=tuple(worth),
        net_minutes=net,
        base=(bureau(county.region).lon, bureau(county.region).lat),
        areas=_areas(county.region, first),
        elsewhere=_elsewhere(county, run, asked.names),
        mean_prize=round(first["prize"].mean()),
    )


def bureau(region: Region) -> Base:
    """The base of the bureau, or the first one."""
    return next((base for base in region.bases if base.kind == "bureau"), region.bases[0])


def _prizes(county: Context, run: ScoreRun, weeks: Sequence[date]) -> dict[date, pd.Series]:
    """Week -> prize by visit. Weeks differ by how much of the fishing gear lies ashore alone, so visits are valued
    anew only where that differs from the week of the score and there are fishermen."""
    calendar = county.region.calendar
    of_run = working_days(calendar, next_working_week(calendar, run.hotspots.as_of.date()))
    stored = run.visits.set_index("visit_id")["prize"]
    fishing = bool((run.visits["f_season"] != 1.0).any())
    found: dict[float, pd.Series] = {_ashore(calendar, of_run): stored}
    prizes = {}
    for week in weeks:
        days = working_days(calendar, week)
        season = _ashore(calendar, days)
        if fishing and season not in found:
            cases, placed = known_cases(county), register.placed(county.engine)
            parties = debtors_of(county, cases)
            visits, _ = value_visits(cases, parties, placed, calendar, county.policy, days, run.hotspots.as_of)
            found[season] = visits.set_index("visit_id")["prize"].reindex(stored.index, fill_value=0)
        prizes[week] = found[season] if fishing else stored
    return prizes


def _ashore(calendar: Calendar, days: Sequence[date]) -> float:
    return sum(calendar.ashore_share(day) for day in days) / len(days)


def _working(region: Region, week: date) -> list[date]:
    days = [week + timedelta(days=day) for day in range(DAYS_PER_WEEK)]
    return [day for day in days if region.calendar.works_on(day)]


def _squad_days_used(county: Context, sweep: Sweep) -> tuple[Floats, int]:
    """(v,) share of a squad-day that each visit uses, infinite where nobody could make it; and minutes of a squad-day,
    the mean of the areas."""
    problem, _ = pose(county, sweep)
    groups = groups_of(problem)
    demands = tuple(demand_of(problem, town) for town in range(problem.townships) if problem.chosen[town])
    net = net_table(problem, groups, demands)
    members = np.array([len(group.members) for group in groups], np.float64)
    used, means = np.full(problem.visits, np.inf), []
    for demand in demands:
        going = net[:, demand.township] > 0
        if going.any() and len(demand.visits):
            mean = float(np.average(net[going, demand.township], weights=members[going]))
            used[demand.visits] = demand.weight / mean
            means.append(mean)
    return used, round(float(np.mean(means))) if means else 0


def _squad_days(county: Context, squads: Sequence[Squad], week: date, extra: int) -> list[float]:
    """Squad-days of 0, 1, .. squads in a week: own ones alike, each further one every working day."""
    days = _working(county.region, week)
    own = len(with_vehicles(working(squads, days, county.policy.duty), squads, days, county.region))
    alike = [own * number / len(squads) for number in range(len(squads) + 1)]
    return [*alike, *(own + len(days) * number for number in range(1, extra + 1))]


def _areas(region: Region, visits: pd.DataFrame) -> tuple[tuple[float, float, int], ...]:
    prize = visits.groupby("township_code")["prize"].sum()
    seats = region.townships.set_index("code").loc[prize.index]
    return tuple(zip(seats["seat_lon"].tolist(), seats["seat_lat"].tolist(), prize.astype(int).tolist(), strict=True))


def _elsewhere(county: Context, run: ScoreRun, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Cases left out because the debtor lives outside, by the neighbouring county that one of the addresses names."""
    outside = run.out_of_field.loc[run.out_of_field["reason"] == "outside", "case_id"]
    people = register.parties(county.engine, outside)
    debtors = people[people["role"] == "debtor"]
    text = debtors[["residence", "service", "domicile"]].fillna("").agg(" ".join, axis=1).astype("str")
    counts = {name: debtors.loc[text.str.contains(name, regex=False), "case_id"].nunique() for name in names}
    return tuple((name, count) for name, count in counts.items() if count)
