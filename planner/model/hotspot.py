"""Which townships are hot: the borders geo -> scoring -> choice."""

from dataclasses import dataclass

import pandas as pd

from planner.model.tables import real, schema, text, whole

PARTS = ("part_filings", "part_worth", "part_livelihood", "part_backlog")
"""Score parts, in points; a township's score is their sum, and over the county they sum to 100."""

HOTSPOT_TABLE = schema(
    {
        "township_code": text(),
        "name": text(),
        "rank": whole(least=1),
        "score": real(least=0),  # points, sum of the parts below; the county sums to 100
        **{part: real(least=0) for part in PARTS},
        "p_top": real(least=0, most=1),  # P(truly among the k highest scores), over the forecast's uncertainty
        "tie_group": whole(least=1),  # townships with the same number are too close to call
        "expected_filings": real(least=0),  # cases filed in the next horizon
        "filings_low": real(least=0),  # 80 % prediction interval
        "filings_high": real(least=0),
        "open_cases": whole(least=0),
        "workable_cases": whole(least=0),  # open or revived, field scope, placed
        "workable_fen": whole(least=0),  # expected recovery of one visit to each of them, in fen
        "livelihood_cases": whole(least=0),
        "median_age_days": real(nullable=True, least=0),  # of open cases
        "claimed_fen": whole(least=0),  # of open cases
        "density_per_km2": real(least=0),  # open cases per km2
        "filings_last_year": whole(least=0),
        "filings_year_before": whole(least=0),
        "terminated_share": real(nullable=True, least=0, most=1),  # of cases ended in the last year
    },
    unique=["township_code"],
)
"""Every township once, hottest first."""

CLUSTER_TABLE = schema(
    {
        "cluster_id": whole(least=1),
        "township_code": text(),
        "label": text(),  # names of its villages, the largest first
        "cases": whole(least=1),
        "lon": real(),
        "lat": real(),
        "radius_m": real(least=0),  # 80 % of its cases lie within
        "persistence": real(least=0, most=1),  # HDBSCAN: how long the cluster lives over scales
    },
    unique=["cluster_id"],
)

UNPLACED_REASONS = ("outside", "none")


@dataclass(frozen=True)
class Hotspots:
    """A score run.

    Attributes:
        table: HOTSPOT_TABLE.
        clusters: CLUSTER_TABLE.
        points: one row per placed, workable case: case_id, township_code, village_code, lon, lat,
            cluster_id (0 = in no cluster).
        as_of: the day the score speaks of; no later filing was used.
        horizon_days: the period the forecast speaks of.
        k: how many townships were asked for (P(in top k) speaks of it).
        unplaced: open cases without a township, by reason.
        scorer: name and version of the method; params_digest: sha256 of the policy used.
    """

    table: pd.DataFrame
    clusters: pd.DataFrame
    points: pd.DataFrame
    as_of: pd.Timestamp
    horizon_days: int
    k: int
    unplaced: dict[str, int]
    scorer: str
    params_digest: str
    seed: int


@dataclass(frozen=True)
class Choice:
    """One chosen township. ``reason`` is a catalogue key ``reason.<reason>``: must_visit | highest_score |
    too_close_to_call | exploration | every_township (spread)."""

    township_code: str
    reason: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Selection:
    """The areas of a sweep, in order, each with a reason; ``left_out`` are never-visit townships."""

    choices: tuple[Choice, ...]
    left_out: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.township_code for choice in self.choices)
