"""The made-up register to learn on: taken in by one wish, never among real cases, and taken out again."""

from planner.errors import Impossible, RequestError
from planner.files.demo import DEMO_FOLDER, demo_workbooks
from planner.model.job import SILENCE
from planner.store import emptied, imports
from planner.usecases.context import Context, permit


def made_up(ctx: Context) -> bool | None:
    """Whether the people of this installation are made up; None: it holds no register yet."""
    return imports.is_made_up(ctx.engine)


def demo_register(ctx: Context) -> list[tuple[str, bytes]]:
    """The workbooks (name, bytes) of the region's made-up register.

    Raises:
        RequestError: its folder holds none.
    """
    permit(ctx, "demo.manage")
    found = demo_workbooks(ctx.settings.region)
    if not found:
        raise RequestError("no_made_up_register", folder=str(ctx.settings.region / DEMO_FOLDER))
    return found


def require_empty(ctx: Context) -> None:
    """The made-up register comes into an empty installation only.

    Raises:
        Impossible: a register is in already. RequestError: as :func:`demo_register`.
    """
    if made_up(ctx) is not None:
        raise Impossible("register_there")
    demo_register(ctx)


def start_over(ctx: Context) -> int:
    """Take a made-up register out again, with all that followed from it; accounts and the audit log stay.

    Returns how many cases there were. Raises Impossible: the register is a real one, or a job is under way.
    """
    permit(ctx, "demo.manage")
    return emptied.start_over(ctx.engine, SILENCE, at=ctx.clock(), by=ctx.actor.name)
