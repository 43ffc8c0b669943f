"""A stored plan with all that is needed to read it: names of townships, people of the visits."""

from dataclasses import dataclass, replace

import pandas as pd

from planner.files.policy import policy_from_json
from planner.model.hotspot import Hotspots
from planner.model.sweep import SweepPlan
from planner.model.units import clock
from planner.model.visit import chance_at
from planner.routing.load import load_of
from planner.store import audit, plans
from planner.store.kept import Kept
from planner.usecases.context import Context, permit
from planner.usecases.my_route import people_of
from planner.usecases.remembered import remembered


@dataclass(frozen=True)
class PlanView:
    """A plan for people.

    Attributes:
        visits: VISIT_TABLE as valued for the plan; hotspots: the score its areas were chosen from.
        rows: one row per planned visit by day, squad and time: squad_id, squad, day, order (1..), arrive, start,
            leave (HH:MM), township, village, visit_id, case_ids, cases, debtor, phone, address, needs, papers,
            prize, p_find (at its hour), expected_fen, claimed_fen, lon, lat, point_source, link (ferry, if any).
            debtor, phone and address are missing unless people were asked for.
        load: LOAD_TABLE.
        township_names: code -> name; squad_names: id -> name.
    """

    plan: SweepPlan
    visits: pd.DataFrame
    rows: pd.DataFrame
    hotspots: Hotspots
    load: pd.DataFrame
    township_names: dict[str, str]
    squad_names: dict[str, str]


VIEWS = Kept(32)
"""Of plans, which never change: reports from the field, which come all day, do not unmake them."""

VISIT_COLUMNS = [
    "visit_id", "case_ids", "cases", "party_no", "village_code", "lon", "lat", "point_source", "claimed_fen",
    "p_find", "expected_fen", "prize", "needs", "papers",
]  # fmt: skip


def plan_view(ctx: Context, plan_id: str, people: bool = False) -> PlanView:
    """A plan with its rows; with ``people`` the debtors' names, phones and addresses, which is audited.

    Raises:
        RequestError: no such plan. Denied: the actor may not see it.
    """
    permit(ctx, "plan.see")
    if people:
        permit(ctx, "names.see")
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    view = VIEWS.get(ctx.engine, "view", lambda: _view(ctx, plan, visits), plan, ctx.region)
    return replace(view, rows=_with_people(ctx, view.rows, plan_id)) if people else view


def _view(ctx: Context, plan: SweepPlan, visits: pd.DataFrame) -> PlanView:
    township_names = ctx.region.township_names
    squad_names = {squad.id: squad.name for squad in ctx.region.squads}
    rows = _rows(ctx, plan, visits, township_names, squad_names)
    hotspots = plans.score_of_plan(ctx.engine, plan.id).hotspots
    load = load_of(plan, ctx.region.bases, ctx.region.squads, policy_from_json(plan.policy).duty)
    return PlanView(plan, visits, rows, hotspots, load, township_names, squad_names)


def compare(ctx: Context, first: str, second: str) -> tuple[PlanView, PlanView]:
    """Two plans, to be shown side by side."""
    return plan_view(ctx, first), plan_view(ctx, second)


def list_plans(ctx: Context) -> pd.DataFrame:
    """One row per plan, newest first: id, parent, week_start, spread, visits, prize, bound, made_at, made_by."""
    permit(ctx, "plan.see")
    return remembered(ctx, ("plans",), lambda: plans.list_plans(ctx.engine))


def _rows(
    ctx: Context,
    plan: SweepPlan,
    visits: pd.DataFrame,
    township_names: dict[str, str],
    squad_names: dict[str, str],
) -> pd.DataFrame:
    links = {link.id: link.name for link in ctx.region.links}
    timed = pd.DataFrame(
        [
            {
                "squad_id": route.squad_id,
                "squad": squad_names.get(route.squad_id, route.squad_id),
                "day": route.day,
                "order": order,
                "arrive": clock(stop.arrive),
                "start": clock(stop.start),
                "leave": clock(stop.leave),
                "township": township_names[route.township_code],
                "visit_id": stop.visit_id,
                "link": links.get(route.link_id or ""),
            }
            for route in plan.routes
            for order, stop in enumerate(route.stops, start=1)
        ],
        columns=["squad_id", "squad", "day", "order", "arrive", "start", "leave", "township", "visit_id", "link"],
    )
    rows = timed.merge(visits[VISIT_COLUMNS], on="visit_id", how="left")
    worth = policy_from_json(plan.policy).worth
    starts = [stop.start for route in plan.routes for stop in route.stops]
    rows["p_find"] = [chance_at(p_find, start, worth) for p_find, start in zip(rows["p_find"], starts, strict=True)]
    return rows.assign(village=rows["village_code"].map(ctx.region.village_names))


def _with_people(ctx: Context, rows: pd.DataFrame, plan_id: str) -> pd.DataFrame:
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "names.shown", plan_id, f"{len(rows)}")
    return rows.merge(people_of(ctx, rows.drop_duplicates("visit_id")), on="visit_id", how="left")
