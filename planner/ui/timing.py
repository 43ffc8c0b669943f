"""Timing of the counties on the province page: ask for one, watch it being made, read it, adopt it, take it along."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.together import KeptTiming, TimingPlan, TogetherPolicy
from planner.model.units import BEIJING, moment
from planner.ui import jobs as shown_jobs
from planner.ui.address import choose
from planner.ui.grids import TEXT, WHOLE, Figure, figures, grid
from planner.ui.offers import XLSX, offer_file
from planner.ui.timing_calendar import timing_table
from planner.ui.words import literal
from planner.usecases import jobs
from planner.usecases.province import province_of
from planner.usecases.timing_words import (
    county_rows,
    loan_rows,
    pair_rows,
    policy_lines,
    timing_file,
    timing_label,
    timing_lines,
)
from planner.usecases.together import LIMITS, TimingRequest, begin_week
from planner.usecases.week import next_monday

MAKE, ADOPT, RUN = "timing", "timing_adopt", "province"
TABLE_HEIGHT = 420


def show_timing(
    ctx: Context, known: list[KeptTiming], cities: Mapping[str, str], county: str | None, t: Translate
) -> None:
    """All of it. ``known``: timings, the newest first; ``county``: only what concerns this one."""
    may = can(ctx.actor, "province.run") == Allowed()
    st.caption(t("timing.lead"))
    if may:
        _new(ctx, bool(known), t)
    for kind in (MAKE, ADOPT, RUN):
        if shown_jobs.under_way(kind):
            shown_jobs.watch(ctx, t, kind, address=MAKE if kind != RUN else None)
        elif job := shown_jobs.ended(kind):
            shown_jobs.show_failure(job, t)
    if not known:
        st.info(t("timing.none" if may else "timing.none_to_see"), icon=":material/info:")
        return
    ids = {kept.plan.id: kept for kept in known}
    in_force = next((kept.plan.id for kept in known if kept.adopted_at), None)
    words = {name: timing_label(kept, t) for name, kept in ids.items()}
    chosen = choose(MAKE, t("timing.which"), list(ids), words.__getitem__, t, default=in_force)
    _told(ctx, ids[chosen], cities, county, t)


def _new(ctx: Context, any_yet: bool, t: Translate) -> None:
    with st.expander(t("timing.new"), expanded=not any_yet, icon=":material/add:"), st.form("timing", border=False):
        given, plain = TogetherPolicy(), TimingRequest()
        left, middle, right = st.columns(3)
        start = left.date_input(t("timing.start"), next_monday(ctx.clock().astimezone(BEIJING).date()))
        weeks = middle.number_input(t("timing.weeks"), *LIMITS["weeks"], plain.weeks)
        most = right.number_input(
            t("timing.most_a_week"), *LIMITS["most_a_week"], None, help=t("timing.most_a_week_help"),
            placeholder=t("timing.even"),
        )  # fmt: skip
        minutes = left.number_input(t("timing.minutes_most"), *LIMITS["minutes_most"], given.minutes_most, step=10)
        lend = middle.number_input(t("timing.lend_most"), *LIMITS["lend_most"], given.lend_most)
        borrow = right.number_input(t("timing.borrow_most"), *LIMITS["borrow_most"], given.borrow_most)
        shares = {
            name: place.slider(
                t(f"timing.{name}"), 0, 100, round(100 * getattr(given, name)), format="%d%%",
                help=t(f"timing.{name}_help"),
            ) / 100
            for place, name in zip((left, middle, right), ("moved_share", "elsewhere_share", "home_share"), strict=True)
        }  # fmt: skip
        busy = shown_jobs.under_way(MAKE)
        if st.form_submit_button(t("timing.make"), type="primary", icon=":material/event_repeat:", disabled=busy):
            policy = TogetherPolicy(int(most) if most else None, int(minutes), int(lend), int(borrow), **shares)
            first = start if isinstance(start, date) else None
            request = TimingRequest(first, int(weeks), policy)
            shown_jobs.started(MAKE, jobs.start_timing(ctx, request))


def _told(ctx: Context, kept: KeptTiming, cities: Mapping[str, str], county: str | None, t: Translate) -> None:
    plan, names = kept.plan, {one.code: one.name for one in province_of(ctx).counties}
    _figures(kept, t)
    for line in timing_lines(plan, t):
        st.markdown(f"- {literal(line)}")
    if plan.missing:
        st.warning(literal(_missing(plan, names, t)), icon=":material/warning:")
    today = ctx.clock().astimezone(BEIJING).date()
    st.html(timing_table(plan, cities, today, county, t))
    st.caption(t("timing.calendar_help"))
    _adopt(ctx, kept, t)
    with st.expander(t("timing.sheet_weeks"), icon=":material/table:"):
        kinds = dict.fromkeys(("city", "county", "timed_week"), TEXT) | dict.fromkeys(
            ("squads", "own_points", "points"), WHOLE
        ) | dict.fromkeys(("helped_by", "helps", "why_no_more"), TEXT)  # fmt: skip
        grid(county_rows(plan, cities, t), kinds, t, "timing_weeks", TABLE_HEIGHT)
    with st.expander(t("timing.sheet_loans"), icon=":material/swap_horiz:"):
        _loans(plan, t)
    with st.expander(t("timing.sheet_pairs"), icon=":material/join_inner:"):
        st.caption(t("timing.pairs_lead"))
        words, numbers = ("border", "together_or_why"), ("border_points", "moving_points", "elsewhere_cases")
        kinds = {words[0]: TEXT, **dict.fromkeys(numbers, WHOLE), words[1]: TEXT}
        grid(pair_rows(plan, t), kinds, t, "timing_pairs", TABLE_HEIGHT)
    with st.expander(t("timing.rules"), icon=":material/balance:"):
        for line in policy_lines(plan, t):
            st.markdown(f"- {literal(line)}")
    make = partial(timing_file, timing_id=plan.id, cities=dict(cities), t=t)
    if can(ctx.actor, "export") == Allowed():
        offer_file(t("timing.save"), make, f"{plan.weeks[0]}-{plan.id}.xlsx", XLSX, f"timing {plan.id} {t('app.code')}")


def _figures(kept: KeptTiming, t: Translate) -> None:
    plan = kept.plan
    pairs = [pair for pair in plan.pairs if pair.points]
    since = t("timing.since", at=moment(kept.adopted_at)) if kept.adopted_at else t("timing.not_in_force")
    made = t("timing.made", at=moment(kept.at))
    figures(
        [
            Figure(t("timing.points"), f"{plan.points:,}", since, t("timing.points_help")),
            Figure(t("timing.together_pairs"), f"{sum(p.together for p in pairs)} / {len(pairs)}", made),
            Figure(t("timing.lent"), f"{sum(len(x.squads) for x in plan.loans)}", t("timing.squad_weeks")),
            Figure(t("timing.gap"), f"{plan.gap:.2%}", t("timing.gap_note")),
        ]
    )


def _missing(plan: TimingPlan, names: Mapping[str, str], t: Translate) -> str:
    told = "、".join(names.get(code, code) for code, _ in plan.missing)
    return t("timing.missing", count=len(plan.missing), counties=told)


def _loans(plan: TimingPlan, t: Translate) -> None:
    if not plan.loans:
        st.info(t("timing.no_loans"), icon=":material/info:")
        return
    numbers = ("squad_count", "officers", "drive_minutes", "gain", "cost")
    kinds = dict.fromkeys(("timed_week", "lender", "borrower"), TEXT) | dict.fromkeys(numbers, WHOLE)
    grid(loan_rows(plan), kinds, t, "timing_loans", TABLE_HEIGHT)


def _plan_week(ctx: Context, plan: TimingPlan, t: Translate) -> None:
    """Plan all counties of one week of the timing in force, with the squads that come and without those that go."""
    weeks = sorted({county.week for county in plan.counties if county.week})
    week_place, button = st.columns([2, 3], vertical_alignment="bottom")
    week = week_place.selectbox(t("timing.plan_week"), weeks)
    busy = shown_jobs.under_way(RUN)
    if button.button(t("timing.plan_counties"), icon=":material/groups:", disabled=busy) and week:
        shown_jobs.started(RUN, jobs.start_province(ctx, begin_week(ctx, plan.id, week)))


def _adopt(ctx: Context, kept: KeptTiming, t: Translate) -> None:
    if kept.adopted_at and can(ctx.actor, "province.run") == Allowed():
        _plan_week(ctx, kept.plan, t)
    if kept.adopted_at or can(ctx.actor, "plan.adopt") != Allowed():
        return
    busy = shown_jobs.under_way(ADOPT)
    if st.button(t("timing.adopt"), icon=":material/check:", disabled=busy, help=t("timing.adopt_help")):
        shown_jobs.started(ADOPT, jobs.start_adoption(ctx, kept.plan.id))
