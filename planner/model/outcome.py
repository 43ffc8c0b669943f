"""What became of a visit: the border field -> review. Rows are only added; a correction is a new row."""

from planner.model.tables import day, flag, moment, one_of, schema, text, whole

OUTCOMES = ("not_found", "found", "summoned", "detained", "fined", "paid", "sealed", "refused", "moved_away")
"""未找到, 找到, 拘传, 拘留, 罚款, 履行到位, 查封, 拒不配合, 已搬离."""

AWAY = frozenset({"not_found", "moved_away"})
"""Nobody was met: none of the others can go with these."""

NEXT_STEPS = ("none", "again", "search", "asset_disposal", "terminate", "contact_urges", "settle")
"""无, 再访, 搜查, 移送财产处置, 终本, 庭务主任督促, 和解."""

MARKS = (
    "not_on_plan",
    "kind_unknown",
    "kinds_conflict",
    "amount_unclear",
    "amount_unread",
    "amount_missing",
    "more_than_owed",
    "time_unread",
    "before_sweep",
    "other_day",
    "in_future",
    "superseded_plan",
    "told_twice",
    "corrects_unknown",
)
"""Why a person must look at an outcome before it counts (catalogue ``mark.<mark>``)."""

SOURCES = ("page", "card")

OUTCOME_TABLE = schema(
    {
        "outcome_id": text(),  # made by whoever records it, so that the same row brought twice counts once
        "at": moment(),  # when it reached the planner
        "by": text(),
        "plan_id": text(),
        "visit_id": text(),  # as it was told: it may be on no plan
        "squad_id": text(),
        "day": day(),  # when it happened
        "minute": whole(nullable=True, least=0),
        "kinds": text(),  # OUTCOMES joined by ";"
        "paid_fen": whole(nullable=True, least=0),
        "fine_fen": whole(nullable=True, least=0),
        "next_step": one_of(NEXT_STEPS),
        "note": text(nullable=True),
        "told": text(nullable=True),  # the amounts and the time as they were written, where that was unclear
        "marks": text(),  # MARKS joined by ";"; without any it counts
        "corrects": text(nullable=True),  # the outcome in whose place this one stands
        "withdrawn": flag(),  # it only says that the outcome it corrects does not count
        "source": one_of(SOURCES),
        "card_id": text(nullable=True),
    },
    unique=["outcome_id"],
)
"""One row per word on a visit, in the order in which they reached the planner."""

PAPER_STATES = ("approved", "refused", "withdrawn")
"""What was said of a paper: 已批准 (a notice: 已送达), 不批准, or that word taken back."""
