"""What earlier registers told: a later file may bring only dates, only people, or only mended rows."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.tables import empty
from planner.register.cases import GROUP_LEAST
from planner.register.parties import ADDRESSES
from planner.register.rows import Table

OF_DEBTORS = {"fisher": "fisher", "female_debtor": "female"}
"""Flags of a case that its debtors tell."""


CLOSING = ("closed_on", "closing", "closing_reason")
"""Columns that tell whether a case is closed."""


@dataclass(frozen=True)
class Known:
    """``cases``: CASE_TABLE as stored; ``with_debtors``: those whose debtors are known."""

    cases: pd.DataFrame = field(default_factory=lambda: empty(CASE_TABLE))
    with_debtors: frozenset[str] = frozenset()


def dated(rows: pd.DataFrame, tables: Sequence[Table], known: Known) -> pd.DataFrame:
    """Rows of sheets without a column of filing dates, dated as their cases are known."""
    undated = [n for n, table in enumerate(tables) if "filed_on" not in table.header.columns]
    untold = rows["table"].isin(undated)
    if known.cases.empty or not untold.any():
        return rows
    filed = known.cases.set_index("case_id")["filed_on"].dt.strftime("%Y-%m-%d")
    told = rows["filed_on"].astype("str")
    return rows.assign(filed_on=told.mask(untold, rows["case_id"].map(filed).fillna("")))


def with_untold(cases: pd.DataFrame, tables: Sequence[Table], known: Known) -> pd.DataFrame:
    """What a case's sheet has no column for stays as it is known: a file of closings does not blank the claims.

    Args:
        cases: as from clean_cases, with ``table``, the sheet that each row came from.
    """
    if known.cases.empty:
        return cases
    before = known.cases.set_index("case_id").reindex(cases["case_id"]).set_index(cases.index)
    there = before["status"].notna()
    cases = cases.copy()
    for n, table in enumerate(tables):
        told = table.header.columns.keys()
        here = there & (cases["table"] == n)
        still_closed = here if not {*CLOSING} & told else here & (cases["status"] != "open")
        for name in CASE_TABLE.columns:
            if name in told or name not in cases or name in ("case_id", "case_type", "filed_on"):
                continue
            of_closing = name in (*CLOSING, "status")
            if name == "status" and {*CLOSING} & told:
                continue
            cases[name] = cases[name].mask(still_closed if of_closing else here, before[name])
    return cases


def with_earlier(cases: pd.DataFrame, debtors: pd.DataFrame, tables: Sequence[Table], known: Known) -> pd.DataFrame:
    """The cases of a register, and those known before of which it only names people, with flags that hold for both.

    Args:
        cases: CASE_TABLE of the register. debtors: case_id, fisher, female: one row per debtor it names.
    """
    if known.cases.empty:
        return cases
    cases = cases.copy()
    without_reason = [n for n, table in enumerate(tables) if "closing_reason" not in table.header.columns]
    scope = cases["case_id"].map(known.cases.set_index("case_id")["scope"])
    unsaid = cases["table"].isin(without_reason) & (cases["scope"] == "field") & scope.notna()
    cases["scope"] = cases["scope"].mask(unsaid, scope)
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


def with_details(known: pd.DataFrame, parties: pd.DataFrame, told: frozenset[str]) -> pd.DataFrame:
    """The people of a whole register; who is known keeps the details that it has no column for.

    Args:
        known, parties: PARTY_TABLE, stored and read. told: fields that the register has columns for.
    """
    person = ["case_id", "role", "name"]
    earlier = known.drop_duplicates(person, keep=False).set_index(person)
    before = earlier.reindex(pd.MultiIndex.from_frame(parties[person])).set_index(parties.index)
    same = before["id_hash"].isna() | parties["id_hash"].isna() | (before["id_hash"] == parties["id_hash"])
    filled = {name: parties[name].fillna(before[name].where(same)) for name in _untold(told)}
    return PARTY_TABLE.validate(parties.assign(**filled))


DETAILS = ("id_hash", "phone", *ADDRESSES, "x", "y")
COLUMN_OF = {"id_hash": "id_number"}


def _untold(told: frozenset[str]) -> list[str]:
    return [name for name in DETAILS if COLUMN_OF.get(name, name) not in told]


def joined(known: pd.DataFrame, parties: pd.DataFrame, told: frozenset[str] = frozenset()) -> pd.DataFrame:
    """A file that does not list all people tells of single ones: the others of the case stay, and so do details.

    Args:
        known, parties: PARTY_TABLE, stored and read. told: fields whose blanks count, too.

    Returns:
        PARTY_TABLE of all cases of ``parties``. People known before keep their number.
    """
    columns = list(PARTY_TABLE.columns)
    new = parties[~parties["case_id"].isin(known["case_id"])]
    parties = parties[parties["case_id"].isin(known["case_id"])]
    people: dict[str, list[dict[Hashable, object]]] = {case_id: [] for case_id in parties["case_id"]}
    for row in _records(known[known["case_id"].isin(people)]):
        people[str(row["case_id"])].append(row)
    untold = _untold(told)
    for person in _records(parties):
        of_case = people[str(person["case_id"])]
        before = next((other for other in of_case if _same_person(other, person)), None)
        if before is None:
            of_case.append(person | {"party_no": 1 + max((int(str(p["party_no"])) for p in of_case), default=0)})
        else:
            blank = [name for name in person if name in untold and person[name] is None]
            before |= {name: value for name, value in person.items() if name not in ("party_no", *blank)}
    rows = [row for of_case in people.values() for row in of_case]
    frame = pd.concat([pd.DataFrame(rows, columns=columns).astype(dict(parties.dtypes)), new])
    return PARTY_TABLE.validate(frame.sort_values(["case_id", "party_no"], ignore_index=True))


def _records(frame: pd.DataFrame) -> list[dict[Hashable, object]]:
    """Rows with None where a value is missing."""
    return frame.astype("object").where(frame.notna(), None).to_dict("records")


def _same_person(one: dict[Hashable, object], other: dict[Hashable, object]) -> bool:
    """One name in one role, and no ID number that speaks against it."""
    numbers = {one["id_hash"], other["id_hash"]} - {None}
    return all(one[field] == other[field] for field in ("role", "name")) and len(numbers) <= 1
