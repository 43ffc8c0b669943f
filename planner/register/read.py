"""A register's way through this stage: bytes -> sheets -> rows -> cases and parties, with an account of every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.errors import RegisterError
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.progress import Progress, silent
from planner.model.report import ColumnRule, ColumnUse, ImportReport, RejectedRow, RowIssue
from planner.register.account import column_uses, gaps, rejected_rows, repeated_cases, repeated_parties, report
from planner.register.cases import clean_cases, flagged
from planner.register.header import likely_header
from planner.register.identity import masked
from planner.register.known import Known, dated, with_earlier, with_untold
from planner.register.parties import NAMED_BY, clean_parties, merged
from planner.register.rows import Table, data_rows, identified, is_among, issues_of
from planner.register.sheets import SheetFound, found_in, require_register, says_made_up
from planner.register.vocabulary import MEND, columns, columns_by
from planner.register.workbook import read_sheets


@dataclass(frozen=True)
class RegisterRead:
    """What a register told.

    Attributes:
        cases, parties: CASE_TABLE, PARTY_TABLE, both in the order of filing date and case number.
        rejected: the rows that people may mend.
        mended, rejected_again: marks of rows rejected before that this register brings in, or that are wrong still.
        mends: made of such rows. whole: a register with cases, and not only mended rows or people.
        lists_people: with a sheet of its own for people. told: fields of the sheets that name people.
        made_up: it says of itself that its people are.
    """

    cases: pd.DataFrame
    parties: pd.DataFrame
    report: ImportReport
    rejected: tuple[RejectedRow, ...] = ()
    mended: tuple[str, ...] = ()
    rejected_again: tuple[str, ...] = ()
    mends: bool = False
    lists_people: bool = False
    told: frozenset[str] = frozenset()
    whole: bool = True
    made_up: bool = False


def read_register(
    files: Sequence[tuple[str, bytes]],
    id_key: bytes,
    progress: Progress = silent,
    rules: Sequence[ColumnRule] = (),
    known: Known | None = None,
) -> RegisterRead:
    """Read the files (name, bytes) of one register.

    Args:
        id_key: secret of the keyed hash of ID numbers.
        rules: what people of the court said its columns are.
        known: what earlier registers told.

    Raises:
        FileUnreadable: a file is empty, encrypted, damaged or no table.
        RegisterError: no case numbers, filing dates, debtors or addresses in any sheet, or no row below the headers;
            some sheets are made up, as they say, and others are not.
    """
    known = known or Known()
    progress("read_files", 0.0)
    sheets = [sheet for name, data in files for sheet in read_sheets(masked(name), data)]
    progress("find_headers", 0.2)
    found = found_in(sheets, columns_by(rules), updates=not known.cases.empty)
    require_register(found, updates=not known.cases.empty)
    made_up = says_made_up(found)
    tables = [sheet.table for sheet in found if sheet.table]
    rows = data_rows(tables, [*columns().case_fields, *columns().party_fields, MEND])
    if rows.empty:
        raise RegisterError("no_rows", sheets="、".join(table.label for table in tables))

    progress("clean_cases", 0.35)
    numbered, issues = identified(tables, rows)
    of_cases = numbered["table"].isin([n for n, table in enumerate(tables) if table.kind == "cases"])
    cases, repeats, found_in_cases = clean_cases(tables, dated(numbered[of_cases], tables, known))
    cases = with_untold(cases, tables, known)

    progress("clean_parties", 0.5)
    listed = numbered[~of_cases]
    orphan = ~is_among(listed["case_id"], pd.concat([cases["case_id"], known.cases["case_id"]]))
    beaten = pd.concat([repeat for _, repeat in repeats]).index
    naming = numbered.assign(in_cases=of_cases, beaten=numbered.index.isin(beaten)).loc[
        [*cases.index, *listed.index[~orphan], *beaten]
    ]
    people, found_in_parties = clean_parties(tables, naming, id_key)
    persons = merged(people)
    issues += found_in_cases + found_in_parties
    issues += issues_of(tables, listed[orphan], "orphan_party", "case_id", rejected=True)
    issues += repeated_cases(tables, repeats, persons)
    issues += repeated_parties(tables, listed[~orphan], people, persons)
    issues += gaps(tables, numbered, cases, persons, known.with_debtors)

    progress("account", 0.9)
    debtors = persons[persons["role"] == "debtor"]
    table = _case_table(with_earlier(flagged(cases, debtors), debtors, tables, known))
    mends = any(MEND in one.header.columns for one in tables)
    return RegisterRead(
        cases=table,
        parties=_party_table(persons, table),
        report=report(files, found, rows, issues),
        rejected=tuple(rejected_rows(tables, issues, id_key)),
        **_marks(tables, rows, issues),
        mends=mends,
        lists_people=any(one.kind == "parties" for one in tables),
        told=frozenset(
            field for one in tables if {*NAMED_BY} & one.header.columns.keys() for field in one.header.columns
        ),
        whole=bool(of_cases.any()) and not mends,
        made_up=made_up,
    )


def survey(
    files: Sequence[tuple[str, bytes]], rules: Sequence[ColumnRule] = ()
) -> list[tuple[SheetFound, list[ColumnUse]]]:
    """What each visible sheet and its columns would be taken for, also where the register cannot be read yet.

    Raises:
        FileUnreadable: a file is empty, encrypted, damaged or no table.
    """
    words = columns_by(rules)
    sheets = [sheet for name, data in files for sheet in read_sheets(masked(name), data)]
    told = []
    for one in found_in(sheets, words):
        header = one.header or likely_header(one.sheet, words)
        if one.kind != "hidden" and header:
            told.append((one, column_uses(one.label, header, one.sheet.cells)))
    return told


def _marks(tables: Sequence[Table], rows: pd.DataFrame, issues: Sequence[RowIssue]) -> dict[str, tuple[str, ...]]:
    """The marks of mended rows: of those that were kept, and of those that were rejected again."""
    lost = {(issue.sheet, issue.row) for issue in issues if issue.rejected}
    marked = rows[rows[MEND] != ""]
    marks: dict[str, list[str]] = {"mended": [], "rejected_again": []}
    for index, row, mark in zip(marked["table"], marked["row"], marked[MEND].astype("str"), strict=True):
        marks["rejected_again" if (tables[index].label, row) in lost else "mended"].append(mark)
    return {fate: tuple(dict.fromkeys(found)) for fate, found in marks.items()}


def _case_table(cases: pd.DataFrame) -> pd.DataFrame:
    ordered = cases.sort_values(["filed_on", "case_id"], ignore_index=True)
    return CASE_TABLE.validate(ordered[list(CASE_TABLE.columns)])


def _party_table(persons: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    dated = persons.merge(cases[["case_id", "filed_on"]], on="case_id")
    ordered = dated.sort_values(["filed_on", "case_id", "party_no"], ignore_index=True)
    return PARTY_TABLE.validate(ordered[list(PARTY_TABLE.columns)])
