"""Route cards on a page: make one, see which are out, bring outcomes back."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.units import moment
from planner.ui.folds import folded
from planner.ui.grids import TEXT, grid
from planner.ui.offers import HTML, offer_file
from planner.ui.words import show_error
from planner.usecases.cards import (
    BroughtBack,
    IssuedCard,
    bring_back,
    bring_back_text,
    card_file,
    cards_of_week,
    issue_card,
)

ISSUED = "card_issued"
BROUGHT = "card_brought"
KB = 1000


def show_card(ctx: Context, plan_id: str, squad_id: str, day: date, week_start: date, t: Translate) -> None:
    """Make a card for a squad's day; its passphrase is shown once."""
    with folded(t("cards.title"), "cards_open", ":material/smartphone:") as drawn:
        st.caption(t("cards.lead"))
        key = (plan_id, squad_id, day)
        if st.button(t("cards.issue"), icon=":material/lock:", key="issue_card"):
            st.session_state[ISSUED] = (key, issue_card(ctx, plan_id, squad_id, day, t))
        made: tuple[tuple[str, str, date], IssuedCard] | None = st.session_state.get(ISSUED)
        if made and made[0] == key:
            card = made[1]
            told = t("cards.issued", kb=f"{card.gzip_bytes / KB:.0f}", passphrase=card.passphrase)
            st.success(told, icon=":material/key:")
            make = partial(card_file, card=card)
            offer_file(t("cards.download"), make, f"{day}-{squad_id}.html", HTML, f"card {card.card_id}", main=True)
        if drawn:
            _listed(ctx, week_start, t)


def show_bring_back(ctx: Context, t: Translate) -> None:
    """Upload what cards saved, or paste their text."""
    with st.expander(t("cards.bring_back"), icon=":material/move_to_inbox:"):
        st.caption(t("cards.bring_back_lead"))
        for told in st.session_state.pop(BROUGHT, []):
            st.success(told, icon=":material/check_circle:")
        with st.form("bring_back", border=False, clear_on_submit=True):
            files = st.file_uploader("outcomes", accept_multiple_files=True, label_visibility="collapsed")
            text = st.text_area(t("cards.paste"), height=80)
            if not st.form_submit_button(t("cards.take"), type="primary"):
                return
        told, faults = [], []
        takes: list[bytes | str] = [file.getvalue() for file in files]
        for take in [*takes, *([text] if text.strip() else [])]:
            try:
                brought = bring_back_text(ctx, take) if isinstance(take, str) else bring_back(ctx, take)
                told.append(_told(ctx, brought, t))
            except PlannerError as error:
                faults.append(error)
        for fault in faults:
            show_error(fault, t)
        if told and not faults:
            st.session_state[BROUGHT] = told
            st.rerun(scope="app")
        for line in told:
            st.success(line, icon=":material/check_circle:")


def _told(ctx: Context, brought: BroughtBack, t: Translate) -> str:
    names = {squad.id: squad.name for squad in ctx.region.squads}
    recorded = brought.recorded
    return t(
        "cards.brought", squad=names.get(brought.squad_id, brought.squad_id), day=brought.day,
        counted=recorded.counted, held=recorded.held, repeated=recorded.repeated,
    )  # fmt: skip


def _listed(ctx: Context, week_start: date, t: Translate) -> None:
    cards = cards_of_week(ctx, week_start)
    st.markdown("##### " + t("cards.listed"))
    if cards.empty:
        st.caption(t("cards.none"))
        return
    names = {squad.id: squad.name for squad in ctx.region.squads}
    rows = pd.DataFrame(
        {
            "card": cards["card_id"],
            "squad": cards["squad_id"].map(names),
            "day": [f"{day:%m-%d}" for day in cards["day"]],
            "state": [t(f"cards.state_{state}") for state in cards["state"]],
            "issued": [moment(at) for at in cards["at"]],
            "by": cards["by"],
            "returned": [
                "—" if pd.isna(at) else f"{moment(at)}（{int(count)}）"
                for at, count in zip(cards["returned_at"], cards["outcomes"], strict=True)
            ],
        }
    )
    grid(rows, dict.fromkeys(map(str, rows), TEXT), t, "cards")
