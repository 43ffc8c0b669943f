"""我的路线: one squad's day for a phone held in one hand: where to, whom to meet, what to carry, what became of it."""

from collections.abc import Hashable, Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Any
from uuid import uuid4

import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.outcome import NEXT_STEPS, OUTCOMES
from planner.model.route_day import RouteDay, VisitToMake
from planner.model.units import BEIJING, FEN_PER_YUAN, clock, moment
from planner.ui.address import choose
from planner.ui.cards import show_card
from planner.ui.empty import nothing_yet
from planner.ui.grids import Figure, figures
from planner.ui.take_along import show_day_files
from planner.ui.undo import done, show_done
from planner.ui.words import literal
from planner.usecases.field_state import told_of_day
from planner.usecases.in_force import InForce, in_force
from planner.usecases.my_route import days_of, my_route
from planner.usecases.record import OutcomeTold, record_outcomes, take_back_outcome
from planner.usecases.show import plan_view

LOOKED = "my_route"
PAGE = "my_route"

Word = dict[Hashable, Any]
"""A row of what was told of the day."""


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.my_route"))
    standing_plan = in_force(ctx)
    if standing_plan is None:
        nothing_yet(t("routes.empty"), "plan", t)
        return
    chosen = _choose(ctx, standing_plan, t)
    if chosen is None:
        return
    route = _looked(ctx, standing_plan.plan_id, *chosen)
    told = told_of_day(ctx, route.plan_id, [visit.visit_id for visit in route.visits], route.squad_id)
    _summary(ctx, standing_plan, route, told, t)
    show_card(ctx, route.plan_id, route.squad_id, route.day, standing_plan.week_start, t)
    show_day_files(route.plan_id, route.squad_id, route.day, t)
    words = told.to_dict("records")
    for visit in route.visits:
        _visit(ctx, route, visit, [word for word in words if word["visit_id"] == visit.visit_id], t)


def _choose(ctx: Context, plan: InForce, t: Translate) -> tuple[str, date] | None:
    """The squad and the day: of the officer, of the address, or chosen."""
    view = plan_view(ctx, plan.plan_id)
    squads = [
        squad
        for squad in view.squad_names
        if days_of(view.plan, squad) and can(ctx.actor, "names.see", squad) == Allowed()
    ]
    if not squads:
        st.info(t("my_route.no_visits"), icon=":material/info:")
        return None
    left, right = st.columns(2)
    squad = choose("squad", t("cli.squad"), squads, view.squad_names.__getitem__, t, place=left)
    days, today = days_of(view.plan, squad), ctx.clock().astimezone(BEIJING).date()
    first = today if today in days else None
    return squad, choose("day", t("plan.day"), days, lambda d: f"{d:%m-%d}", t, default=first, place=right)


def _looked(ctx: Context, plan_id: str, squad_id: str, day: date) -> RouteDay:
    """The day with its people, looked up (and written down) once, not at every touch of the page."""
    key = (plan_id, squad_id, day)
    known = st.session_state.get(LOOKED)
    if known is None or known[0] != key:
        st.session_state[LOOKED] = known = (key, my_route(ctx, plan_id, squad_id, day))
    route: RouteDay = known[1]
    return route


def _summary(ctx: Context, plan: InForce, route: RouteDay, told: pd.DataFrame, t: Translate) -> None:
    done = told.loc[told["stands"], "visit_id"].nunique()
    figures(
        [
            Figure(t("routes.township"), route.township),
            Figure(t("my_route.done"), f"{done} / {len(route.visits)}"),
            Figure(t("routes.away"), f"{clock(route.leave_base)}–{clock(route.reach_base)}"),
        ]
    )
    by = t("my_route.adopted", by=plan.by, at=moment(plan.at)) if plan.at else t("my_route.not_adopted")
    st.caption(t("my_route.plan", id=plan.plan_id, told=by))
    if route.ferry:
        now = ctx.clock().astimezone(BEIJING)
        minute = now.hour * 60 + now.minute if now.date() == route.day else 0
        boats = [clock(boat) for boat in route.ferry.back if minute <= boat <= route.back][:3]
        last = clock(max((boat for boat in route.ferry.back if boat <= route.back), default=route.back))
        st.warning(
            t("my_route.ferry", name=route.ferry.name, next="、".join(boats) or "—", last=last),
            icon=":material/directions_boat:",
        )
    missing = sum(paper.state != "approved" for visit in route.visits for paper in visit.papers)
    if missing:
        st.warning(t("my_route.papers_missing", count=missing), icon=":material/description:")
    show_done(ctx, PAGE, t)


def _visit(ctx: Context, route: RouteDay, visit: VisitToMake, told: list[Word], t: Translate) -> None:
    stands = [word["outcome_id"] for word in told if word["stands"]]
    with st.container(border=True):
        place = visit.village or t("routes.no_village")
        st.markdown(f"**{visit.order}　{clock(visit.start)}–{clock(visit.leave)}　{literal(place)}**")
        _outcome(told, t)
        st.markdown("\n\n".join(_told(visit, t)))
        with st.container(horizontal=True, gap="small"):
            st.link_button(
                t("my_route.navigate"), f"geo:{visit.lat:.5f},{visit.lon:.5f}?q={visit.lat:.5f},{visit.lon:.5f}",
                icon=":material/near_me:",
            )  # fmt: skip
            st.link_button(
                t("my_route.call"), f"tel:{visit.phone or ''}", icon=":material/call:", disabled=not visit.phone
            )
            asked = st.button(
                t("my_route.correct" if stands else "my_route.record"),
                key=f"word_{visit.visit_id}",
                type="secondary" if stands else "primary",
            )
        if asked:
            _dialog(ctx, route, visit, stands[-1] if stands else None, t)


def _told(visit: VisitToMake, t: Translate) -> Iterator[str]:
    """Whom to meet and why, what to carry, how to go about it, whom to call."""
    yield literal("　".join(text for text in (visit.debtor, visit.address) if text))
    yield f":small[{literal(_facts(visit, t))}]"
    if visit.papers:
        papers = (f"{t(f'paper.{p.name}')}（{t(f'paper_state.{p.state}')}）" for p in visit.papers)
        yield t("my_route.papers", papers="、".join(papers))
    yield "；".join(t(f"approach.{code}") for code in visit.approach)
    for call in visit.to_call:
        name = f"{t(f'call_role.{call.role}')} {literal(call.name)}"
        yield f"{name} [{call.phone}](tel:{call.phone})" if call.phone else name


def _outcome(told: list[Word], t: Translate) -> None:
    """What was said of this visit so far."""
    for row in told:
        kinds = "、".join(t(f"outcome.{kind}") for kind in row["kinds"].split(";") if kind in OUTCOMES)
        money: str = f" {row['paid_fen'] / FEN_PER_YUAN:,.2f} {t('my_route.yuan')}" if pd.notna(row["paid_fen"]) else ""
        if row["stands"]:
            st.badge(f"{kinds}{money}", icon=":material/check:", color="green")
        else:
            why = "；".join(t(f"mark.{mark}") for mark in row["marks"].split(";"))
            st.badge(t("my_route.held", kinds=kinds, why=why), icon=":material/pending:", color="orange")


def _facts(visit: VisitToMake, t: Translate) -> str:
    told = [
        "、".join(t(f"purpose.{code}") for code in visit.purposes),
        t("my_route.worth", worth=t(f"worth.{visit.worth}"), yuan=f"{visit.expected_fen / FEN_PER_YUAN:,.0f}"),
        t("routes.owed", yuan=f"{visit.claimed_fen / FEN_PER_YUAN:,.0f}"),
        t("routes.chance", share=f"{100 * visit.p_find:.0f}"),
        t(f"point.{visit.point_source}"),
        "、".join(visit.case_ids),
    ]
    if visit.needs:
        told.append(t("routes.skills_of", words="、".join(t(f"skill.{need}") for need in visit.needs)))
    return " · ".join(told)


def _dialog(ctx: Context, route: RouteDay, visit: VisitToMake, corrects: str | None, t: Translate) -> None:
    title = t("my_route.correct_title" if corrects else "my_route.record_title", order=visit.order)
    st.dialog(title)(_form)(ctx, route, visit, corrects, t)


def _form(ctx: Context, route: RouteDay, visit: VisitToMake, corrects: str | None, t: Translate) -> None:
    """One word on a visit."""
    now = ctx.clock().astimezone(BEIJING)
    with st.form("word", border=False):
        kinds = st.pills(
            t("my_route.kinds"), OUTCOMES, selection_mode="multi", format_func=lambda kind: t(f"outcome.{kind}")
        )
        left, right = st.columns(2)
        paid = left.text_input(t("my_route.paid"), placeholder="0.00")
        fine = right.text_input(t("my_route.fine"), placeholder="0.00")
        day = left.date_input(t("my_route.on"), route.day)
        at = right.time_input(t("my_route.at"), time(now.hour, now.minute) if now.date() == route.day else _at(visit))
        step = st.selectbox(t("my_route.next_step"), NEXT_STEPS, format_func=lambda step: t(f"next_step.{step}"))
        note = st.text_area(t("my_route.note"), height=80)
        if not st.form_submit_button(t("my_route.save"), type="primary", width="stretch"):
            return
    if not kinds:
        st.error(t("my_route.no_kind"), icon=":material/error:")
        return
    told = OutcomeTold(
        uuid4().hex,
        visit.visit_id,
        tuple(kinds),
        datetime.combine(day, at).isoformat(),
        paid,
        fine,
        step,
        note,
        corrects,
    )
    recorded = record_outcomes(ctx, route.plan_id, route.squad_id, route.day, [told], "page")
    marks = "；".join(t(f"mark.{m}") for text in recorded.outcomes["marks"] for m in text.split(";") if m)
    words = t("my_route.held_now", order=visit.order, why=marks) if marks else t("my_route.saved", order=visit.order)
    done(PAGE, words, partial(take_back_outcome, outcome_id=told.outcome_id), well=not marks)


def _at(visit: VisitToMake) -> time:
    return time(visit.start // 60 % 24, visit.start % 60)
