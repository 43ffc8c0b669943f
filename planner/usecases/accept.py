"""The chief accepts a proposed replan: it is stored, and squads drive it from now on."""

from planner.errors import Overtaken
from planner.usecases.context import Context, permit
from planner.usecases.in_force import adopt, in_force
from planner.usecases.replan import Proposal, plan_changes, save


def accept(ctx: Context, proposal: Proposal) -> None:
    """Store a proposal and put it in force.

    Raises:
        Overtaken: another plan than the one it came from is in force by now. Denied: the actor may not say so.
    """
    permit(ctx, "plan.adopt")
    now = in_force(ctx, proposal.before.week_start)
    if now is not None and now.plan_id != proposal.before.id:
        raise Overtaken("plan_moved", plan_id=proposal.before.id, now=now.plan_id)
    save(ctx, proposal)
    adopt(ctx, proposal.plan.id)


def squads_changed(proposal: Proposal) -> list[str]:
    """Ids of the squads for which a proposal changes anything, in the order of their names."""
    changed = plan_changes(proposal.before, proposal.plan)
    return sorted({*changed["squad_before"].dropna(), *changed["squad_after"].dropna()})
