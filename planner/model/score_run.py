"""A saved score: the ranking together with the visits it weighed."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from planner.model.hotspot import Hotspots


@dataclass(frozen=True)
class ScoreRun:
    """``visits``: VISIT_TABLE and ``out_of_field``: OUT_OF_FIELD_TABLE of the week after ``hotspots.as_of``.

    ``register_digest`` tells which state of the register was scored.
    """

    id: str
    created_at: datetime
    hotspots: Hotspots
    visits: pd.DataFrame
    out_of_field: pd.DataFrame
