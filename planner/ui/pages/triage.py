"""分流: who is proposed to be worked elsewhere and why, what is out now, what came back."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.triage import ACTIONS, TEAMS
from planner.model.units import FEN_PER_YUAN, moment
from planner.ui.empty import nothing_yet
from planner.ui.grids import TEXT, WHOLE, grid, pick
from planner.ui.offers import XLSX, offer_file
from planner.ui.undo import done, show_done
from planner.ui.words import case_numbers, show_error
from planner.usecases.score import latest
from planner.usecases.triage import (
    Proposed,
    came_back,
    hand_over_pdf,
    out_of_field,
    proposed,
    take_back,
    take_out,
    triage_workbook,
    undo,
)

PAGE = "triage"
HEIGHT = 340


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.triage"))
    st.caption(t("triage.lead"))
    show_done(ctx, PAGE, t)
    found = proposed(ctx)
    urge, hand_over, relief = st.tabs([t(f"action.{action}") for action in ACTIONS[:-1]])
    with urge:
        _urge(ctx, found, t)
    with hand_over:
        _hand_over(ctx, found, t)
    with relief:
        _relief(ctx, found, t)
    _by_number(ctx, t)
    _out(ctx, t)


def _urge(ctx: Context, found: Proposed, t: Translate) -> None:
    if latest(ctx) is None:
        nothing_yet(t("triage.no_score"), "hotspots", t)
        return
    rule, urge = ctx.policy.urge, found.urge
    yuan = f"{rule.most_fen / FEN_PER_YUAN:,.0f}"
    st.write(t("triage.urge_lead", yuan=yuan, again=rule.again_after_days, count=len(urge)))
    if urge.empty:
        return
    shown = pd.DataFrame(
        {
            "case_ids": urge["case_ids"].str.replace(";", "、"),
            "township": urge["township_code"].map(ctx.region.township_names),
            "village": urge["village_code"].map(ctx.region.village_names),
            "claimed_yuan": urge["claimed_fen"] // FEN_PER_YUAN,
            "why": [t(f"triage_reason.{reason}") for reason in urge["reason"]],
        }
    )
    kinds = dict.fromkeys(("case_ids", "township", "village"), TEXT) | {"claimed_yuan": WHOLE, "why": TEXT}
    rows = pick(shown, kinds, t, "urge", HEIGHT, many=True)
    label = t("triage.send_urged", count=len(rows))
    if st.button(label, disabled=not rows, type="primary", icon=":material/campaign:"):
        _send(ctx, _cases(urge["case_ids"].iloc[rows]), "urged", "small_claim", None, "", t)


def _hand_over(ctx: Context, found: Proposed, t: Translate) -> None:
    over = found.hand_over
    st.write(t("triage.hand_over_lead", count=len(over)))
    if over.empty:
        return
    shown = pd.DataFrame(
        {
            "case_ids": over["case_ids"].str.replace(";", "、"),
            "team": [t(f"team.{team}") for team in over["team"]],
            "why": [t(f"triage_reason.{reason}") for reason in over["reason"]],
        }
    )
    rows = pick(shown, dict.fromkeys(map(str, shown), TEXT), t, "hand_over", HEIGHT, many=True)
    label = t("triage.send_handed_over", count=len(rows))
    if st.button(label, disabled=not rows, type="primary", icon=":material/outbox:"):
        try:
            for row in over.iloc[rows].to_dict("records"):
                take_out(ctx, row["case_ids"].split(";"), "handed_over", row["reason"], team=row["team"])
        except PlannerError as error:
            show_error(error, t)
            return
        done(PAGE, t("triage.sent", count=len(rows)), partial(undo, case_ids=_cases(over["case_ids"].iloc[rows])))


def _relief(ctx: Context, found: Proposed, t: Translate) -> None:
    relief = found.relief
    st.write(t("triage.relief_lead", count=len(relief)))
    if relief.empty:
        return
    shown = relief.assign(case_ids=relief["case_id"], why=[t(f"triage_reason.{reason}") for reason in relief["reason"]])
    rows = pick(shown, {"case_ids": TEXT, "why": TEXT}, t, "relief", HEIGHT, many=True)
    label = t("triage.send_relief", count=len(rows))
    if st.button(label, disabled=not rows, type="primary", icon=":material/volunteer_activism:"):
        _send(ctx, relief["case_id"].iloc[rows].tolist(), "relief", "livelihood_unable", None, "", t)


def _by_number(ctx: Context, t: Translate) -> None:
    with st.expander(t("triage.by_number"), icon=":material/edit:"), st.form("by_number", border=False):
        numbers = st.text_area(t("triage.numbers"), height=80)
        left, right = st.columns(2)
        action = left.selectbox(t("triage.action"), ACTIONS[:-1], format_func=lambda a: t(f"action.{a}"))
        team = right.selectbox(t("triage.team"), TEAMS, format_func=lambda team: t(f"team.{team}"))
        note = st.text_input(t("triage.note"))
        if st.form_submit_button(t("triage.send")) and numbers.strip():
            handed = team if action == "handed_over" else None
            _send(ctx, case_numbers(numbers), action, "person", handed, note, t)


def _out(ctx: Context, t: Translate) -> None:
    out = out_of_field(ctx)
    st.subheader(t("triage.out", count=len(out)))
    if out.empty:
        st.caption(t("triage.out_none"))
    else:
        rows = pick(_told(out, t), OUT, t, "out", HEIGHT, many=True)
        label = t("triage.take_back", count=len(rows))
        with st.container(horizontal=True):
            back = st.button(label, disabled=not rows, icon=":material/undo:")
            make = partial(triage_workbook, t=t)
            offer_file(t("triage.download"), make, f"{t('triage.title')}.xlsx", XLSX, "triage")
            if (out["action"] == "handed_over").any():
                slips = partial(hand_over_pdf, t=t)
                offer_file(t("triage.slips"), slips, f"{t('print.slip_title')}.pdf", "application/pdf", "slips")
        st.caption(t("triage.people"))
        if back:
            case_ids = out["case_id"].iloc[rows].tolist()
            take_back(ctx, case_ids)
            done(PAGE, t("triage.back", count=len(rows)), partial(undo, case_ids=case_ids))
    over = came_back(ctx)
    if len(over):
        with st.expander(t("triage.over", count=len(over))):
            grid(_told(over, t), OUT, t, "over")


OUT = dict.fromkeys(("case_ids", "action", "team", "until", "why", "by", "came"), TEXT)


def _told(out: pd.DataFrame, t: Translate) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_ids": out["case_id"],
            "action": [t(f"action.{action}") for action in out["action"]],
            "team": ["" if pd.isna(team) else t(f"team.{team}") for team in out["team"]],
            "until": out["until"].dt.strftime("%Y-%m-%d").fillna(""),
            "why": [t(f"triage_reason.{reason}") for reason in out["reason"]],
            "by": out["by"],
            "came": [moment(at.to_pydatetime()) for at in out["at"]],
        }
    )


def _cases(joined: "pd.Series[str]") -> list[str]:
    return [case_id for ids in joined for case_id in ids.split(";")]


def _send(
    ctx: Context, case_ids: Sequence[str], action: str, reason: str, team: str | None, note: str, t: Translate
) -> None:
    try:
        take_out(ctx, case_ids, action, reason, team=team, note=note)
    except PlannerError as error:
        show_error(error, t)
        return
    done(PAGE, t("triage.sent", count=len(case_ids)), partial(undo, case_ids=case_ids))
