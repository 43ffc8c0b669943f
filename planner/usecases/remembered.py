"""What a use case came to is remembered until somebody does something: nothing is worked out twice for a mere look.

Every change of what the store knows is written down in the audit within the same transaction, and each row of it seals
all rows before: the seal of the last deed names the state of the whole store. Permission is asked by each use case
before it looks here; what is personal is not remembered.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar

from planner.model.units import BEIJING
from planner.store.audit import last_deed
from planner.store.kept import Kept
from planner.usecases.context import Context

Made = TypeVar("Made")

REMEMBERED = Kept(96)
WORKED_OUT = Kept(512)


def remembered(ctx: Context, what: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What ``make`` gave of this state of the store, on this day in Beijing, by this region and policy.

    ``what`` names the question and all that it was asked with.
    """
    day = ctx.clock().astimezone(BEIJING).date()
    return REMEMBERED.get(ctx.engine, (what, last_deed(ctx.engine), day), make, ctx.region, ctx.policy)


def worked_out(ctx: Context, what: tuple[Hashable, ...], make: Callable[[], Made], *of: object) -> Made:
    """What ``make`` gave of things that never change, as a plan's view or a score, and are told apart by identity.

    A page asks here for what it says of them, in which language stands in ``what`` too, so that a rerun only draws. It
    asks for nothing that the person may not see, and for nothing personal: a view with people in it is another view.
    """
    return WORKED_OUT.get(ctx.engine, what, make, *of)
