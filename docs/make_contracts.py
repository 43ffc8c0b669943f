"""Write docs/contracts.md from the table contracts, so that it cannot drift: `python docs/make_contracts.py`."""

from pathlib import Path

import pandera.pandas as pa

from planner.model.ahead import BAILIFF_TABLE, LOAD_TABLE, PAPER_TABLE
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.clue import CLUE_TABLE, CLUE_WORD_TABLE
from planner.model.hotspot import CLUSTER_TABLE, HOTSPOT_TABLE
from planner.model.outcome import OUTCOME_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.province import PROVINCE_TOWNSHIP_TABLE
from planner.model.region import ALIAS_TABLE, CONTACT_TABLE, TOWNSHIP_TABLE, VILLAGE_TABLE
from planner.model.triage import CASE_ACTION_TABLE
from planner.model.visit import OUT_OF_FIELD_TABLE, VISIT_TABLE

HEAD = """# Contracts

Units first: money is whole **fen** (1/100 yuan), time of day is whole **minutes from 00:00** local time, durations
are whole minutes, length is metres, coordinates are WGS-84 degrees, dates have no time, prize and score are points.
A township is named by its 9-digit code, a village by its 12-digit code.

| border | value | promises |
|---|---|---|
| register -> geo | CASE_TABLE, PARTY_TABLE, ImportReport | every row read is kept, or rejected with its reason |
| geo -> scoring | PLACED_TABLE | every debtor once, one lead a case; unplaced rows stay in |
| scoring -> choice | Hotspots (HOTSPOT_TABLE, CLUSTER_TABLE) | every township once; score = sum of its parts |
| scoring -> routing | VISIT_TABLE, OUT_OF_FIELD_TABLE | every open case is in one visit, or listed with a reason |
| choice -> routing | Selection | ordered codes, each with a reason |
| files -> geo | Roads | cut at junctions; one-way edges run in the direction of travel; equal by digest |
| geo -> routing | TravelMatrix, Reach | whole minutes from row to column; -1: no way; ferries by timetable |
| into a solver | SweepProblem | frozen, ints and indices, no geography |
| out of a solver | Solution, then SweepPlan | immutable; a replan is a new plan with a parent |
| plan -> people | PAPER_TABLE, BAILIFF_TABLE, LOAD_TABLE | what must be asked for before the week; no names of people |
| plan -> field | RouteDay | one squad's day with its people; each look is in the audit log |
| field -> review | OUTCOME_TABLE | a correction is a new row; what is unclear is marked and does not count |
| people -> field | CLUE_TABLE, CLUE_WORD_TABLE | every clue is kept; its state follows from the last word on it |
| counties -> province | PROVINCE_TOWNSHIP_TABLE | every township of a county that was done, one row; no personal data |

This page is written by `docs/make_contracts.py` from `planner/model`; a test keeps it true.
"""

TABLES = {
    "CASE_TABLE": CASE_TABLE,
    "PARTY_TABLE": PARTY_TABLE,
    "PLACED_TABLE": PLACED_TABLE,
    "TOWNSHIP_TABLE": TOWNSHIP_TABLE,
    "VILLAGE_TABLE": VILLAGE_TABLE,
    "ALIAS_TABLE": ALIAS_TABLE,
    "CONTACT_TABLE": CONTACT_TABLE,
    "HOTSPOT_TABLE": HOTSPOT_TABLE,
    "CLUSTER_TABLE": CLUSTER_TABLE,
    "VISIT_TABLE": VISIT_TABLE,
    "OUT_OF_FIELD_TABLE": OUT_OF_FIELD_TABLE,
    "PAPER_TABLE": PAPER_TABLE,
    "BAILIFF_TABLE": BAILIFF_TABLE,
    "LOAD_TABLE": LOAD_TABLE,
    "OUTCOME_TABLE": OUTCOME_TABLE,
    "CLUE_TABLE": CLUE_TABLE,
    "CLUE_WORD_TABLE": CLUE_WORD_TABLE,
    "CASE_ACTION_TABLE": CASE_ACTION_TABLE,
    "PROVINCE_TOWNSHIP_TABLE": PROVINCE_TOWNSHIP_TABLE,
}


def _row(name: str, column: pa.Column) -> str:
    kind = (
        str(column.dtype)
        .replace("string[pyarrow]", "text")
        .replace("datetime64[ns]", "date")
        .replace("datetime64[us, UTC]", "moment")
    )
    allowed = "; ".join(str(check.error) for check in column.checks)
    return f"| {name} | {kind} | {'may be missing' if column.nullable else ''} | {allowed} |"


def contracts() -> str:
    parts = [HEAD]
    for name, table in TABLES.items():
        parts.append(f"\n## {name}\n\nUnique: {', '.join(table.unique or [])}.\n")
        parts.append("| column | type | missing | allowed |\n|---|---|---|---|")
        parts.extend(_row(column_name, column) for column_name, column in table.columns.items())
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("contracts.md").write_text(contracts(), encoding="utf-8")
