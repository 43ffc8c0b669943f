"""A register's way through this stage: bytes -> sheets -> rows -> cases and parties, with an account of every row."""

import re
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
from planner.register.known import Known, with_earlier
from planner.register.parties import clean_parties, merged
from planner.register.rows import Table, data_rows, identified, issues_of
from planner.register.sheets import SheetFound, found_in, require_register
from planner.register.vocabulary import MEND, columns, columns_by
from planner.register.workbook import read_sheets

MARK = re.compile(r"R(\d+)")
"""Of a rejected row, by its number in the store."""


@dataclass(frozen=True)
class RegisterRead:
    """What a register told.

    Attributes:
        cases, parties: CASE_TABLE, PARTY_TABLE, both in the order of filing date and case number.
        rejected: the rows that people may mend.
        mended: numbers of rows rejected before that this register brings in.
        mends: made of such rows. whole: a register with cases, and not only mended rows or people.
    """

    cases: pd.DataFrame
    parties: pd.DataFrame
    report: ImportReport
    rejected: tuple[RejectedRow, ...] = ()
    mended: tuple[int, ...] = ()
    mends: bool = False
    whole: bool = True


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
        RegisterError: no case numbers, filing dates, debtors or addresses in any sheet, or no row below the headers.
    """
    known = known or Known()
    progress("read_files", 0.0)
    sheets = [sheet for name, data in files for sheet in read_sheets(masked(name), data)]
    progress("find_headers", 0.2)
    found = found_in(sheets, columns_by(rules))
    require_register(found, updates=not known.cases.empty)
    tables = [sheet.table for sheet in found if sheet.table]
    rows = data_rows(tables, [*columns().case_fields, *columns().party_fields, MEND])
    if rows.empty:
        raise RegisterError("no_rows", sheets="、".join(table.label for table in tables))

    progress("clean_cases", 0.35)
    numbered, issues = identified(tables, rows)
    of_cases = numbered["table"].isin([n for n, table in enumerate(tables) if table.kind == "cases"])
    cases, repeats, found_in_cases = clean_cases(tables, numbered[of_cases])

    progress("clean_parties", 0.5)
    listed = numbered[~of_cases]
    orphan = ~listed["case_id"].isin([*cases["case_id"], *known.cases["case_id"]])
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
    table = _case_table(with_earlier(flagged(cases, debtors), debtors, known))
    mends = any(MEND in one.header.columns for one in tables)
    return RegisterRead(
        cases=table,
        parties=_party_table(persons, table),
        report=report(files, found, rows, issues),
        rejected=tuple(rejected_rows(tables, issues, id_key)),
        mended=_mended(tables, rows, issues),
        mends=mends,
        whole=bool(of_cases.any()) and not mends,
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


def _mended(tables: Sequence[Table], rows: pd.DataFrame, issues: Sequence[RowIssue]) -> tuple[int, ...]:
    """The numbers behind the marks of the rows that were kept."""
    lost = {(issue.sheet, issue.row) for issue in issues if issue.rejected}
    marked = rows[rows[MEND] != ""]
    kept = [
        int(mark[1])
        for index, row, text in zip(marked["table"], marked["row"], marked[MEND], strict=True)
        if (tables[index].label, row) not in lost and (mark := MARK.fullmatch(text))
    ]
    return tuple(dict.fromkeys(kept))


def _case_table(cases: pd.DataFrame) -> pd.DataFrame:
    ordered = cases.sort_values(["filed_on", "case_id"], ignore_index=True)
    return CASE_TABLE.validate(ordered[list(CASE_TABLE.columns)])


def _party_table(persons: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    dated = persons.merge(cases[["case_id", "filed_on"]], on="case_id")
    ordered = dated.sort_values(["filed_on", "case_id", "party_no"], ignore_index=True)
    return PARTY_TABLE.validate(ordered[list(PARTY_TABLE.columns)])
