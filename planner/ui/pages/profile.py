"""登记表画像: what the register holds, in counts, amounts and gaps."""

from typing import Any

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate, tell
from planner.model.units import moment
from planner.ui.empty import nothing_yet
from planner.ui.grids import PERCENT, TEXT, WHOLE, Figure, figures, grid
from planner.ui.words import literal
from planner.usecases.case_history import case_history
from planner.usecases.profile import AMOUNT_STEPS, RegisterProfile, register_profile

CHART_HEIGHT = 280
STATUS_COLOURS: list[Any] = ["#0072b2", "#e69f00", "#999999"]
"""Okabe-Ito: open, terminated, closed; told apart by the colour-blind."""


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.profile"))
    profile = register_profile(ctx)
    if profile is None:
        nothing_yet(t("access.no_register"), "import", t)
        return
    st.caption(t("import.profile_as_of", at=moment(profile.imported_at), as_of=f"{profile.as_of:%Y-%m-%d}"))
    figures([Figure(t(f"import.{name}"), f"{count:,}") for name, count in profile.counts.items()])
    left, right = st.columns(2, gap="large")
    with left:
        _years(profile, t)
        _causes(profile, t)
        _amounts(profile, t)
        _methods(profile, t)
    with right:
        _months(profile, t)
        _townships(ctx, profile, t)
        _missing(profile, t)
    _history(ctx, t)


def _history(ctx: Context, t: Translate) -> None:
    """What one case was before each import that changed it."""
    st.subheader(t("profile.history"))
    number = st.text_input(
        t("profile.case_number"), placeholder=t("profile.case_example"), help=t("profile.history_help")
    )
    if not number.strip():
        return
    try:
        found = case_history(ctx, number)
    except PlannerError as error:
        st.warning(literal(tell(error, t)), icon=":material/info:")
        return
    case = found.case
    st.caption(
        t(
            "profile.case_now",
            case=case["case_id"],
            filed=f"{case['filed_on']:%Y-%m-%d}",
            status=t(f"status.{case['status']}"),
        )
    )
    if found.changes.empty:
        st.info(t("profile.never_changed"), icon=":material/check:")
        return
    shown = found.changes.assign(
        at=[moment(at) for at in found.changes["at"]], item=[t(f"field.{field}") for field in found.changes["field"]]
    )
    grid(shown, dict.fromkeys(("at", "item", "before", "after"), TEXT), t, "history")


def _months(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("import.by_month"))
    by_month = profile.by_month.rename(t("import.filed"))
    st.bar_chart(by_month, x_label=t("import.month"), y_label=t("import.filed"), height=CHART_HEIGHT)


def _years(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("profile.by_year"))
    words = {status: t(f"status.{status}") for status in ("open", "terminated", "closed")}
    table = profile.by_year.rename(columns=words).set_index("year")
    table.index = table.index.astype(str)
    st.bar_chart(table, x_label=t("column.year"), y_label=t("profile.cases"), color=STATUS_COLOURS, height=CHART_HEIGHT)
    types = profile.by_type.rename("cases").rename_axis("case_type").reset_index()
    grid(_shares(types), {"case_type": TEXT, "cases": WHOLE, "share": PERCENT}, t, "types")


def _causes(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("profile.causes", count=len(profile.by_cause)))
    grid(profile.by_cause, {"cause": TEXT, "cases": WHOLE, "open_cases": WHOLE}, t, "causes")


def _amounts(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("profile.amounts"))
    table = profile.amounts.assign(amount=[_class(start, t) for start in profile.amounts["from_yuan"]])
    grid(_shares(table), {"amount": TEXT, "cases": WHOLE, "open_cases": WHOLE, "share": PERCENT}, t, "amounts")


def _class(start: object, t: Translate) -> str:
    """A class of amounts in words."""
    if pd.isna(start):  # type: ignore[call-overload]
        return t("profile.nothing_claimed")
    low = int(str(start))
    high = next((step for step in AMOUNT_STEPS if step > low), None)
    return t("profile.from_to", low=f"{low:,}", high=f"{high:,}") if high else t("profile.from", low=f"{low:,}")


def _methods(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("import.by_method"))
    table = profile.by_method.rename("cases").rename_axis("method").reset_index()
    table["method"] = table["method"].map(lambda method: t(f"method.{method}"))
    grid(_shares(table), {"method": TEXT, "cases": WHOLE, "share": PERCENT}, t, "methods")


def _townships(ctx: Context, profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("profile.by_township"))
    names = ctx.region.township_names
    table = profile.by_township.assign(
        township=profile.by_township["township_code"].map(names).fillna(t("profile.no_township"))
    )
    kinds = {"township": TEXT, "cases": WHOLE, "open_cases": WHOLE, "claimed_yuan": WHOLE}
    grid(table, kinds, t, "townships")


def _missing(profile: RegisterProfile, t: Translate) -> None:
    st.subheader(t("profile.missing"))
    table = profile.missing.assign(
        item=profile.missing["field"].map(lambda field: t(f"field.{field}")),
        blank_share=100 * profile.missing["missing"] / profile.missing["of"].clip(lower=1),
    )
    grid(table, {"item": TEXT, "missing": WHOLE, "of": WHOLE, "blank_share": PERCENT}, t, "missing")


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(share=100 * table["cases"] / max(1, table["cases"].sum()))
