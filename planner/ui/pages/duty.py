"""指挥中心: the board of a day, for a desk or a wall: it refreshes by itself."""

from collections.abc import Hashable
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.outcome import OUTCOMES
from planner.model.units import BEIJING, FEN_PER_YUAN, clock, minute_of, moment
from planner.ui.address import choose
from planner.ui.cards import show_bring_back
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, WHOLE, Figure, figures, grid
from planner.ui.undo import done, show_done
from planner.ui.words import literal, show_error
from planner.usecases.duty import Duty, days_of_plan, duty, waiting_outcomes
from planner.usecases.in_force import InForce, in_force
from planner.usecases.record import OutcomeTold, decide_outcome, take_back_outcome

PAGE = "duty"
EVERY = "10s"
MOST_LISTED = 20
WALL = """<style>
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"], [data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { padding-top: 1rem; max-width: none; }
[data-testid="stMetricValue"] { font-size: 2.6rem; }
</style>"""


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.duty"))
    plan = in_force(ctx)
    if plan is None:
        nothing_yet(t("routes.empty"), "plan", t)
        return
    if st.query_params.get("wall"):
        st.html(WALL)
    day = _day(ctx, plan, t)
    st.fragment(_board, run_every=EVERY)(ctx, plan, day, t)
    show_bring_back(ctx, t)
    _waiting(ctx, waiting_outcomes(ctx, plan.plan_id), t)


def _day(ctx: Context, plan: InForce, t: Translate) -> date:
    days, today = days_of_plan(ctx, plan.plan_id), ctx.clock().astimezone(BEIJING).date()
    first = today if today in days else None
    return choose("day", t("plan.day"), days, partial(_weekday, t), t, default=first, buttons=True)


def _weekday(t: Translate, day: date) -> str:
    return t("plan.weekday", day=f"{day:%m-%d}", weekday=t(f"weekday.{day.weekday()}"))


def _board(ctx: Context, plan: InForce, day: date, t: Translate) -> None:
    asked = _asked_minute()
    board = duty(ctx, plan.plan_id, day, asked)
    now = t("duty.as_of", day=f"{day:%Y-%m-%d}", minute=clock(board.minute), now=moment(board.now), id=plan.plan_id)
    st.caption(now)
    _figures(board, t)
    _squads(board, t)
    _latest(board, t)


def _asked_minute() -> int | None:
    """``?at=10:20`` shows another time of the day: to rehearse, or to look back."""
    try:
        return minute_of(st.query_params["at"])
    except (KeyError, ValueError):
        return None


def _figures(board: Duty, t: Translate) -> None:
    today, week = board.today, board.week
    planned, due = (sum(getattr(squad, name) for squad in board.squads) for name in ("planned", "due"))
    yuan = t("duty.yuan", yuan=f"{today.paid_fen / FEN_PER_YUAN:,.0f}")
    figures(
        [
            Figure(t("duty.told"), f"{today.visits} / {planned}", t("duty.due", count=due)),
            Figure(t("duty.found"), f"{today.found}", t("duty.week", value=week.found)),
            Figure(t("duty.paid"), yuan, t("duty.week", value=f"{week.paid_fen / FEN_PER_YUAN:,.0f}")),
            Figure(t("outcome.summoned"), f"{today.kinds['summoned']}", t("duty.week", value=week.kinds["summoned"])),
            Figure(t("outcome.detained"), f"{today.kinds['detained']}", t("duty.week", value=week.kinds["detained"])),
            Figure(t("outcome.fined"), f"{today.kinds['fined']}", t("duty.week", value=week.kinds["fined"])),
            Figure(t("duty.held"), f"{len(board.held)}", t("duty.not_counted")),
        ]
    )


def _squads(board: Duty, t: Translate) -> None:
    rows = pd.DataFrame(
        [
            {
                "squad": squad.squad,
                "state": t(f"duty.{squad.state}"),
                "township": squad.township or "—",
                "whereabouts": squad.at or "—",
                "next": clock(squad.next_min) if squad.next_min is not None else "—",
                "told": f"{squad.told} / {squad.planned}",
                "found": squad.found,
                "late": squad.late,
                "paid_yuan": squad.paid_fen // FEN_PER_YUAN,
            }
            for squad in board.squads
        ]
    )
    kinds = dict.fromkeys(("squad", "state", "township", "whereabouts", "next", "told"), TEXT)
    grid(rows, kinds | dict.fromkeys(("found", "late", "paid_yuan"), WHOLE), t, "duty_squads")
    if late := [squad.squad for squad in board.squads if squad.late]:
        st.warning(t("duty.late_squads", names="、".join(late)), icon=":material/schedule:")


def _latest(board: Duty, t: Translate) -> None:
    """The newest words, without names."""
    st.markdown("##### " + t("duty.latest"))
    if board.latest.empty:
        st.caption(t("duty.nothing_yet"))
        return
    names = {squad.squad_id: squad.squad for squad in board.squads}
    rows = board.latest.head(MOST_LISTED)
    told = pd.DataFrame(
        {
            "came": [moment(at.to_pydatetime()) for at in rows["at"]],
            "squad": [names.get(squad_id, squad_id) for squad_id in rows["squad_id"]],
            "outcome": [_kinds(text, t) for text in rows["kinds"]],
            "paid_yuan": (rows["paid_fen"] / FEN_PER_YUAN).round(2),
            "fine_yuan": (rows["fine_fen"] / FEN_PER_YUAN).round(2),
            "next_step": [t(f"next_step.{step}") for step in rows["next_step"]],
        }
    )
    kinds = {"came": TEXT, "squad": TEXT, "outcome": TEXT, "paid_yuan": WHOLE, "fine_yuan": WHOLE, "next_step": TEXT}
    grid(told, kinds, t, "duty_latest")


def _waiting(ctx: Context, waiting: pd.DataFrame, t: Translate) -> None:
    """What a person must look at before it counts."""
    show_done(ctx, PAGE, t)
    if waiting.empty:
        return
    st.markdown("##### " + t("duty.waiting", count=len(waiting)))
    names = {squad.id: squad.name for squad in ctx.region.squads}
    for row in waiting.to_dict("records"):
        with st.container(border=True):
            st.markdown(
                f"**{names.get(row['squad_id'], row['squad_id'])} {row['day']:%m-%d}　{_kinds(row['kinds'], t)}**"
            )
            st.markdown("；".join(t(f"mark.{mark}") for mark in row["marks"].split(";")))
            if pd.notna(row["told"]):
                st.caption(t("duty.as_written", text=literal(row["told"])))
            _decision(ctx, row, t)


def _decision(ctx: Context, row: dict[Hashable, Any], t: Translate) -> None:
    outcome_id = str(row["outcome_id"])
    known = [kind for kind in str(row["kinds"]).split(";") if kind in OUTCOMES]
    minute = row["minute"]
    happened = f"{row['day']:%Y-%m-%d}T{clock(int(minute) if pd.notna(minute) else 0)}"
    with st.form(f"held_{outcome_id}", border=False):
        kinds = st.pills(
            t("my_route.kinds"), OUTCOMES, selection_mode="multi", default=known,
            format_func=lambda kind: t(f"outcome.{kind}"),
        )  # fmt: skip
        left, right = st.columns(2)
        paid = left.text_input(t("my_route.paid"), _yuan(row["paid_fen"]))
        fine = right.text_input(t("my_route.fine"), _yuan(row["fine_fen"]))
        takes = left.form_submit_button(t("duty.count_it"), type="primary", icon=":material/check:")
        leaves = right.form_submit_button(t("duty.leave_it"), icon=":material/block:")
    settled = OutcomeTold(outcome_id, str(row["visit_id"]), tuple(kinds), happened, paid, fine, str(row["next_step"]))
    if takes or leaves:
        try:
            new_id = uuid4().hex
            decide_outcome(ctx, outcome_id, settled if takes else None, new_id)
        except PlannerError as error:
            show_error(error, t)
            return
        words = t("access.counted" if takes else "access.left_out")
        done(PAGE, words, partial(take_back_outcome, outcome_id=new_id))


def _kinds(text: str, t: Translate) -> str:
    return "、".join(t(f"outcome.{kind}") if kind in OUTCOMES else literal(kind) for kind in text.split(";"))


def _yuan(fen: Any) -> str:
    return "" if pd.isna(fen) else f"{fen / FEN_PER_YUAN:.2f}"
