"""The frame of all pages: language, navigation, the installation's context."""

import os
from collections.abc import Callable
from functools import partial

import streamlit as st

from planner import bootstrap
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import LANGUAGES, Translate, translator
from planner.settings import read_settings
from planner.ui.pages import (
    clues,
    duty,
    home,
    hotspots,
    import_register,
    my_route,
    places,
    plan,
    profile,
    routes,
    triage,
)
from planner.ui.style import stylesheet
from planner.ui.words import show_error

Show = Callable[[Context, Translate], None]

SECTIONS: tuple[tuple[str, tuple[tuple[str, str, Show], ...]], ...] = (
    (
        "data",
        (
            ("import", ":material/upload_file:", import_register.show),
            ("places", ":material/pin_drop:", places.show),
            ("profile", ":material/bar_chart:", profile.show),
        ),
    ),
    (
        "planning",
        (
            ("hotspots", ":material/local_fire_department:", hotspots.show),
            ("plan", ":material/groups:", plan.show),
            ("routes", ":material/route:", routes.show),
            ("triage", ":material/alt_route:", triage.show),
        ),
    ),
    (
        "field",
        (
            ("my_route", ":material/directions_car:", my_route.show),
            ("clues", ":material/lightbulb:", clues.show),
            ("duty", ":material/cell_tower:", duty.show),
        ),
    ),
)
"""Section (catalogue ``section.<name>``) and its pages: (name, icon, what it shows); a page's name is its address and
the catalogue key ``page.<name>``."""

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


@st.cache_resource(show_spinner=False, on_release=lambda ctx: ctx.engine.dispose())
def context() -> Context:
    """This installation, opened once for all sessions."""
    return bootstrap.build_context(read_settings(os.environ))


def main() -> None:
    """Draw the page that was asked for."""
    t = translator(_language())
    # First of all, and not a page's own icon: Streamlit would fetch a material icon from the internet.
    st.set_page_config(page_title=t("app.title"), page_icon="⚖️", layout="wide")
    st.html(stylesheet(t))
    try:
        ctx = context()
    except PlannerError as error:
        show_error(error, t)
        return
    pages = {
        name: st.Page(partial(draw, show, ctx, t), title=t(f"page.{name}"), icon=icon, url_path=name)
        for _, section in SECTIONS
        for name, icon, show in section
    }
    front = partial(draw, partial(home.show, pages=pages), ctx, t)
    pages["home"] = st.Page(front, title=t("page.home"), icon=":material/home:", default=True)
    listed = {t(f"section.{section}"): [pages[name] for name, _, _ in told] for section, told in SECTIONS}
    chosen = st.navigation({"": [pages["home"]]} | listed)
    with st.sidebar:
        st.caption(t("app.region", name=ctx.region.name if t("app.code") == "zh" else ctx.region.name_en))
        _language_switch(t)
        st.caption(t("app.local"))
    chosen.run()


def draw(show: Show, ctx: Context, t: Translate) -> None:
    """One page; what goes wrong in it is told in a sentence."""
    try:
        show(ctx, t)
    except PlannerError as error:
        show_error(error, t)


def _language() -> str:
    """The language in the address, else the one last used, else the installation's."""
    asked = st.query_params.get("lang", st.session_state.get("language", ""))
    language = asked if asked in LANGUAGES else read_settings(os.environ).language
    st.session_state["language"] = language
    return language


def _language_switch(t: Translate) -> None:
    def changed() -> None:
        st.session_state["language"] = st.session_state["language_choice"]
        st.query_params["lang"] = st.session_state["language_choice"]

    st.segmented_control(
        t("app.language"),
        list(LANGUAGES),
        format_func=LANGUAGE_NAMES.__getitem__,
        default=st.session_state["language"],
        key="language_choice",
        on_change=changed,
        required=True,
    )
