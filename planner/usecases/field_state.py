"""What is known of some visits by now."""

from collections.abc import Sequence

import pandas as pd

from planner.review.outcomes import alive
from planner.store import outcomes, plans
from planner.usecases.context import Context, permit


def told_of_day(ctx: Context, plan_id: str, visit_ids: Sequence[str], squad_id: str | None = None) -> pd.DataFrame:
    """OUTCOME_TABLE and ``stands`` of what stands or is held of some visits, under this plan or those of its family.

    Raises:
        Denied: the actor may not see this squad's visits.
    """
    permit(ctx, "outcome.record", squad_id)
    told = outcomes.outcomes(ctx.engine, plans.family(ctx.engine, plan_id), visit_ids)
    return alive(told).reset_index(drop=True)
