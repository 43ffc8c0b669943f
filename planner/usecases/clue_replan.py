"""A live clue offers a replan: shown with its effect first, and made only where the chief accepts."""

from datetime import date

from planner.errors import Impossible, RequestError
from planner.model.progress import Progress, silent
from planner.model.units import BEIJING
from planner.store import plans
from planner.usecases.accept import accept
from planner.usecases.clues import known, say
from planner.usecases.context import Context, permit
from planner.usecases.in_force import adopt, in_force, undo_adoption
from planner.usecases.replan import Proposal, ReplanRequest, propose


def offer(ctx: Context, clue_id: str, seconds: float = 1.0, progress: Progress = silent) -> Proposal:
    """The plan in force, planned again from this minute on with the clue in it. Nothing is stored.

    Raises:
        RequestError: no such clue. Impossible: the clue is not matched or past, or no plan's week reaches today.
    """
    permit(ctx, "plan.make")
    told = known(ctx)
    mine = told[told["clue_id"] == clue_id]
    if mine.empty:
        raise RequestError("unknown_clue", clue_id=clue_id)
    if not mine["live"].iloc[0]:
        raise Impossible("clue_not_live", clue_id=clue_id)
    plan = in_force(ctx)
    moment = _moment(ctx, plan.plan_id) if plan else None
    if plan is None or moment is None:
        raise Impossible("no_plan_now", today=ctx.clock().astimezone(BEIJING).date().isoformat())
    cases = tuple(str(mine["case_ids"].iloc[0]).split(";"))
    return propose(ctx, ReplanRequest(plan.plan_id, *moment, clues=cases, seconds=seconds), progress)


def accept_offer(ctx: Context, clue_id: str, proposal: Proposal) -> None:
    """Put the offered plan in force, and write down that it was made for this clue.

    Raises:
        Overtaken: another plan is in force by now.
    """
    accept(ctx, proposal)
    say(ctx, clue_id, "accepted", other=proposal.plan.id)


def decline_offer(ctx: Context, clue_id: str) -> None:
    """No plan is made for this clue."""
    say(ctx, clue_id, "declined")


def undo_accept(ctx: Context, clue_id: str, plan_id: str, before_id: str) -> None:
    """Squads drive the plan from before again, and the clue waits for a decision; raises as :func:`undo_adoption`."""
    undo_adoption(ctx, plan_id)
    plan, _ = plans.load_plan(ctx.engine, before_id)
    now = in_force(ctx, plan.week_start)
    if now is None or now.plan_id != before_id:  # the newest holds where none was adopted, and that is the offered one
        adopt(ctx, before_id)
    say(ctx, clue_id, "reopened")


def followed_on(proposal: Proposal, case_ids: str) -> tuple[str, date, int] | None:
    """Squad, day and minute at which a proposal visits one of the cases (";"); None where it does not."""
    cases = set(case_ids.split(";"))
    mine = {
        visit for visit, ids in zip(proposal.visits["visit_id"], proposal.visits["case_ids"], strict=True)
        if not cases.isdisjoint(ids.split(";"))
    }  # fmt: skip
    for route in proposal.plan.routes:
        for stop in route.stops:
            if stop.visit_id in mine:
                return route.squad_id, route.day, stop.start
    return None


def _moment(ctx: Context, plan_id: str) -> tuple[date, int] | None:
    """Day and minute of the plan's week from which on it can still be changed; None once the week is over."""
    plan, _ = plans.load_plan(ctx.engine, plan_id)
    now = ctx.clock().astimezone(BEIJING)
    ahead = [day for day in plan.days if day >= now.date()]
    if not ahead:
        return None
    return ahead[0], (now.hour * 60 + now.minute if ahead[0] == now.date() else 0)
