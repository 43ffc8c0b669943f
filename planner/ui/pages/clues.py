"""线索: take clues in, find whose they are, replan for a live one, count what they led to."""

import time as clocks
from collections.abc import Hashable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from planner.access import Allowed, can
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.clue import CHANNELS, CLUE_KINDS, TRUST
from planner.model.units import BEIJING, FEN_PER_YUAN, clock
from planner.register import Match
from planner.ui.grids import TEXT, WHOLE, grid
from planner.ui.undo import done, show_done
from planner.ui.words import case_numbers, literal, show_error
from planner.usecases.accept import squads_changed
from planner.usecases.clue_inbox import found_for, inbox, rewards_table
from planner.usecases.clue_intake import Draft, enter, read_files, read_text, typed
from planner.usecases.clue_replan import accept_offer, decline_offer, followed_on, offer, undo_accept
from planner.usecases.clues import say, take_back
from planner.usecases.replan import Proposal, plan_changes

PAGE = "clues"
DRAFTS, OFFERED, TIMES = "clue_drafts", "clue_offered", "clue_times"
OPEN = ("waiting", "matched")
SHOWN = "clues_shown"
MOST_SHOWN = 30
SHEETS = ["xlsx", "xls", "csv", "txt", "ods", "html"]

Row = dict[Hashable, Any]


def show(ctx: Context, t: Translate) -> None:
    st.title(t("page.clues"))
    st.caption(t("clues.lead"))
    show_done(ctx, PAGE, t)
    _intake(ctx, t)
    if can(ctx.actor, "clue.decide") != Allowed():
        return
    told = inbox(ctx, st.session_state.get(SHOWN, frozenset()))
    st.session_state[SHOWN] = frozenset(told["clue_id"])
    _inbox(ctx, told, t)
    _rewards(ctx, told, t)


def _intake(ctx: Context, t: Translate) -> None:
    pasted, filled, sheet = st.tabs([t("clues.paste"), t("clues.form"), t("clues.sheet")])
    with pasted, st.form("paste", border=False):
        kept = st.session_state.get(TIMES, 0)  # a new field once what stood in it is kept
        text = st.text_area(t("clues.words"), help=t("clues.paste_help"), height=110, key=f"pasted_{kept}")
        if st.form_submit_button(t("clues.read"), type="primary"):
            st.session_state[DRAFTS] = read_text(ctx, text)
    with filled:
        _form(ctx, t)
    with sheet:
        files = st.file_uploader(t("clues.sheet"), SHEETS, accept_multiple_files=True, label_visibility="collapsed")
        if st.button(t("clues.read"), disabled=not files, key="read_sheet"):
            try:
                st.session_state[DRAFTS] = read_files(ctx, [(file.name, file.getvalue()) for file in files])
            except PlannerError as error:
                show_error(error, t)
    _drafts(ctx, t)


def _form(ctx: Context, t: Translate) -> None:
    today = ctx.clock().astimezone(BEIJING).date()
    with st.form("clue", border=False, clear_on_submit=True):
        words = st.text_area(t("clues.words"), height=80, key="clue_words")
        left, middle, right = st.columns(3)
        person, case = left.text_input(t("clues.person")), left.text_input(t("clues.case"))
        place, reporter = middle.text_input(t("clues.place")), middle.text_input(t("clues.reporter"))
        channel = right.selectbox(t("clues.channel"), CHANNELS, format_func=lambda c: t(f"channel.{c}"))
        kind = right.selectbox(t("clues.kind"), CLUE_KINDS, format_func=lambda k: t(f"clue_kind.{k}"))
        trust = left.selectbox(t("clues.trust"), TRUST, 1, format_func=lambda x: t(f"trust.{x}"))
        seen = middle.date_input(t("clues.seen"), today)
        until = right.date_input(t("clues.until"), today + timedelta(days=7))
        if not st.form_submit_button(t("clues.add"), type="primary"):
            return
    if not (words or person or case):
        st.error(t("clues.nothing"), icon=":material/error:")
        return
    draft = typed(ctx, words, person, case_numbers(case), place, reporter, channel, kind, trust, seen, until)
    _save(ctx, [draft], t)


def _drafts(ctx: Context, t: Translate) -> None:
    """What was read, before it is kept."""
    drafts: list[Draft] = st.session_state.get(DRAFTS, [])
    if not drafts:
        return
    st.info(t("clues.read_count", count=len(drafts)), icon=":material/fact_check:")
    for draft in drafts[:MOST_SHOWN]:
        with st.container(border=True):
            st.text(draft.tip.words)
            st.caption(_draft_told(ctx, draft, t))
            if draft.marks:
                marks = "；".join(t(f"clue_mark.{mark}") for mark in draft.marks)
                st.warning(t("clues.marks", marks=marks), icon=":material/info:")
            for match in draft.found[:3] if can(ctx.actor, "clue.decide") == Allowed() else ():
                st.markdown("- " + _match_told(ctx, match, t))
            if draft.same_as:
                st.caption(t("clues.identical") if draft.identical else t("clues.same", count=len(draft.same_as)))
    if st.button(t("clues.save_all", count=len(drafts)), type="primary", icon=":material/save:"):
        _save(ctx, drafts, t)


def _save(ctx: Context, drafts: Sequence[Draft], t: Translate) -> None:
    before = len(drafts)
    matched = enter(ctx, drafts).matched
    st.session_state.pop(DRAFTS, None)
    st.session_state[TIMES] = st.session_state.get(TIMES, 0) + 1
    done(PAGE, t("clues.saved", count=before, matched=matched))


def _draft_told(ctx: Context, draft: Draft, t: Translate) -> str:
    tip = draft.tip
    told = [
        t(
            "clues.told",
            channel=t(f"channel.{draft.channel}"),
            reporter=f" {tip.reporter}" if tip.reporter else "",
            kind=t(f"clue_kind.{draft.kind}"),
            trust=t(f"trust.{draft.trust}"),
            seen=_moment(tip.seen_on, tip.seen_min),
        )
    ]
    if draft.township_code:
        told.append(_place(ctx, draft.township_code, draft.village_code))
    if tip.good_until:
        told.append(t("clues.good_until", until=_moment(tip.good_until, tip.until_min)))
    return " · ".join(literal(text) for text in told)


def _inbox(ctx: Context, told: pd.DataFrame, t: Translate) -> None:
    waiting = told[told["state"].isin(OPEN)]
    st.subheader(t("clues.inbox", count=len(waiting)))
    if told.empty:
        st.info(t("clues.empty"), icon=":material/info:")
        return
    for row in waiting.head(MOST_SHOWN).to_dict("records"):
        with st.container(border=True):
            _clue(ctx, row, waiting, t)


def _clue(ctx: Context, row: Row, waiting: pd.DataFrame, t: Translate) -> None:
    st.text(row["words"])
    reporter: str = f" {row['reporter']}" if pd.notna(row["reporter"]) else ""
    told = [
        t(
            "clues.told",
            channel=t(f"channel.{row['channel']}"),
            reporter=reporter,
            kind=t(f"clue_kind.{row['kind']}"),
            trust=t(f"trust.{row['trust']}"),
            seen=_moment(row["seen_on"], row["seen_min"]),
        ),
        t(f"clue_state.{row['state']}"),
    ]
    if pd.notna(row["good_until"]):
        told.append(t("clues.good_until", until=_moment(row["good_until"], row["until_min"])))
    if row["state"] == "matched" and not row["live"]:
        told.append(t("clues.past"))
    st.caption(" · ".join(literal(text) for text in told))
    if row["marks"]:
        marks = "；".join(t(f"clue_mark.{mark}") for mark in row["marks"].split(";"))
        st.caption(t("clues.marks", marks=marks))
    if row["state"] == "waiting":
        _matching(ctx, row, t)
    else:
        _matched(ctx, row, t)
    _words(ctx, row, waiting, t)


def _matching(ctx: Context, row: Row, t: Translate) -> None:
    """Whose it may be: one touch takes it."""
    found = found_for(ctx, row["clue_id"])
    if not found:
        st.caption(t("clues.nobody"))
    for n, match in enumerate(found[:4]):
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.markdown(_match_told(ctx, match, t))
        if button.button(t("clues.take"), key=f"take_{row['clue_id']}_{n}", width="stretch"):
            _said(ctx, row["clue_id"], "matched", match.case_ids, None, t)
    with st.form(f"by_number_{row['clue_id']}", border=False):
        field, button = st.columns([4, 1], vertical_alignment="bottom")
        numbers = field.text_input(t("clues.case"), key=f"case_{row['clue_id']}")
        if button.form_submit_button(t("clues.by_number"), width="stretch") and numbers:
            _said(ctx, row["clue_id"], "matched", case_numbers(numbers), None, t)


def _matched(ctx: Context, row: Row, t: Translate) -> None:
    cases = str(row["case_ids"]).replace(";", "、")
    st.markdown(t("clues.whose", cases=literal(cases), reason=t(f"match_reason.{row['reason']}")))
    result = t("clues.found" if row["found"] else "clues.not_found")
    st.caption(t("clues.result", found=result, yuan=f"{row['paid_fen'] / FEN_PER_YUAN:,.0f}"))
    if row["declined"]:
        st.caption(t("clues.declined"))
    elif row["plan"]:
        st.caption(t("clues.planned", plan=row["plan"]))
    elif row["live"]:
        _offer(ctx, row, t)


def _offer(ctx: Context, row: Row, t: Translate) -> None:
    """What a replan would do; the chief takes it or not."""
    clue_id = row["clue_id"]
    offers: dict[str, tuple[Proposal, float]] = st.session_state.setdefault(OFFERED, {})
    if clue_id not in offers:
        if st.button(t("clues.offer_button"), key=f"offer_{clue_id}", icon=":material/published_with_changes:"):
            began = clocks.monotonic()
            try:
                with st.spinner(t("clues.working")):
                    proposal = offer(ctx, clue_id)
            except PlannerError as error:
                show_error(error, t)
                return
            offers[clue_id] = (proposal, clocks.monotonic() - began)
            st.rerun()
        return
    proposal, seconds = offers[clue_id]
    st.info(_effect(ctx, proposal, row["case_ids"], seconds, t), icon=":material/calculate:")
    with st.container(horizontal=True):
        takes = st.button(t("clues.accept"), key=f"accept_{clue_id}", type="primary", icon=":material/check:")
        leaves = st.button(t("clues.decline"), key=f"decline_{clue_id}", icon=":material/block:")
    if not (takes or leaves):
        return
    offers.pop(clue_id)
    try:
        if takes:
            accept_offer(ctx, clue_id, proposal)
            squads = _squads(ctx, proposal)
            words = t("clues.accepted", plan=proposal.plan.id, squads=squads)
            back = partial(undo_accept, clue_id=clue_id, plan_id=proposal.plan.id, before_id=proposal.before.id)
        else:
            decline_offer(ctx, clue_id)
            words, back = t("clues.declined"), partial(take_back, clue_id=clue_id)
    except PlannerError as error:
        show_error(error, t)
        return
    done(PAGE, words, back)


def _effect(ctx: Context, proposal: Proposal, case_ids: str, seconds: float, t: Translate) -> str:
    names = {squad.id: squad.name for squad in ctx.region.squads}
    on = followed_on(proposal, case_ids)
    followed = (
        t("clues.followed", squad=names[on[0]], day=f"{on[1]:%m-%d}", minute=clock(on[2]))
        if on
        else t("clues.not_followed")
    )
    changes = plan_changes(proposal.before, proposal.plan)
    if changes.empty:
        return t("clues.no_change", followed=followed, seconds=f"{seconds:.1f}")
    now = ctx.clock().astimezone(BEIJING)
    return t(
        "clues.offered",
        day=f"{now:%m-%d}",
        minute=f"{now:%H:%M}",
        followed=followed,
        before=f"{proposal.before.prize:,}",
        after=f"{proposal.plan.prize:,}",
        moved=len(changes),
        squads=_squads(ctx, proposal),
        seconds=f"{seconds:.1f}",
    )


def _squads(ctx: Context, proposal: Proposal) -> str:
    names = {squad.id: squad.name for squad in ctx.region.squads}
    return "、".join(names[squad] for squad in squads_changed(proposal)) or "—"


def _words(ctx: Context, row: Row, waiting: pd.DataFrame, t: Translate) -> None:
    clue_id = row["clue_id"]
    others = [other for other in waiting["clue_id"] if other != clue_id]
    with st.container(horizontal=True):
        if row["state"] == "matched" and st.button(t("clues.confirm"), key=f"confirm_{clue_id}"):
            _said(ctx, clue_id, "confirmed", (), None, t)
        if st.button(t("clues.dismiss"), key=f"dismiss_{clue_id}"):
            _said(ctx, clue_id, "dismissed", (), None, t)
        for other in [o for o in others if o in row["like"]][:2]:
            if st.button(t("clues.join", id=other[:4]), key=f"join_{clue_id}_{other}"):
                _said(ctx, clue_id, "joined", (), other, t)


def _said(
    ctx: Context, clue_id: str, word: str, case_ids: Sequence[str], other: str | None, t: Translate
) -> None:  # fmt: skip
    try:
        say(ctx, clue_id, word, case_ids, other)
    except PlannerError as error:
        show_error(error, t)
        return
    done(PAGE, t("access.clue_said", word=t(f"access.clue_{word}")), partial(take_back, clue_id=clue_id))


def _match_told(ctx: Context, match: Match, t: Translate) -> str:
    return t(
        "clues.candidate",
        name=literal(match.name),
        place=_place(ctx, match.township_code, match.village_code),
        cases=literal("、".join(match.case_ids)),
        sure=f"{100 * match.sure:.0f}",
        reason=t(f"match_reason.{match.reason}"),
    )


def _place(ctx: Context, township: str | None, village: str | None) -> str:
    names = ctx.region.village_names
    told = (ctx.region.township_name(township) if township else "", names.get(village, "") if village else "")
    return " ".join(text for text in told if text) or "—"


def _moment(day: Any, minute: Any) -> str:
    if pd.isna(day):
        return "—"
    return f"{day:%m-%d}" + (f" {clock(int(minute))}" if pd.notna(minute) else "")


def _rewards(ctx: Context, told: pd.DataFrame, t: Translate) -> None:
    with st.expander(t("clues.rewards"), icon=":material/redeem:"):
        st.caption(t("clues.rewards_told", most=ctx.policy.reward.most_a_month))
        table = rewards_table(ctx, told)
        if table.empty:
            st.caption(t("clues.no_rewards"))
            return
        kinds: dict[str, str | None] = dict.fromkeys(("month", "township", "village"), TEXT)
        kinds |= dict.fromkeys(("clues", "useful", "found", "paid_yuan", "points"), WHOLE)
        grid(table, kinds, t, "rewards")
