"""Cases that leave the field plan: rows are only added, the last word on a case counts."""

from planner.model.tables import day, moment, one_of, schema, text

ACTIONS = ("urged", "handed_over", "relief", "back")
"""督促履行 until a deadline; 移送 to another team; 司法救助; 回到走访."""

TEAMS = ("asset_disposal", "terminated", "review")
"""财产处置, 终本管理, 审查: the teams of the bureau that do not visit."""

REASONS = (
    "small_claim",
    "officers_propose",
    "sealed_property",
    "nothing_found",
    "livelihood_unable",
    "settled",
    "not_settled",
    "returned",
    "person",
)
"""Why (catalogue ``triage_reason.<reason>``)."""

CASE_ACTION_TABLE = schema(
    {
        "action_id": text(),
        "at": moment(),
        "by": text(),
        "case_id": text(),
        "action": one_of(ACTIONS),
        "until": day(nullable=True),  # of ``urged``: the last day; after it the case is back by itself
        "team": one_of(TEAMS, nullable=True),  # of ``handed_over``
        "village_code": text(nullable=True),  # of ``urged``: whose contact urges
        "reason": one_of(REASONS),
        "note": text(nullable=True),
    },
    unique=["action_id"],
)
"""One row per word on where a case is worked."""
