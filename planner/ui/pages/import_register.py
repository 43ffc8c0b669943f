"""数据导入: a register goes in, every row is accounted for, doubtful places are decided."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.report import ImportReport, RowIssue
from planner.ui.progress import shown_progress
from planner.usecases.import_register import RegisterImported, import_register
from planner.usecases.placing import decide_place, placing_queue
from planner.usecases.profile import RegisterProfile, register_profile

KINDS = ["xlsx", "xls", "csv", "txt", "html", "htm"]
SHOWN_QUEUE = 200


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.import"))
    st.write(t("import.lead"))
    files = st.file_uploader(t("import.files"), type=KINDS, accept_multiple_files=True, help=t("import.files_help"))
    if st.button(t("import.start"), type="primary", disabled=not files, icon=":material/upload:"):
        with shown_progress(t) as listen:
            done = import_register(ctx, [(file.name, file.getvalue()) for file in files or []], listen)
        st.session_state["imported"] = done
    if "imported" in st.session_state:
        _report(st.session_state["imported"], t)
    profile = register_profile(ctx)
    if profile is None:
        st.info(t("import.empty"), icon=":material/info:")
        return
    _profile(profile, t)
    _queue(ctx, t)


def _report(done: RegisterImported, t: Translate) -> None:
    report = done.report
    if done.changed:
        st.success(t("import.done", new=done.new_cases, updated=done.updated_cases))
    else:
        st.info(t("cli.same_files"))
    read, kept, rejected = st.columns(3)
    read.metric(t("cli.rows_read"), f"{report.rows_read:,}")
    kept.metric(t("cli.rows_kept"), f"{report.rows_kept:,}")
    rejected.metric(t("cli.rows_rejected"), f"{report.rows_rejected:,}")
    sheets = pd.DataFrame([asdict(use) for use in report.sheets])
    sheets["kind"] = sheets["kind"].map(lambda kind: t(f"sheet_kind.{kind}"))
    names = ["file", "sheet", "kind", "rows_read", "rows_kept", "rows_rejected"]
    st.dataframe(sheets[names].rename(columns={name: t(f"cli.{name}") for name in names}), hide_index=True)
    _rejected_rows(report, t)
    with st.expander(t("import.columns")):
        uses = [
            (use.sheet, use.column, use.header, t(f"field.{use.field}") if use.field else "—", use.sample)
            for use in report.columns
        ]
        headers = [t(f"import.{name}") for name in ("sheet", "column", "header", "taken_for", "sample")]
        st.dataframe(pd.DataFrame(uses, columns=headers), hide_index=True)


def _rejected_rows(report: ImportReport, t: Translate) -> None:
    rejected = issue_table([issue for issue in report.issues if issue.rejected], t)
    noted = issue_table([issue for issue in report.issues if not issue.rejected], t)
    if len(rejected):
        st.subheader(t("import.rejected", count=report.rows_rejected))
        st.dataframe(rejected, hide_index=True)
        st.download_button(
            t("import.download_rejected"),
            rejected.to_csv(index=False).encode("utf-8-sig"),
            "rejected.csv",
            "text/csv",
            on_click="ignore",
        )
    if len(noted):
        with st.expander(t("import.noted", count=len(noted))):
            st.dataframe(noted, hide_index=True)


def issue_table(issues: list[RowIssue], t: Translate) -> pd.DataFrame:
    """Issues with their remedy, in the words of one language."""
    rows = [
        (t(f"issue.{i.kind}"), i.sheet, i.row, i.column or "", i.value, t(f"issue_remedy.{i.kind}")) for i in issues
    ]
    return pd.DataFrame(rows, columns=[t(f"cli.{n}") for n in ("issue", "sheet", "row", "column", "value", "remedy")])


def _profile(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("import.profile"))
    st.caption(t("import.profile_as_of", at=f"{profile.imported_at:%Y-%m-%d %H:%M}", as_of=f"{profile.as_of:%Y-%m-%d}"))
    for place, (name, value) in zip(st.columns(4), profile.counts.items(), strict=False):
        place.metric(t(f"import.{name}"), f"{value:,}")
    left, right = st.columns(2)
    with left:
        st.caption(t("import.by_month"))
        st.bar_chart(profile.by_month.rename(t("import.filed")), x_label=t("import.month"), y_label=t("import.filed"))
    with right:
        st.caption(t("import.by_method"))
        methods = profile.by_method.rename(index=lambda method: t(f"method.{method}")).rename_axis(t("cli.method"))
        st.dataframe(methods.rename(t("cli.cases")).reset_index(), hide_index=True)


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
    shown = queue.head(SHOWN_QUEUE).assign(township=queue["township_code"].map(names))
    columns = ["case_id", "name", "residence", "service", "domicile", "township", "confidence"]
    event = st.dataframe(
        shown[columns].rename(columns={name: t(f"column.{name}") for name in columns}),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="queue",
        column_config={t("column.confidence"): st.column_config.NumberColumn(format="percent")},
    )
    if event.selection.rows:
        _decide(ctx, t, shown.iloc[event.selection.rows[0]], names)
    else:
        st.caption(t("import.pick_one"))


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
