"""What earlier registers told: a later file may bring only dates, only people, or only mended rows."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import pandas as pd

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.tables import empty
from planner.register.cases import GROUP_LEAST

OF_DEBTORS = {"fisher": "fisher", "female_debtor": "female"}
"""Flags of a case that its debtors tell."""


@dataclass(frozen=True)
class Known:
    """``cases``: CASE_TABLE as stored; ``with_debtors``: those whose debtors are known."""

    cases: pd.DataFrame = field(default_factory=lambda: empty(CASE_TABLE))
    with_debtors: frozenset[str] = frozenset()


def with_earlier(cases: pd.DataFrame, debtors: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The cases of a register, and those known before of which it only names people, with flags that hold for both.

    Args:
        cases: CASE_TABLE of the register. debtors: case_id, fisher, female: one row per debtor it names.
    """
    if known.cases.empty:
        return cases
    named_only = known.cases[known.cases["case_id"].isin(debtors["case_id"])]
    named_only = named_only[~named_only["case_id"].isin(cases["case_id"])]
    both = pd.concat([cases, named_only], ignore_index=True)
    before = known.cases.set_index("case_id")
    told_here = both["case_id"].isin(debtors["case_id"]) & ~both["case_id"].isin(named_only["case_id"])
    for flag, of_debtor in OF_DEBTORS.items():
        earlier = both["case_id"].isin(before.index[before[flag]]) & ~told_here
        both[flag] |= earlier | both["case_id"].isin(debtors.loc[debtors[of_debtor], "case_id"])
    series = pd.concat([both, known.cases]).drop_duplicates("case_id")["series"].value_counts()
    both["group_case"] |= both["series"].map(series).fillna(0) >= GROUP_LEAST
    return both


def joined(known: pd.DataFrame, parties: pd.DataFrame) -> pd.DataFrame:
    """Mended rows tell of single people: the others of the case stay, and so do details that are not told again.

    Args:
        known, parties: PARTY_TABLE, stored and mended.

    Returns:
        PARTY_TABLE of all cases of ``parties``. People known before keep their number.
    """
    columns = list(PARTY_TABLE.columns)
    people: dict[str, list[dict[Hashable, object]]] = {case_id: [] for case_id in parties["case_id"]}
    for row in _records(known[known["case_id"].isin(people)]):
        people[str(row["case_id"])].append(row)
    for told in _records(parties):
        of_case = people[str(told["case_id"])]
        before = next((person for person in of_case if _same_person(person, told)), None)
        if before is None:
            of_case.append(told | {"party_no": 1 + max((int(str(p["party_no"])) for p in of_case), default=0)})
        else:
            before |= {name: value for name, value in told.items() if value is not None and name != "party_no"}
    rows = [row for of_case in people.values() for row in of_case]
    frame = pd.DataFrame(rows, columns=columns).astype(dict(parties.dtypes))
    return PARTY_TABLE.validate(frame.sort_values(["case_id", "party_no"], ignore_index=True))


def _records(frame: pd.DataFrame) -> list[dict[Hashable, object]]:
    """Rows with None where a value is missing."""
    return frame.astype("object").where(frame.notna(), None).to_dict("records")


def _same_person(one: dict[Hashable, object], other: dict[Hashable, object]) -> bool:
    """One name in one role, and no ID number that speaks against it."""
    numbers = {one["id_hash"], other["id_hash"]} - {None}
    return all(one[field] == other[field] for field in ("role", "name")) and len(numbers) <= 1
