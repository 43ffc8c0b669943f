"""The frame of all pages: who is there, language, navigation."""

import os
from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from planner.access import Actor, Allowed, can
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import LANGUAGES, Translate, translator
from planner.model.units import moment
from planner.settings import read_settings
from planner.ui.empty import OPEN_PAGES
from planner.ui.installation import context, context_of
from planner.ui.pages import (
    audit,
    campaign,
    clues,
    delivered,
    duty,
    evidence,
    home,
    hotspots,
    import_register,
    indicators,
    my_route,
    places,
    plan,
    profile,
    province,
    review,
    routes,
    triage,
    users,
)
from planner.ui.paper import paper_head
from planner.ui.shelf import SIGN_IN
from planner.ui.style import look_switch, stylesheet
from planner.ui.tour import show_tour
from planner.ui.words import literal, show_error
from planner.usecases.demo import made_up
from planner.usecases.sign_in import Known, identify

COOKIE = "planner_sign_in"

Show = Callable[[Context, Translate], None]

PROVINCE = "province"
"""The section that is there only where the installation is a province."""

SECTIONS: tuple[tuple[str, tuple[tuple[str, str, Show, str], ...]], ...] = (
    (PROVINCE, (("province", ":material/map:", province.show, "province.see"),)),
    (
        "data",
        (
            ("import", ":material/upload_file:", import_register.show, "register.import"),
            ("places", ":material/pin_drop:", places.show, "placing.decide"),
            ("profile", ":material/bar_chart:", profile.show, "score.see"),
        ),
    ),
    (
        "planning",
        (
            ("hotspots", ":material/local_fire_department:", hotspots.show, "score.see"),
            ("plan", ":material/groups:", plan.show, "plan.see"),
            ("routes", ":material/route:", routes.show, "plan.see"),
            ("triage", ":material/alt_route:", triage.show, "triage.decide"),
        ),
    ),
    (
        "field",
        (
            ("my_route", ":material/directions_car:", my_route.show, "names.see"),
            ("clues", ":material/lightbulb:", clues.show, "clue.enter"),
            ("duty", ":material/cell_tower:", duty.show, "duty.see"),
        ),
    ),
    (
        "results",
        (
            ("review", ":material/query_stats:", review.show, "review.see"),
            ("delivered", ":material/rule:", delivered.show, "review.see"),
            ("evidence", ":material/science:", evidence.show, "review.see"),
            ("indicators", ":material/percent:", indicators.show, "review.see"),
            ("campaign", ":material/calendar_month:", campaign.show, "review.see"),
        ),
    ),
    (
        "keeping",
        (
            ("users", ":material/manage_accounts:", users.show, "users.manage"),
            ("audit", ":material/policy:", audit.show, "audit.see"),
        ),
    ),
)
"""Section (catalogue ``section.<name>``) and its pages: (name, icon, what it shows, the action that opens it); a page's
name is its address and the catalogue key ``page.<name>``."""

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def main() -> None:
    """Draw the page that was asked for."""
    t = translator(_language())
    # First of all, and not a page's own icon: Streamlit would fetch a material icon from the internet.
    st.set_page_config(page_title=t("app.title"), page_icon="⚖️", layout="wide")
    st.html(stylesheet(t))
    try:
        known = identify(context(), st.context.cookies.get(COOKIE, ""))
    except PlannerError as error:
        show_error(error, t)
        return
    if known is None or known.must_change:
        st.error(t("door.nobody"), icon=":material/lock:")
        return
    st.session_state[SIGN_IN] = known.digest
    ctx = context_of(known.actor)
    sections = pages_of(known.actor, ctx.doors is not None)
    pages = {
        name: st.Page(partial(draw, show, ctx, t), title=t(f"page.{name}"), icon=icon, url_path=name)
        for _, section in sections
        for name, icon, show in section
    }
    front = partial(draw, partial(home.show, pages=pages), ctx, t)
    pages["home"] = st.Page(front, title=t("page.home"), icon=":material/home:", default=True)
    listed = {t(f"section.{section}"): [pages[name] for name, _, _ in told] for section, told in sections}
    st.session_state[OPEN_PAGES] = frozenset(pages)
    others = [_not_yours(name, t) for _, told in SECTIONS for name, *_ in told if name not in pages]
    chosen = st.navigation({"": [pages["home"], *others]} | listed, expanded=True)
    with st.sidebar:
        st.caption(t("app.region", name=ctx.region.name if t("app.code") == "zh" else ctx.region.name_en))
        _language_switch(t)
        st.html(look_switch(t))
        _person(known, t)
        st.caption(t("app.local") + (t("app.demo") if known.way == "demo" or made_up(ctx) else ""))
    st.set_page_config(page_title=f"{chosen.title} · {t('app.title')}")
    paper_head(chosen.title, known.actor.name, moment(ctx.clock()), t)
    draw(partial(show_tour, pages=pages, here=chosen.url_path or "home"), ctx, t)
    chosen.run()


def pages_of(actor: Actor, is_province: bool = False) -> list[tuple[str, list[tuple[str, str, Show]]]]:
    """The sections and pages that somebody may open, an officer those for the own squad."""
    found = []
    for section, told in SECTIONS:
        if section == PROVINCE and not is_province:
            continue
        mine = [(n, icon, show) for n, icon, show, action in told if can(actor, action, actor.squad_id) == Allowed()]
        if mine:
            found.append((section, mine))
    return found


def _not_yours(name: str, t: Translate) -> StreamlitPage:
    """What somebody sees who follows a link to a page of another role."""

    def refused() -> None:
        st.title(t(f"page.{name}"))
        st.error(t("access.not_yours"), icon=":material/lock:")
        st.html(f'<a class="take plain" href="/" target="_self">{t("door.back")}</a>')

    return st.Page(refused, title=t(f"page.{name}"), url_path=name, visibility="hidden")


def _person(known: Known, t: Translate) -> None:
    """Who is there, and the ways out; plain forms, so that they work whatever the page does."""
    role = t(f"role.{known.actor.role}")
    badge = f" :orange-badge[{t('door.demo_badge')}]" if known.way == "demo" else ""
    st.markdown(literal(t("door.signed_in", name=known.actor.name, role=role)) + badge)
    everywhere = (
        "" if known.way == "demo" else f'<button name="everywhere" value="yes">{t("door.leave_everywhere")}</button>'
    )
    password = f'<a href="/password" target="_self">{t("door.own_password")}</a>' if known.way == "users" else ""
    leave = f"<button>{t('door.leave')}</button>"
    st.html(f'<form method="post" action="/logout" class="leave">{leave}{everywhere}{password}</form>')


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
