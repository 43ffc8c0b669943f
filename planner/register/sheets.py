"""Which sheets hold cases, which hold parties, and whether together they are a register."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import RegisterError
from planner.register.header import Header, find_header
from planner.register.identity import masked
from planner.register.parties import ADDRESSES
from planner.register.rows import Table
from planner.register.sheet import Sheet
from planner.register.vocabulary import Columns, columns, plain

SHOWN_HEADERS = 40

MADE_UP = re.compile("示例数据.*虚构")
"""What a made-up register says of itself above its headers."""


def labels_of(sheets: Sequence[Sheet]) -> list[str]:
    """A name for each sheet that no other sheet of the import has."""
    told = [masked(sheet.name) for sheet in sheets]
    names = Counter(told)
    labels = [n if names[n] == 1 else f"{masked(s.file)} / {n}" for n, s in zip(told, sheets, strict=True)]
    seen: Counter[str] = Counter()
    for n, label in enumerate(labels):
        seen[label] += 1
        labels[n] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return labels


@dataclass(frozen=True)
class SheetFound:
    """A sheet and what it was taken for. ``kind`` is one of SHEET_KINDS; ``table`` None where it is not read."""

    sheet: Sheet
    label: str
    kind: str
    header: Header | None
    table: Table | None


def found_in(sheets: Sequence[Sheet], words: Columns, updates: bool = False) -> list[SheetFound]:
    """Each sheet as a table of cases or parties; ignored where it has no case numbers, or nothing else.

    Args:
        updates: cases are known already, so that a sheet may tell of them without their filing dates.
    """
    headers = [None if sheet.hidden else find_header(sheet, words) for sheet in sheets]
    found = []
    for sheet, label, header, kind in zip(sheets, labels_of(sheets), headers, _kinds(headers, updates), strict=True):
        table = Table(label, sheet.file, kind, header, sheet.cells) if header and kind else None
        found.append(SheetFound(sheet, label, kind or ("hidden" if sheet.hidden else "ignored"), header, table))
    return found


def _kinds(headers: Sequence[Header | None], updates: bool) -> list[str | None]:
    """A sheet with filing dates holds cases, unless it lists people with roles and another sheet holds the cases."""
    fields = [header.columns.keys() if header else frozenset() for header in headers]
    dated = [{"case_id", "filed_on"} <= of_sheet for of_sheet in fields]
    people = [{"party", "role"} <= of_sheet for of_sheet in fields]
    plain_cases = any(has_date and not lists for has_date, lists in zip(dated, people, strict=True))
    names = {"party", "debtor", "creditor", *ADDRESSES}
    kinds: list[str | None] = []
    for of_sheet, has_date, lists in zip(fields, dated, people, strict=True):
        if has_date and not (lists and plain_cases):
            kinds.append("cases")
        else:
            of_cases = updates and bool({*columns().case_fields[1:]} & of_sheet)
            kind = "parties" if names & of_sheet else "cases" if of_cases else None
            kinds.append(kind if "case_id" in of_sheet else None)
    return kinds


def says_made_up(found: Sequence[SheetFound]) -> bool:
    """Whether the sheets that are read say of themselves that their people are made up.

    Raises:
        RegisterError: some of them do, and others do not.
    """
    said = {one.label: _says_made_up(one.table) for one in found if one.table}
    if len(set(said.values())) > 1:
        made_up, real = ("、".join(label for label, says in said.items() if says == kind) for kind in (True, False))
        raise RegisterError("made_up_among_real", made_up=made_up, real=real)
    return any(said.values())


def _says_made_up(table: Table) -> bool:
    titles = table.cells[: table.header.first - 1]
    return any(MADE_UP.search(plain(cell)) for row in titles for cell in row)


def require_register(found: Sequence[SheetFound], updates: bool) -> None:
    """The least that a register must have, in the order in which a person would mend it.

    Args:
        updates: cases are known already, so that dates, people and addresses may come in other files.

    Raises:
        RegisterError: the sheets together lack case numbers, filing dates, debtors or addresses.
    """
    seen = {field for sheet in found if sheet.header for field in sheet.header.columns}
    tables = [sheet.table for sheet in found if sheet.table]
    read = {field for table in tables for field in table.header.columns}
    dated = any(table.kind == "cases" for table in tables)
    told = dated or (updates and bool(tables))
    for key, there, fields in (
        ("no_case_number_column", "case_id" in seen, ("case_id",)),
        ("no_filing_date_column", told, ("filed_on",)),
        ("no_debtor_column", updates or bool({"party", "debtor"} & read), ("debtor", "party")),
        ("no_address_column", updates or bool({*ADDRESSES} & read), ADDRESSES),
    ):
        if not there:
            accepted = "、".join(name for field in fields for name in columns().accepted[field])
            raise RegisterError(key, found=_headers_found(found), accepted=accepted)


def _headers_found(found: Sequence[SheetFound]) -> str:
    """The headers of each sheet. Where none was recognised, no cell is repeated: its first row may be people."""
    told = []
    for one in found:
        if one.kind == "hidden":
            continue
        names = [masked(plain(text)).replace("\n", "") for text in one.header.labels if text] if one.header else []
        told.append(f"{one.label}：{'、'.join(names[:SHOWN_HEADERS]) or '—'}")
    return "；".join(told)
