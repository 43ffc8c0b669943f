"""What a plan asks for before its week: papers, and bailiffs by base and day. Only what its visits say they need."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from planner.model.ahead import APPROVED_BY_PRESIDENT, BAILIFF_TABLE, PAPER_TABLE
from planner.model.region import Calendar, Squad
from planner.model.sweep import SweepPlan


def papers_of(plan: SweepPlan, visits: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """PAPER_TABLE of the planned visits, by day, squad and time. ``visits`` is the plan's VISIT_TABLE.

    Everything is due on the last working day before the week, for a visit of Friday too: the president approves
    the week as a whole.
    """
    due = pd.Timestamp(calendar.working_day_before(plan.week_start))
    rows = _stops(plan).merge(visits, on="visit_id")
    rows = rows.assign(paper=rows["papers"].str.split(";")).explode("paper")
    rows = rows[rows["paper"] != ""].assign(due=due)
    rows["goes_to"] = rows["paper"].isin(APPROVED_BY_PRESIDENT).map({True: "president", False: "village"})
    return PAPER_TABLE.validate(rows[list(PAPER_TABLE.columns)].reset_index(drop=True))


def bailiffs_of(
    plan: SweepPlan, visits: pd.DataFrame, squads: Sequence[Squad], calendar: Calendar, lead_days: int
) -> pd.DataFrame:
    """BAILIFF_TABLE by day and base: who is needed for the visits that need one, to be asked ``lead_days`` ahead.

    A squad makes one visit at a time, so one bailiff a squad will do. Lead days are working days of ``calendar``.
    """
    needing = visits[visits["needs"].str.split(";").map(lambda needs: "bailiff" in needs).astype(bool)]
    stops = _stops(plan).merge(needing[["visit_id"]], on="visit_id")
    stops["base_id"] = stops["squad_id"].map({squad.id: squad.base_id for squad in squads}).fillna("")
    own = {squad.id: sum("bailiff" in officer.skills for officer in squad.officers) for squad in squads}
    out = stops.groupby(["day", "base_id"], as_index=False).agg(
        bailiffs=("squad_id", "nunique"),
        own_bailiffs=("squad_id", lambda ids: sum(own.get(squad, 0) for squad in ids.unique())),
        visits=("visit_id", "size"),
        first_min=("start", "min"),
        last_min=("leave", "max"),
    )
    out["ask_by"] = pd.to_datetime([_ask_by(calendar, day, lead_days) for day in out["day"]])
    return BAILIFF_TABLE.validate(out[list(BAILIFF_TABLE.columns)])


def _ask_by(calendar: Calendar, day: date, lead_days: int) -> date:
    return calendar.working_day_before(day, lead_days) if lead_days else day


def _stops(plan: SweepPlan) -> pd.DataFrame:
    """day, squad_id, visit_id, start, leave, in the plan's order."""
    return pd.DataFrame(
        [
            (route.day, route.squad_id, stop.visit_id, stop.start, stop.leave)
            for route in plan.routes
            for stop in route.stops
        ],
        columns=["day", "squad_id", "visit_id", "start", "leave"],
    )
