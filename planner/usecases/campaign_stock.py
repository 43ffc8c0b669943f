"""What a campaign has to choose from: its weeks, and the visits of every township in each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import RequestError
from planner.model.region import Calendar
from planner.model.units import DAYS_PER_WEEK
from planner.routing.capacity import demand_of, groups_of, net_table
from planner.routing.roster import with_vehicles, working
from planner.scoring.rotation import Stock
from planner.scoring.worth import value_visits
from planner.store import register
from planner.usecases.caseload import debtors_of, known_cases
from planner.usecases.context import Context
from planner.usecases.sweep import PlanRequest, Sweep, pose, prepare
from planner.usecases.sweeps import done_sweeps
from planner.usecases.week import working_days

Floats = npt.NDArray[np.float64]

LEAST_DAYS = 3
"""Working days of a week in which a sweep is worth while."""

FASTEST_REFILL = 0.5
"""Share of a stock that comes back in a week at most; reached only where hardly a case is left."""


@dataclass(frozen=True)
class Choices:
    """``codes``: (n,) townships; ``p_top``: (n,) P(among the k hottest); ``weeks``: Mondays of the sweeps."""

    stock: Stock
    codes: tuple[str, ...]
    p_top: Floats
    weeks: tuple[date, ...]
    as_of: date


def sweep_weeks(calendar: Calendar, start: date, weeks: int, sweeps: int) -> tuple[date, ...]:
    """Mondays of the sweeps, as evenly over the campaign as holidays allow.

    Raises:
        RequestError: the start is no Monday, a week of holidays, or in too few weeks the court works LEAST_DAYS days.
    """
    working_days(calendar, start)
    mondays = [start + timedelta(weeks=week) for week in range(weeks)]
    usable = [day for day in mondays if _days(calendar, day) >= LEAST_DAYS]
    if start not in usable:
        raise RequestError(
            "campaign_starts_in_holidays", start=start.isoformat(), days=_days(calendar, start), least=LEAST_DAYS
        )
    if len(usable) < sweeps:
        raise RequestError("campaign_too_many_sweeps", sweeps=sweeps, weeks=weeks, usable=len(usable), least=LEAST_DAYS)
    wanted = [round(n * weeks / sweeps) for n in range(sweeps)]
    found: list[date] = []
    for number, week in enumerate(wanted):
        still = usable[len(found) :] if not found else [day for day in usable if day > found[-1]]
        still = still[: len(still) - (sweeps - number - 1)]
        found.append(min(still, key=lambda day: (abs((day - mondays[week]).days), day)))
    return tuple(found)


def choices(ctx: Context, weeks: Sequence[date], townships: int, rest_weeks: int, seed: int) -> Choices:
    """Value the visits of every township for every sweep's week. A score is made and kept on the way.

    Minutes and capacity are those of the routes' own bound (planner.routing.capacity): visits with the cheapest way to
    each, duty hours less the way there and home, squad-days shared evenly. Routed plans of the demo, three concentrated
    and one spread, came to 1.00-1.02 of what this says of their week.
    """
    sweep = prepare(ctx, PlanRequest(week_start=weeks[0], spread="spread", townships=townships, seed=seed))
    codes = tuple(ctx.region.townships["code"])
    minutes, net, able = _minutes(ctx, sweep)
    visits = sweep.visits.assign(minutes=minutes).dropna(subset="minutes").sort_values("visit_id", ignore_index=True)
    prize, p_find = _valued(ctx, sweep, weeks, visits["visit_id"])
    days = np.array([_squad_days(ctx, sweep, week) for week in weeks], dtype=np.float64)
    share = np.minimum(days[None, :] / townships, able[:, None] * days[None, :])
    stock = Stock(
        town=pd.Index(codes).get_indexer(pd.Index(visits["township_code"])).astype(np.int64),
        minutes=visits["minutes"].to_numpy(np.float64),
        prize=prize,
        p_find=p_find,
        capacity=net[:, None] * share,
        refill=_refill(sweep, codes),
        weeks=np.array([(week - weeks[0]).days // DAYS_PER_WEEK for week in weeks], dtype=np.int64),
        free_from=_free_from(ctx, codes, weeks[0], rest_weeks),
    )
    p_top = sweep.run.hotspots.table.set_index("township_code")["p_top"].reindex(list(codes)).to_numpy(np.float64)
    return Choices(stock, codes, p_top, tuple(weeks), sweep.run.hotspots.as_of.date())


def _days(calendar: Calendar, monday: date) -> int:
    return sum(calendar.works_on(monday + timedelta(days=day)) for day in range(DAYS_PER_WEEK))


def _minutes(ctx: Context, sweep: Sweep) -> tuple[Floats, Floats, Floats]:
    """(v,) minutes of each visit, NaN where no squad could make it; (n,) minutes of a squad-day in each township, and
    the share of squad-days that can go there."""
    problem, _ = pose(ctx, sweep)
    groups = groups_of(problem)
    demands = tuple(demand_of(problem, town) for town in range(problem.townships))
    members = np.array([len(group.members) for group in groups], dtype=np.float64)
    net = net_table(problem, groups, demands)
    can = np.where(net > 0, members[:, None], 0.0)
    going = can.sum(axis=0)
    mean = (np.maximum(net, 0) * can).sum(axis=0) / np.maximum(going, 1.0)
    minutes = np.full(len(sweep.visits), np.nan)
    for demand in demands:
        minutes[demand.visits] = demand.weight
    return minutes, mean, going / members.sum()


def _valued(ctx: Context, sweep: Sweep, weeks: Sequence[date], wanted: pd.Series) -> tuple[Floats, Floats]:
    """Prize and chance of the same visits in the week of each sweep, (v, s) each."""
    cases, placed = known_cases(ctx), register.placed(ctx.engine)
    parties = debtors_of(ctx, cases)
    calendar, as_of = ctx.region.calendar, sweep.run.hotspots.as_of
    told = []
    for week in weeks:
        visits, _ = value_visits(cases, parties, placed, calendar, sweep.policy, working_days(calendar, week), as_of)
        told.append(visits.set_index("visit_id").loc[wanted, ["prize", "p_find"]].to_numpy(np.float64))
    values = np.stack(told, axis=-1)
    return values[:, 0, :], values[:, 1, :]


def _squad_days(ctx: Context, sweep: Sweep, week: date) -> int:
    days = working_days(ctx.region.calendar, week)
    worked = working(sweep.squads, days, sweep.policy.duty)
    return len(with_vehicles(worked, sweep.squads, days, ctx.region))


def _free_from(ctx: Context, codes: Sequence[str], first: date, rest_weeks: int) -> npt.NDArray[np.int64]:
    """(n,) week of the campaign from which a township has rested from the last sweep before it."""
    last = {
        code: (done.week_start - first).days // DAYS_PER_WEEK
        for done in done_sweeps(ctx)
        if done.week_start < first
        for code in done.townships
    }
    return np.array([max(0, last.get(code, -rest_weeks) + rest_weeks) for code in codes], dtype=np.int64)


def _refill(sweep: Sweep, codes: Sequence[str]) -> Floats:
    """(n,) share of what was taken out of a township's stock that comes back in a week: cases filed there that a visit
    can serve, over those that are there. The share that can be served is that of the county's open cases."""
    table = sweep.run.hotspots.table.set_index("township_code").reindex(list(codes))
    weekly = table["expected_filings"].to_numpy(np.float64) * DAYS_PER_WEEK / sweep.run.hotspots.horizon_days
    workable = table["workable_cases"].to_numpy(np.float64)
    served = min(1.0, workable.sum() / max(float(table["open_cases"].sum()), 1.0))
    rate: Floats = np.minimum(weekly * served / np.maximum(workable, 1.0), FASTEST_REFILL)
    return rate
