"""Rejected rows as a workbook that can be mended and imported again. Values in, bytes out."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.files.exports import XLSX, Sheet, Translate, write_sheet
from planner.model.report import MEND_HEADER, ImportReport, RejectedRow, RowIssue

__all__ = ["Translate", "mend_workbook"]

COLUMN_WIDTH = 18
COMMENT = {"x_scale": 2.2, "y_scale": 1.4}
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


def mend_workbook(parts: Sequence[tuple[ImportReport, Mapping[str, RejectedRow]]], t: Translate) -> bytes:
    """For each import a sheet per sheet of its register with the rows that wait (mark -> row), as they came.

    What is wrong stands as a comment in its cell; the last column marks the row, so that the importer knows it again.
    The last sheet lists every rejected row, those with nothing to mend too.
    """
    buffer = BytesIO()
    names: set[str] = set()
    with xlsxwriter.Workbook(buffer, XLSX) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8F1F5", "border": 1, "text_wrap": True})
        wrong = book.add_format({"bg_color": "#FBE3D6", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        for report, rows in parts:
            issues = _by_row(report.issues)
            for use in report.sheets:
                of_sheet = {mark: row for mark, row in rows.items() if row.sheet == use.sheet}
                if of_sheet:
                    sheet = book.add_worksheet(_sheet_name(use.sheet, names))
                    _write_rows(sheet, use.labels, of_sheet, issues, (bold, text, wrong), t)
        listed = rejected_list([issue for report, _ in parts for issue in report.issues if issue.rejected], t)
        write_sheet(book, (_sheet_name(listed[0], names), *listed[1:]))
    return buffer.getvalue()


def rejected_list(issues: Sequence[RowIssue], t: Translate) -> Sheet:
    """Every rejected row with what is wrong and what to do."""
    headers = [t(f"column.{name}") for name in ("issue", "sheet", "row", "column", "value", "remedy")]
    rows: list[list[object]] = [
        [t(f"issue.{i.kind}"), i.sheet, i.row, i.column or "", i.value, t(f"issue_remedy.{i.kind}")] for i in issues
    ]
    return t("import.rejected_sheet"), headers, rows


def _write_rows(
    sheet: Worksheet,
    labels: Sequence[str],
    rows: Mapping[str, RejectedRow],
    issues: Mapping[tuple[str, int], list[RowIssue]],
    formats: tuple[Format, Format, Format],
    t: Translate,
) -> None:
    """Columns stand where they stood, so that a comment's letters are those of the list."""
    bold, text, wrong = formats
    mark_column = len(labels)
    for j, label in enumerate((*labels, MEND_HEADER)):
        sheet.write_string(0, j, label, bold)
    sheet.set_column(0, mark_column, COLUMN_WIDTH, text)
    sheet.write_comment(0, mark_column, t("import.mark_explained"), COMMENT)
    for i, (mark, row) in enumerate(rows.items(), 1):
        said: dict[int, list[str]] = {}
        for issue in issues.get((row.sheet, row.row), []):
            said.setdefault(_column_of(issue, mark_column), []).append(_told(issue, t))
        for j, cell in enumerate((*row.cells, *[""] * (mark_column - len(row.cells)), mark)):
            sheet.write_string(i, j, cell, wrong if j in said else text)
        for j, texts in said.items():
            sheet.write_comment(i, j, "\n".join(texts), COMMENT)
    sheet.freeze_panes(1, 0)


def _by_row(issues: Sequence[RowIssue]) -> dict[tuple[str, int], list[RowIssue]]:
    told: dict[tuple[str, int], list[RowIssue]] = {}
    for issue in issues:
        told.setdefault((issue.sheet, issue.row), []).append(issue)
    return told


def _column_of(issue: RowIssue, otherwise: int) -> int:
    """A column's number from its letters."""
    number = 0
    for letter in issue.column or "":
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1 if number else otherwise


def _told(issue: RowIssue, t: Translate) -> str:
    return f"{t(f'issue.{issue.kind}')}。{t(f'issue_remedy.{issue.kind}')}"


def _sheet_name(label: str, taken: set[str]) -> str:
    """A name that Excel allows and no other sheet has."""
    plain = FORBIDDEN.sub(" ", label).strip().strip("'")[:LONGEST_NAME] or "Sheet"
    name, n = plain, 1
    while name.lower() in taken:
        n += 1
        name = f"{plain[: LONGEST_NAME - 4]} ({n})"
    taken.add(name.lower())
    return name
