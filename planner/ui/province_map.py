"""The map of all townships of a province, or of one county and what touches it."""

import geopandas as gpd
import streamlit as st

from planner.bootstrap import Context
from planner.files.maps.offline import Drawing, draw
from planner.files.maps.province import province_document
from planner.i18n import Translate
from planner.model.together import KeptTiming, TimingPlan
from planner.ui.frames import Twin, show_map
from planner.usecases.province_view import ProvinceView, province_outlines

HEIGHT = 640


def show_province_map(
    ctx: Context, view: ProvinceView, known: list[KeptTiming], county: str, twin: Twin, t: Translate
) -> None:
    """``known``: timings; the loans of the one in force are drawn, or of the newest."""
    kept = next((one for one in known if one.adopted_at), known[0] if known else None)
    timing = kept.plan if kept else None
    subject = ("province", str(ctx.settings.province), view.stamp, timing.id if timing else "", county, t("app.code"))
    show_map(subject, lambda: _drawing(ctx, view, timing, county, t), t, HEIGHT, twin)


def _drawing(ctx: Context, view: ProvinceView, timing: TimingPlan | None, county: str, t: Translate) -> Drawing:
    name = view.province.name if t("app.code") == "zh" else view.province.name_en
    outlines = _kept_outlines(str(ctx.settings.province), ctx)
    document = province_document(name, outlines, view.townships, timing, view.as_of[1], t, county or None)
    return draw(document, f"{name} {view.as_of[1]}")


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept_outlines(province: str, _ctx: Context) -> gpd.GeoDataFrame:  # noqa: ARG001
    """Read once: facts of a place do not change while the program runs."""
    return province_outlines(_ctx)
