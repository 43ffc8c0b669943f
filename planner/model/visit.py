"""What a visit to a debtor is worth, and why: the border scoring -> routing."""

from planner.model.case import SCOPES
from planner.model.place import POINT_SOURCES
from planner.model.policy import WorthPolicy
from planner.model.tables import one_of, real, schema, text, whole

PAPERS = ("summons", "search_warrant", "detention_decision", "notice_to_attend")
"""拘传票, 搜查令, 拘留决定书, 到场通知: what a visit may have to carry."""

VISIT_TABLE = schema(
    {
        "visit_id": text(),  # stable over score runs: of the debtor and the place
        "case_ids": text(),  # of this debtor at this place, joined by ";", the largest claim first
        "cases": whole(least=1),
        "party_no": whole(least=1),  # the debtor, as party of the first case
        "township_code": text(),
        "village_code": text(nullable=True),
        "lon": real(),
        "lat": real(),
        "point_source": one_of(POINT_SOURCES),
        "claimed_fen": whole(least=0),  # still owed, all its cases
        "recovery_share": real(least=0, most=1),  # of what is owed (capped), if the debtor is found
        "p_base": real(least=0, most=1),  # chance to find someone on an ordinary day
        "f_season": real(least=0),  # factors on that chance: fishing season, clue, age, place known how well
        "f_clue": real(least=0),
        "f_age": real(least=0),
        "f_place": real(least=0),
        "p_find": real(least=0, most=1),  # p_base x the factors, capped by policy; see chance_at for the hour
        "expected_fen": whole(least=0),  # p_find x recovery_share x claimed_fen after the cap
        "points_money": real(least=0),  # worth in points, parts of the prize
        "points_livelihood": real(least=0),
        "points_age": real(least=0),
        "points_clue": real(least=0),
        "prize": whole(least=1),  # sum of the points, rounded: what the routes collect
        "duration_min": whole(least=1),
        "open_min": whole(least=0),  # the visit starts within [open, close], minutes of the day
        "close_min": whole(least=0),
        "needs": text(),  # skills the squad must have, joined by ";" (region.SKILLS)
        "papers": text(),  # PAPERS joined by ";"
    },
    unique=["visit_id"],
)
"""One row per debtor and place that a squad may visit."""

OUT_OF_FIELD_REASONS = (*SCOPES[1:], "unplaced", "outside", "nothing_owed")

OUT_OF_FIELD_TABLE = schema(
    {
        "case_id": text(),
        "reason": one_of(OUT_OF_FIELD_REASONS),
    },
    unique=["case_id"],
)
"""Open cases that no visit can serve, each with its reason."""


def chance_at(p_find: float, start: int, policy: WorthPolicy) -> float:
    """Chance to find someone when a visit starts at a minute of the day: people are home early and late."""
    at_home = start < policy.home_until or start >= policy.home_from
    return min(policy.p_find_most, p_find * (policy.hour_at_home if at_home else 1.0))
