"""What a week's sweep of one county is worth with 0, 1, 2, .. squads.

The areas of the sweep stand; a squad-day has ``net`` minutes for visits in each of them and a visit takes its minutes
and the cheapest leg into it (both of planner.routing.capacity, so no routes can collect more). Visits are taken by
points for the squad-day that they use, the last one in part: the linear relaxation of laying alike squads over the
areas. It is concave: each squad adds no more than the one before.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def worth_of_squads(prize: Floats, days: Floats, squad_days: Sequence[float]) -> tuple[int, ...]:
    """Whole points with 0, 1, .. squads.

    Args:
        prize: (v,) points. days: (v,) squad-days that each visit uses. squad_days: (n,) that 0, 1, .. squads have.
    """
    order = np.argsort(-prize / np.maximum(days, 1e-9), kind="stable")
    filled = np.concatenate([[0.0], np.cumsum(days[order])])
    total = np.interp(squad_days, filled, np.concatenate([[0.0], np.cumsum(prize[order])]))
    gains = np.minimum.accumulate(np.floor(np.diff(total, prepend=0.0))[1:])  # concave in spite of rounding
    return (0, *np.cumsum(gains).astype(int).tolist())
