"""The tour for newcomers: which step somebody is at, kept in the audit log, so that a reload or another day goes on."""

from planner.files.demo import demo_workbooks
from planner.store import audit
from planner.usecases.context import Context, permit
from planner.usecases.demo import made_up

STEPS = ("welcome", "account", "ranking", "plan", "route", "own")
"""Catalogue ``tour.<step>``, ``tour.<step>_words`` and ``tour.<step>_next``."""

DEED, LEFT = "tour.step", "left"


def tour_step(ctx: Context) -> str | None:
    """The step that the actor is at; None: nothing to be shown.

    A tour is for whoever has not left it, of an installation that is empty or holds the made-up register. It is never
    for real cases.
    """
    permit(ctx, "demo.manage")
    register = made_up(ctx)
    if register is False or (register is None and not demo_workbooks(ctx.settings.region)):
        return None
    told = audit.last(ctx.engine, ctx.actor.name, DEED)
    if told == LEFT:
        return None
    return told if register and told in STEPS else STEPS[0]


def go_on(ctx: Context, step: str) -> None:
    """The actor is at this step now."""
    permit(ctx, "demo.manage")
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "tour.step", step)


def leave(ctx: Context) -> None:
    """The actor has seen enough; the tour is not shown again."""
    permit(ctx, "demo.manage")
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "tour.step", LEFT)
