"""The frame of all pages: language, navigation, the installation's context."""

import os
from collections.abc import Callable
from functools import partial

import streamlit as st

from planner import bootstrap
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import LANGUAGES, Translate, tell, translator
from planner.settings import read_settings
from planner.ui.pages import hotspots, import_register, plan, routes

Page = Callable[[Context, Translate], None]

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("import", ":material/upload_file:", import_register.show),
    ("hotspots", ":material/local_fire_department:", hotspots.show),
    ("plan", ":material/groups:", plan.show),
    ("routes", ":material/route:", routes.show),
)
"""(name, icon, what it shows); the name is the address and the catalogue key ``page.<name>``."""

STYLE = """
<style>
  [data-testid="stMetricValue"] { font-size: 1.5rem; }
  [data-testid="stMainBlockContainer"] { padding-top: 3rem; }
  @media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 3rem .75rem 2rem; } }
</style>
"""


@st.cache_resource
def _context() -> Context:
    return bootstrap.build_context(read_settings(os.environ))


def main() -> None:
    """Draw the page that was asked for."""
    t = translator(_language())
    st.set_page_config(page_title=t("app.title"), page_icon="⚖️", layout="wide")
    st.html(STYLE)
    try:
        ctx = _context()
    except PlannerError as error:
        st.error(tell(error, t))
        return
    chosen = st.navigation(
        [
            st.Page(
                partial(_draw, show, ctx, t),
                title=t(f"page.{name}"),
                icon=icon,
                url_path=name,
                default=name == "hotspots",
            )
            for name, icon, show in PAGES
        ]
    )
    with st.sidebar:
        st.caption(t("app.region", name=ctx.region.name if t is translator("zh") else ctx.region.name_en))
        _language_switch(t)
        st.caption(t("app.local"))
    chosen.run()


def _draw(show: Page, ctx: Context, t: Translate) -> None:
    try:
        show(ctx, t)
    except PlannerError as error:
        st.error(tell(error, t), icon=":material/error:")


def _language() -> str:
    """The language in the address, else the installation's."""
    asked = st.query_params.get("lang", st.session_state.get("language", ""))
    language = asked if asked in LANGUAGES else read_settings(os.environ).language
    st.session_state["language"] = language
    return language


def _language_switch(t: Translate) -> None:
    names = {"zh": "中文", "en": "English"}

    def changed() -> None:
        st.session_state["language"] = st.session_state["language_choice"]
        st.query_params["lang"] = st.session_state["language_choice"]

    st.segmented_control(
        t("app.language"),
        list(names),
        format_func=names.__getitem__,
        default=st.session_state["language"],
        key="language_choice",
        on_change=changed,
        required=True,
    )
