"""What a week asks for before it begins, and how its work lies on the squads: the border plan -> people."""

from planner.model.tables import day, one_of, schema, text, whole
from planner.model.visit import PAPERS

RECIPIENTS = ("president", "village")
"""Who a paper goes to before the week: the president, who approves it, or the village, which is told to attend."""

APPROVED_BY_PRESIDENT = ("summons", "search_warrant", "detention_decision")
"""民诉法 119 (拘传, 拘留), 解释 496 (搜查令). The other papers are sent to the village (民诉法 256, 解释 496)."""

PAPER_TABLE = schema(
    {
        "day": day(),
        "squad_id": text(),
        "visit_id": text(),
        "case_ids": text(),  # joined by ";"
        "township_code": text(),
        "village_code": text(nullable=True),
        "paper": one_of(PAPERS),
        "goes_to": one_of(RECIPIENTS),
        "due": day(),  # the last working day before the week
    },
    unique=["visit_id", "paper"],
)
"""One row per paper of a planned visit. No names of people."""

BAILIFF_TABLE = schema(
    {
        "base_id": text(),
        "day": day(),
        "bailiffs": whole(least=1),  # one for each squad that makes such a visit
        "own_bailiffs": whole(least=0),  # members of those squads who are bailiffs
        "visits": whole(least=1),
        "first_min": whole(least=0),  # the first such visit starts, the last one ends
        "last_min": whole(least=0),
        "ask_by": day(),
    },
    unique=["base_id", "day"],
)
"""One row per base and day on which a planned visit needs a bailiff."""

LOAD_TABLE = schema(
    {
        "squad_id": text(),
        "days_out": whole(least=0),
        "away_min": whole(least=0),  # from leaving the base to being back
        "drive_min": whole(least=0),
        "visits": whole(least=0),
        "loan_days": whole(least=0),  # outside the jurisdiction of the squad's base
        "island_days": whole(least=0),  # by ferry
        "early_days": whole(least=0),  # away before ordinary duty starts
        "late_days": whole(least=0),  # back after ordinary duty ends
    },
    unique=["squad_id"],
)
"""One row per squad of a plan. Days without a visit do not count."""
