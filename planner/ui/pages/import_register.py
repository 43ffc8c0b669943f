"""数据导入: a register goes in, every row is accounted for, doubtful places are decided."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.files.exports import workbook
from planner.i18n import Translate, tell
from planner.model.report import ImportReport, RowIssue
from planner.ui.grids import PERCENT, TEXT, WHOLE, Figure, figures, grid, moment
from planner.ui.progress import shown_progress
from planner.usecases.import_register import RegisterImported, import_register
from planner.usecases.placing import decide_place, placing_queue
from planner.usecases.profile import RegisterProfile, register_profile

KINDS = ["xlsx", "xls", "csv", "txt", "html", "htm"]
OUTCOME = "import_outcome"
SHOWN_QUEUE, LIST_HEIGHT, CHART_HEIGHT = 200, 300, 280


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.import"))
    st.write(t("import.lead"))
    files = st.file_uploader(t("import.files"), type=KINDS, accept_multiple_files=True, help=t("import.files_help"))
    if st.button(t("import.start"), type="primary", disabled=not files, icon=":material/upload:"):
        st.session_state[OUTCOME] = _import(ctx, t, [(file.name, file.getvalue()) for file in files or []])
    outcome = st.session_state.get(OUTCOME)
    if isinstance(outcome, PlannerError):
        st.error(tell(outcome, t), icon=":material/error:")
    elif outcome is not None:
        _report(outcome, t)
    profile = register_profile(ctx)
    if profile is None:
        st.info(t("import.empty"), icon=":material/info:")
        return
    _profile(profile, t)
    _queue(ctx, t)


def _import(ctx: Context, t: Translate, files: Sequence[tuple[str, bytes]]) -> RegisterImported | PlannerError:
    """What became of it. A register that cannot be read is told; what was there before stays on the page."""
    try:
        with shown_progress(t) as listen:
            return import_register(ctx, files, listen)
    except PlannerError as error:
        return error


def _report(done: RegisterImported, t: Translate) -> None:
    """The account of one import: rows read = kept + rejected."""
    report = done.report
    if done.changed:
        st.success(t("import.done", new=done.new_cases, updated=done.updated_cases), icon=":material/check_circle:")
    else:
        st.info(t("cli.same_files"), icon=":material/info:")
    rows = {"rows_read": report.rows_read, "rows_kept": report.rows_kept, "rows_rejected": report.rows_rejected}
    figures([Figure(t(f"column.{name}"), f"{count:,}", told=t(f"explain.{name}")) for name, count in rows.items()])
    sheets = pd.DataFrame([asdict(use) for use in report.sheets])
    sheets["kind"] = sheets["kind"].map(lambda kind: t(f"sheet_kind.{kind}"))
    kinds = {"file": TEXT, "sheet": TEXT, "kind": TEXT, "rows_read": WHOLE, "rows_kept": WHOLE, "rows_rejected": WHOLE}
    grid(sheets, kinds, t, "sheets")
    _rejected_rows(report, t)
    with st.expander(t("import.columns")):
        uses = pd.DataFrame([asdict(use) for use in report.columns])
        uses["field"] = uses["field"].map(lambda field: t(f"field.{field}") if isinstance(field, str) else "—")
        grid(
            uses,
            dict.fromkeys(("sheet", "column", "header", "field", "sample"), TEXT),
            t,
            "columns",
            height=LIST_HEIGHT,
        )


COLUMN_USES = dict.fromkeys(("sheet", "column", "header", "field", "sample"), TEXT)
ISSUES = {"issue": TEXT, "sheet": TEXT, "row": "%d", "column": TEXT, "value": TEXT, "remedy": TEXT}


def _rejected_rows(report: ImportReport, t: Translate) -> None:
    rejected = issue_table([issue for issue in report.issues if issue.rejected], t)
    noted = issue_table([issue for issue in report.issues if not issue.rejected], t)
    if len(rejected):
        st.subheader(t("import.rejected", count=report.rows_rejected))
        grid(rejected, ISSUES, t, "rejected", height=LIST_HEIGHT)
        headers = [t(f"column.{name}") for name in ISSUES]
        title = t("import.rejected_sheet")
        st.download_button(
            t("import.download_rejected"),
            workbook([(title, headers, rejected[list(ISSUES)].to_numpy().tolist())], title),
            f"{title}.xlsx",
            on_click="ignore",
            icon=":material/download:",
        )
    if len(noted):
        with st.expander(t("import.noted", count=len(noted))):
            grid(noted, ISSUES, t, "noted", height=LIST_HEIGHT)


def _csv(issues: pd.DataFrame, t: Translate) -> bytes:
    """For Excel, which must not take a cell of somebody's register for a formula."""
    told = issues.assign(value=issues["value"].where(~issues["value"].str.match(r"[=+\-@\t\r]"), "'" + issues["value"]))
    return told.rename(columns={name: t(f"column.{name}") for name in ISSUES}).to_csv(index=False).encode("utf-8-sig")


def issue_table(issues: Sequence[RowIssue], t: Translate) -> pd.DataFrame:
    """Issues with their remedy, in the words of one language."""
    rows = [
        (t(f"issue.{i.kind}"), i.sheet, i.row, i.column or "", i.value, t(f"issue_remedy.{i.kind}")) for i in issues
    ]
    return pd.DataFrame(rows, columns=list(ISSUES))


def _profile(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("import.profile"))
    st.caption(t("import.profile_as_of", at=moment(profile.imported_at), as_of=f"{profile.as_of:%Y-%m-%d}"))
    figures([Figure(t(f"import.{name}"), f"{count:,}") for name, count in profile.counts.items()])
    left, right = st.columns(2)
    with left:
        st.caption(t("import.by_month"))
        by_month = profile.by_month.rename(t("import.filed"))
        st.bar_chart(by_month, x_label=t("import.month"), y_label=t("import.filed"), height=CHART_HEIGHT)
    with right:
        st.caption(t("import.by_method"))
        methods = profile.by_method.rename("cases").rename_axis("method").reset_index()
        methods["share"] = 100 * methods["cases"] / methods["cases"].sum()
        methods["method"] = methods["method"].map(lambda method: t(f"method.{method}"))
        grid(methods, {"method": TEXT, "cases": WHOLE, "share": PERCENT}, t, "methods")


def _queue(ctx: Context, t: Translate) -> None:
    """Doubtful placings: shown on demand, because it shows addresses, which is audited."""
    st.subheader(t("import.queue"))
    if not st.toggle(t("import.open_queue"), help=t("import.queue_help")):
        return
    queue = placing_queue(ctx)
    if queue.empty:
        st.success(t("import.queue_empty"))
        return
    st.caption(t("import.queue_count", count=len(queue), shown=min(SHOWN_QUEUE, len(queue))))
    names = dict(zip(ctx.region.townships["code"], ctx.region.townships["name"], strict=True))
    shown = queue.head(SHOWN_QUEUE).assign(
        township=queue["township_code"].map(names), confidence=100 * queue["confidence"]
    )
    shown = shown.rename(columns={"name": "debtor"})
    kinds = dict.fromkeys(("case_id", "debtor", "residence", "service", "domicile", "township"), TEXT)
    picked = grid(shown, kinds | {"confidence": PERCENT}, t, "queue", height=LIST_HEIGHT, pick=True)
    if picked is None:
        st.caption(t("import.pick_one"))
    else:
        _decide(ctx, t, shown.iloc[picked], names)


def _decide(ctx: Context, t: Translate, row: pd.Series, names: dict[str, str]) -> None:
    outside = t("import.outside")
    with st.container(border=True):
        st.markdown(f"**{row['case_id']}**")
        code = st.selectbox(t("column.township"), [*names, outside], format_func=lambda c: names.get(c, c))
        villages = ctx.region.villages[ctx.region.villages["township_code"] == code]
        of_township = dict(zip(villages["code"], villages["name"], strict=True))
        village = st.selectbox(t("column.village"), [None, *of_township], format_func=lambda c: of_township.get(c, "—"))
        alias = st.text_input(t("import.alias"), help=t("import.alias_help"))
        if st.button(t("import.decide"), type="primary"):
            township = None if code == outside else code
            decide_place(ctx, row["case_id"], int(row["party_no"]), township, village, alias.strip() or None)
            st.toast(t("import.decided"))
            st.rerun()
