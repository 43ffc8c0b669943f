"""线索: what people tell of debtors, and what became of it. Rows are only added; the state of a clue is derived."""

from planner.model.tables import day, moment, one_of, schema, text, whole

CHANNELS = ("hotline", "contact", "grid", "police", "creditor", "officer", "public")
"""热线, 庭务主任, 网格员, 派出所, 申请执行人, 执行干警, 群众."""

CLUE_KINDS = ("whereabouts", "at_home", "property", "vehicle", "vessel", "work", "dividend", "transfer", "other")
"""下落, 在家, 财产, 车辆, 船舶, 务工, 村集体分红, 转移财产, 其他."""

TRUST = ("high", "medium", "low")

CLUE_MARKS = (
    "no_person",
    "unknown_person",
    "unknown_case",
    "seen_in_future",
    "until_before_seen",
    "expired",
    "no_time",
)
"""What is odd about a clue (catalogue ``clue_mark.<mark>``); it is kept all the same."""

CLUE_TABLE = schema(
    {
        "clue_id": text(),
        "at": moment(),  # when it was taken in
        "by": text(),
        "channel": one_of(CHANNELS),
        "kind": one_of(CLUE_KINDS),
        "trust": one_of(TRUST),
        "contact_village": text(nullable=True),  # the village whose contact told it
        "township_code": text(nullable=True),
        "village_code": text(nullable=True),
        "seen_on": day(),
        "seen_min": whole(nullable=True, least=0),
        "good_until": day(nullable=True),  # the last day on which it may be worth following
        "until_min": whole(nullable=True, least=0),
        "marks": text(),  # CLUE_MARKS joined by ";"
        "reporter": text(nullable=True),
        "person": text(nullable=True),  # of whom it tells
        "words": text(),  # as they came, numbers of IDs starred out
    },
    unique=["clue_id"],
)
"""One row per clue."""

CLUE_WORDS = ("matched", "unmatched", "joined", "dismissed", "confirmed", "accepted", "declined", "reopened")
"""What was said of a clue: it means these cases; none is known; it tells the same as ``other``; it leads nowhere; it
proved true; the plan ``other`` was made for it; no plan is to be made for it; that is open again."""

CLUE_WORD_TABLE = schema(
    {
        "word_id": text(),
        "clue_id": text(),
        "at": moment(),
        "by": text(),
        "word": one_of(CLUE_WORDS),
        "case_ids": text(),  # joined by ";", with ``matched``
        "other": text(nullable=True),
        "reason": text(),  # why it was matched: MATCH_REASONS, or "person" where a person said so
    },
    unique=["word_id"],
)
"""One row per word on a clue, in the order in which they were said."""

CLUE_STATES = ("waiting", "matched", "confirmed", "joined", "dismissed")

MATCH_REASONS = ("case_number", "name_village", "name_township", "name_only", "name_elsewhere", "name_near")
"""案号一致; 同名同村; 同名同乡镇; 全县只此一人同名; 同名，地点不同; 姓名相近且同村."""
