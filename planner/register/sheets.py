"""Which sheets hold cases, which hold parties, and whether together they are a register."""

from collections import Counter
from collections.abc import Sequence

from planner.errors import RegisterError
from planner.register.header import Header, find_header
from planner.register.parties import ADDRESSES
from planner.register.rows import Table
from planner.register.vocabulary import columns, plain
from planner.register.workbook import Sheet

SHOWN_HEADERS = 40


def labels_of(sheets: Sequence[Sheet]) -> list[str]:
    """A name for each sheet that no other sheet of the import has."""
    names = Counter(sheet.name for sheet in sheets)
    labels = [s.name if names[s.name] == 1 else f"{s.file} / {s.name}" for s in sheets]
    seen: Counter[str] = Counter()
    for n, label in enumerate(labels):
        seen[label] += 1
        labels[n] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return labels


def recognised(sheets: Sequence[Sheet]) -> list[Table | None]:
    """Each sheet as a table of cases or parties; None where it is hidden, has no case numbers, or nothing else.

    Raises:
        RegisterError: the sheets together lack case numbers, filing dates, debtors or addresses.
    """
    headers = [None if sheet.hidden else find_header(sheet) for sheet in sheets]
    kinds = _kinds(headers)
    tables = [
        Table(label, sheet.file, kind, header, sheet.cells) if header and kind else None
        for label, sheet, header, kind in zip(labels_of(sheets), sheets, headers, kinds, strict=True)
    ]
    _require(sheets, headers, [table for table in tables if table])
    return tables


def _kinds(headers: Sequence[Header | None]) -> list[str | None]:
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
            kinds.append("parties" if "case_id" in of_sheet and names & of_sheet else None)
    return kinds


def _require(sheets: Sequence[Sheet], headers: Sequence[Header | None], tables: Sequence[Table]) -> None:
    """The least that a register must have, in the order in which a person would mend it."""
    seen = {field for header in headers if header for field in header.columns}
    read = {field for table in tables for field in table.header.columns}
    dated = any(table.kind == "cases" for table in tables)
    for key, there, fields in (
        ("no_case_number_column", "case_id" in seen, ("case_id",)),
        ("no_filing_date_column", dated, ("filed_on",)),
        ("no_debtor_column", bool({"party", "debtor"} & read), ("debtor", "party")),
        ("no_address_column", bool({*ADDRESSES} & read), ADDRESSES),
    ):
        if not there:
            accepted = "、".join(name for field in fields for name in columns().accepted[field])
            raise RegisterError(key, found=_headers_found(sheets, headers), accepted=accepted)


def _headers_found(sheets: Sequence[Sheet], headers: Sequence[Header | None]) -> str:
    """The headers of each sheet; where none was recognised, its first row that has several texts."""
    told = []
    for label, sheet, header in zip(labels_of(sheets), sheets, headers, strict=True):
        if sheet.hidden:
            continue
        labels = header.labels if header else next((row for row in sheet.cells if sum(map(bool, row)) > 1), ())
        names = [plain(text).replace("\n", "") for text in labels if text.strip()]
        told.append(f"{label}：{'、'.join(names[:SHOWN_HEADERS]) or '—'}")
    return "；".join(told)
