"""首页: how things stand, and what to do next."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.score_run import ScoreRun
from planner.model.units import moment
from planner.usecases.profile import RegisterProfile, register_profile
from planner.usecases.score import latest
from planner.usecases.show import list_plans


def show(ctx: Context, t: Translate, pages: Mapping[str, StreamlitPage]) -> None:
    st.title(t("app.title"))
    if "hotspots" in pages:
        _work(ctx, t, pages)
    else:
        _doors(t, pages)


def _doors(t: Translate, pages: Mapping[str, StreamlitPage]) -> None:
    """For those who have a page or two: the ways to them."""
    for name, page in pages.items():
        if name != "home":
            st.page_link(page, label=t(f"page.{name}"))


def _work(ctx: Context, t: Translate, pages: Mapping[str, StreamlitPage]) -> None:
    """The way from a register to routes, as far as it was gone."""
    profile, run, plans = register_profile(ctx), latest(ctx), list_plans(ctx)
    st.write(_standing(profile, t))
    told = {
        "import": _register(profile, t),
        "hotspots": _hotspots(run, t),
        "plan": _plans(plans, t),
        "routes": t("home.routes" if len(plans) else "home.routes_later"),
    }
    done = {"import": profile is not None, "hotspots": run is not None, "plan": len(plans) > 0, "routes": False}
    following = next(name for name, is_done in done.items() if not is_done)
    for name, text in told.items():
        if name not in pages:
            continue
        with st.container(border=True):
            words, way = st.columns([4, 1], vertical_alignment="center")
            words.markdown(f"**{t(f'page.{name}')}**  \n{text}")
            way.page_link(pages[name], label=t("home.next" if name == following else "home.open"), width="stretch")


def _standing(profile: RegisterProfile | None, t: Translate) -> str:
    if profile is None:
        return t("home.nothing")
    counts = profile.counts
    return t(
        "home.standing",
        as_of=f"{profile.as_of:%Y-%m-%d}",
        cases=f"{counts['cases']:,}",
        open=f"{counts['open']:,}",
        terminated=f"{counts['terminated']:,}",
    )


def _register(profile: RegisterProfile | None, t: Translate) -> str:
    if profile is None:
        return t("home.import_first")
    return t("home.imported", at=moment(profile.imported_at), doubtful=profile.counts["doubtful"])


def _hotspots(run: ScoreRun | None, t: Translate) -> str:
    if run is None:
        return t("home.score_first")
    h = run.hotspots
    first = h.table.sort_values("rank").head(h.k)
    named = "、".join(f"{row['name']}（{100 * row['p_top']:.0f} %）" for row in first.to_dict("records"))
    return t("home.hottest", k=h.k, names=named, as_of=f"{h.as_of:%Y-%m-%d}")


def _plans(plans: pd.DataFrame, t: Translate) -> str:
    if plans.empty:
        return t("home.plan_first")
    newest = plans.iloc[0]
    return t(
        "home.planned",
        count=len(plans),
        spread=t(f"spread.{newest['spread']}"),
        week=newest["week_start"],
        visits=newest["visits"],
    )
