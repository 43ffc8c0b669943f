"""A register's way through this stage: bytes -> sheets -> rows -> cases and parties, with an account of every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.errors import RegisterError
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.progress import Progress, silent
from planner.model.report import ImportReport
from planner.register.account import gaps, repeated_cases, repeated_parties, report
from planner.register.cases import clean_cases, flagged
from planner.register.identity import masked
from planner.register.parties import clean_parties, merged
from planner.register.rows import data_rows, identified, issues_of
from planner.register.sheets import recognised
from planner.register.vocabulary import columns
from planner.register.workbook import read_sheets


@dataclass(frozen=True)
class RegisterRead:
    """``cases``: CASE_TABLE, ``parties``: PARTY_TABLE, both in the order of filing date and case number."""

    cases: pd.DataFrame
    parties: pd.DataFrame
    report: ImportReport


def read_register(files: Sequence[tuple[str, bytes]], id_key: bytes, progress: Progress = silent) -> RegisterRead:
    """Read the files (name, bytes) of one register.

    Args:
        id_key: secret of the keyed hash of ID numbers.

    Raises:
        FileUnreadable: a file is empty, encrypted, damaged or no table.
        RegisterError: no case numbers, filing dates, debtors or addresses in any sheet, or no row below the headers.
    """
    progress("read_files", 0.0)
    sheets = [sheet for name, data in files for sheet in read_sheets(masked(name), data)]
    progress("find_headers", 0.2)
    found = recognised(sheets)
    tables = [table for table in found if table]
    fields = [*columns().case_fields, *columns().party_fields]
    rows = data_rows(tables, fields)
    if rows.empty:
        raise RegisterError("no_rows", sheets="、".join(table.label for table in tables))

    progress("clean_cases", 0.3)
    numbered, issues = identified(tables, rows)
    of_cases = numbered["table"].isin([n for n, table in enumerate(tables) if table.kind == "cases"])
    cases, repeats, found_in_cases = clean_cases(tables, numbered[of_cases])

    progress("clean_parties", 0.45)
    listed = numbered[~of_cases]
    orphan = ~listed["case_id"].isin(cases["case_id"])
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
    issues += gaps(tables, numbered, cases, persons)

    debtors = persons[persons["role"] == "debtor"]
    return RegisterRead(
        cases=_case_table(flagged(cases, debtors)),
        parties=_party_table(persons, cases),
        report=report(files, sheets, found, rows, issues),
    )


def _case_table(cases: pd.DataFrame) -> pd.DataFrame:
    ordered = cases.sort_values(["filed_on", "case_id"], ignore_index=True)
    return CASE_TABLE.validate(ordered[list(CASE_TABLE.columns)])


def _party_table(persons: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    dated = persons.merge(cases[["case_id", "filed_on"]], on="case_id")
    ordered = dated.sort_values(["filed_on", "case_id", "party_no"], ignore_index=True)
    return PARTY_TABLE.validate(ordered[list(PARTY_TABLE.columns)])
