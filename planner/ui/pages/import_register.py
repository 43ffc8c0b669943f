"""数据导入: a register goes in; its columns are looked at first, and every row is accounted for afterwards."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.report import ImportRecord, ImportReport, RowIssue
from planner.model.units import moment
from planner.ui import jobs as shown_jobs
from planner.ui.columns import show_columns
from planner.ui.demo import show_demo_notice
from planner.ui.grids import TEXT, WHOLE, Figure, figures, grid
from planner.ui.offers import XLSX, offer_file
from planner.ui.words import literal, show_error
from planner.usecases import jobs
from planner.usecases.figures import outcome_lines
from planner.usecases.rejected import last_import, rejected_workbook, waiting_rows

KINDS = ["xlsx", "xls", "xlsm", "xlsb", "ods", "csv", "txt", "tsv", "html", "htm", "xml"]
KIND = "import"
LIST_HEIGHT = 300
MOST_LISTED = 2_000
"""Rows of a list that a page shows; the download has them all."""


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.import"))
    st.write(t("import.lead"))
    show_demo_notice(ctx, t)
    uploads = st.file_uploader(t("import.files"), type=KINDS, accept_multiple_files=True, help=t("import.files_help"))
    files = [(file.name, file.getvalue()) for file in uploads or []]
    running = shown_jobs.under_way(KIND)
    start = st.button(t("import.start"), type="primary", disabled=not files or running, icon=":material/upload:")
    if start:
        shown_jobs.started(KIND, jobs.start_import(ctx, files))
    if running:
        shown_jobs.watch(ctx, t, KIND)
    elif files:
        _columns(ctx, t, files, [file.file_id for file in uploads or []])
    job = shown_jobs.ended(KIND)
    if job and not job.result:
        shown_jobs.show_failure(job, t)
    record = last_import(ctx, job.result if job else None)
    if record is None:
        st.info(t("import.empty"), icon=":material/info:")
        return
    if job and job.result and record.at < job.created_at:
        st.info(t("cli.same_files"), icon=":material/info:")
    _outcome(record, t)
    _account(ctx, record, t)


def _columns(ctx: Context, t: Translate, files: Sequence[tuple[str, bytes]], ids: Sequence[str]) -> None:
    """What the columns of the chosen files would be taken for; what cannot be read is told before it is imported."""
    with st.expander(t("import.columns"), expanded=False, icon=":material/view_column:"):
        try:
            show_columns(ctx, t, files, tuple(ids))
        except PlannerError as error:
            show_error(error, t)


def _outcome(record: ImportRecord, t: Translate) -> None:
    """What changed, in figures and in words."""
    outcome = record.outcome
    st.subheader(t("import.outcome", at=moment(record.at), by=literal(record.by)))
    st.caption(literal("、".join(record.report.files)))
    counts = {"new": outcome.new, "updated": outcome.updated, "unchanged": outcome.unchanged}
    shown = [
        Figure(t(f"import.{name}_cases"), f"{count:,}", told=t(f"explain.{name}_cases"))
        for name, count in counts.items()
    ]
    report = record.report
    rows = {"rows_read": report.rows_read, "rows_kept": report.rows_kept, "rows_rejected": report.rows_rejected}
    shown += [Figure(t(f"column.{name}"), f"{count:,}", told=t(f"explain.{name}")) for name, count in rows.items()]
    figures(shown)
    for line in outcome_lines(outcome, t):
        st.markdown(f"- {line}")
    if outcome.reopened:
        st.warning(t("import.reopened", count=f"{outcome.reopened:,}"), icon=":material/history:")


SHEETS = {"file": TEXT, "sheet": TEXT, "kind": TEXT, "rows_read": WHOLE, "rows_kept": WHOLE, "rows_rejected": WHOLE}
COLUMNS = dict.fromkeys(("sheet", "column", "header", "field", "sample"), TEXT)
ISSUES = {"issue": TEXT, "sheet": TEXT, "row": "%d", "column": TEXT, "value": TEXT, "remedy": TEXT}


def _account(ctx: Context, record: ImportRecord, t: Translate) -> None:
    """The account of one import: rows read = kept + rejected."""
    report = record.report
    _rejected(ctx, record, t)
    noted = [issue for issue in report.issues if not issue.rejected]
    if noted:
        with st.expander(t("import.noted", count=f"{len(noted):,}")):
            _listed(noted, t, "noted")
    with st.expander(t("import.sheets")):
        sheets = pd.DataFrame([asdict(use) for use in report.sheets])
        grid(sheets.assign(kind=sheets["kind"].map(lambda kind: t(f"sheet_kind.{kind}"))), SHEETS, t, "sheets")
        uses = column_table(report, t)
        grid(uses, COLUMNS, t, "columns", height=LIST_HEIGHT if len(uses) > 8 else "content")


def column_table(report: ImportReport, t: Translate) -> pd.DataFrame:
    """What each column was taken for, in the words of one language."""
    rows = [
        (use.sheet, use.column, use.header, t(f"field.{use.field}") if use.field else "—", "、".join(use.samples))
        for use in report.columns
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rejected(ctx: Context, record: ImportRecord, t: Translate) -> None:
    rejected = [issue for issue in record.report.issues if issue.rejected]
    if not rejected and not waiting_rows(ctx):
        st.success(t("import.none_rejected"), icon=":material/check_circle:")
        return
    waiting, of_all = waiting_rows(ctx, record.id), waiting_rows(ctx)
    st.subheader(t("import.rejected", count=f"{record.report.rows_rejected:,}"))
    st.caption(t("import.waiting", count=f"{waiting:,}", all=f"{of_all:,}"))
    _listed(rejected, t, "rejected")
    make, file = partial(rejected_workbook, t=t), f"{t('import.rejected_sheet')}-{record.id}.xlsx"
    offer_file(t("import.download_rejected"), make, file, XLSX, "rejected")
    st.caption(t("import.download_help"))


def _listed(issues: Sequence[RowIssue], t: Translate, key: str) -> None:
    """How many of each kind, then the rows."""
    table = issue_table(issues[:MOST_LISTED], t)
    kinds = pd.Series([issue.kind for issue in issues], dtype="str").value_counts()
    st.caption("　".join(f"{t(f'issue.{kind}')} {count:,}" for kind, count in kinds.items()))
    if len(issues) > MOST_LISTED:
        st.caption(t("import.first_listed", shown=f"{MOST_LISTED:,}", count=f"{len(issues):,}"))
    grid(table, ISSUES, t, key, height=LIST_HEIGHT if len(table) > 7 else "content")


def issue_table(issues: Sequence[RowIssue], t: Translate) -> pd.DataFrame:
    """Issues with their remedy, in the words of one language."""
    rows = [
        (t(f"issue.{i.kind}"), i.sheet, i.row, i.column or "", i.value, t(f"issue_remedy.{i.kind}")) for i in issues
    ]
    return pd.DataFrame(rows, columns=list(ISSUES))
