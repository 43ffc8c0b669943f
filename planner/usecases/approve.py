"""Say of papers that they were approved or sent, or not."""

from collections.abc import Sequence

from planner.errors import RequestError
from planner.model.outcome import PAPER_STATES
from planner.store import outcomes, plans
from planner.usecases.context import Context, permit


def decide_papers(ctx: Context, plan_id: str, papers: Sequence[tuple[str, str]], state: str) -> None:
    """One word (PAPER_STATES) on some papers (visit_id, paper) for the week of a plan; it holds for its replans too.

    Raises:
        RequestError: no such plan, or no such word, or a paper that no visit of the plan needs.
    """
    permit(ctx, "paper.decide")
    if state not in PAPER_STATES:
        raise RequestError("unknown_paper_state", state=state, allowed="、".join(PAPER_STATES))
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    needed = {
        (visit_id, paper)
        for visit_id, names in zip(visits["visit_id"], visits["papers"], strict=True)
        for paper in str(names).split(";")
    }
    if strange := [paper for paper in papers if paper not in needed]:
        raise RequestError("paper_not_needed", visit=strange[0][0], paper=strange[0][1])
    outcomes.say_of_papers(ctx.engine, papers, state, plan.week_start, ctx.clock(), ctx.actor.name)


def states_of(ctx: Context, plan_id: str) -> dict[tuple[str, str], str]:
    """(visit_id, paper) -> the last word on it."""
    permit(ctx, "plan.see")
    return outcomes.paper_states(ctx.engine, plans.load_plan(ctx.engine, plan_id)[0].week_start)
