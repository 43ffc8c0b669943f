"""全省: every county at a glance, work over all of them, townships on one map, counties timed together."""

import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.i18n import Translate
from planner.ui.address import choose
from planner.ui.frames import Twin
from planner.ui.grids import PERCENT, POINTS, TEXT, WHOLE, Figure, figures, grid, pick
from planner.ui.province_map import show_province_map
from planner.ui.province_runs import show_runs
from planner.ui.timing import show_timing
from planner.ui.words import literal
from planner.usecases.province_view import (
    ProvinceView,
    county_rows_of,
    province_stamp,
    province_view,
    township_rows_of,
)
from planner.usecases.together import kept_timings

VIEWS = ("map", "counties", "timing", "work")
ALL = ""
KEPT, LIST_HEIGHT = 4, 520

COUNTY_KINDS = (
    dict.fromkeys(("city", "county", "county_state"), TEXT)
    | dict.fromkeys(("open_cases", "squads", "county_visits", "county_points"), WHOLE)
    | {"hot_townships": TEXT, "plan_week": TEXT, "planned_visits": WHOLE, "planned_points": WHOLE, "plan_gap": POINTS}
    | {"what_to_do": TEXT}
)
TOWNSHIP_KINDS = (
    dict.fromkeys(("city", "county", "township", "chosen"), TEXT)
    | dict.fromkeys(("prize", "visits", "open_cases"), WHOLE)
    | {"expected_filings": POINTS, "filings_range": TEXT, "rank": WHOLE, "p_top": PERCENT}
    | dict.fromkeys(("planned_visits", "planned_prize"), WHOLE)
)


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.province"))
    if ctx.doors is None:
        st.info(t("province_page.none"), icon=":material/info:")
        return
    view = _kept_view(str(ctx.settings.province), province_stamp(ctx), ctx)
    _headline(view, t)
    if not view.count("planned", "scored", "failed", "waiting"):
        may = can(ctx.actor, "province.run") == Allowed()
        st.info(t("province_page.nothing" if may else "province_page.nothing_to_see"), icon=":material/info:")
    where, county = st.columns([3, 2], vertical_alignment="bottom")
    names = {ALL: t("province_page.all")} | {one.code: f"{one.city} · {one.name}" for one in view.counties}
    chosen = choose(
        "county", t("province_page.county"), list(names), names.__getitem__, t, text=lambda code: code or "all",
        place=county,
    )  # fmt: skip
    shown = choose(
        "view", t("province_page.view"), VIEWS, lambda name: t(f"province_page.view_{name}"), t, place=where,
        buttons=True,
    )  # fmt: skip
    if shown == "map":
        _townships(ctx, view, chosen, t)
    elif shown == "counties":
        _counties(view, chosen, t)
    elif shown == "timing":
        show_timing(ctx, kept_timings(ctx), view.cities, chosen or None, t)
    else:
        show_runs(ctx, view, t)


# Kept until a county comes back; what begins with _ is no part of the key.
@st.cache_data(max_entries=KEPT, show_spinner=False)
def _kept_view(province: str, stamp: str, _ctx: Context) -> ProvinceView:  # noqa: ARG001
    return province_view(_ctx)


def _headline(view: ProvinceView, t: Translate) -> None:
    """How much there is, how far the work is, as of when, and how sure."""
    townships = view.townships
    first, last = view.as_of
    as_of = (
        t("province_page.as_of", first=first, last=last) if first != last else t("province_page.as_of_day", day=last)
    )
    done, failed = view.count("planned", "scored"), view.count("failed")
    chosen = townships[townships["chosen"]]
    figures(
        [
            Figure(
                t("province_page.open_cases"),
                f"{int(townships['open_cases'].sum()):,}",
                as_of if last else t("province_page.no_date"),
            ),
            Figure(
                t("province_page.counties"), f"{done} / {len(view.counties)}", t("province_page.failed", count=failed)
            ),
            Figure(t("province_page.planned"), f"{view.count('planned')}", t("province_page.planned_note")),
            Figure(
                t("province_page.hot"), f"{len(chosen)} / {len(townships)}",
                t("province_page.sure", percent=f"{100 * chosen['p_top'].mean():.0f}") if len(chosen) else None,
                t("province_page.sure_help"),
            ),
        ]
    )  # fmt: skip
    for county in view.counties:
        if county.state == "failed" and view.count("failed") <= 1:
            st.warning(literal(t("province_page.one_failed", county=county.name)), icon=":material/warning:")
    if failed > 1:
        st.warning(t("province_page.some_failed", count=failed), icon=":material/warning:")


def _townships(ctx: Context, view: ProvinceView, county: str, t: Translate) -> None:
    if view.townships.empty:
        st.info(t("province_page.no_map"), icon=":material/info:")
        return
    rows = township_rows_of(view, t)
    rows = rows[rows["county_code"] == county] if county else rows
    twin = Twin(f"province_townships_{county}", tuple(rows["township_code"]))
    show_province_map(ctx, view, kept_timings(ctx), county, twin, t)
    st.subheader(t("province_page.townships", count=len(rows)))
    st.caption(t("province_page.townships_lead"))
    pick(rows, TOWNSHIP_KINDS, t, twin.key, LIST_HEIGHT)


def _counties(view: ProvinceView, county: str, t: Translate) -> None:
    rows = county_rows_of(view, t)
    rows = rows[rows["code"] == county] if county else rows
    st.caption(t("province_page.counties_lead"))
    grid(rows, COUNTY_KINDS, t, "province_counties", LIST_HEIGHT if len(rows) > 1 else "content")
    _explained(view, county, rows)


def _explained(view: ProvinceView, county: str, rows: pd.DataFrame) -> None:
    """What failed, in full: a cell of a table cuts it short."""
    failed = {one.code for one in view.counties if one.state == "failed" and county in (ALL, one.code)}
    for row in rows[rows["code"].isin(failed)].to_dict("records"):
        st.error(literal(f"{row['county']}：{row['what_to_do']}"), icon=":material/error:")
