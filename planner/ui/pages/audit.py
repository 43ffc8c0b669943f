"""审计日志: who saw, took or changed what, and whether the chain is whole."""

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.model.units import moment
from planner.ui.grids import TEXT, WHOLE, grid
from planner.usecases.audit_log import entries, verify

FAMILIES = ("case", "clue", "paper", "placing")
"""Deeds of which there are many kinds."""

MOST = 2_000
HASH_LETTERS = 16
COLUMNS = {"audit_id": WHOLE, "audit_at": TEXT, "audit_by": TEXT, "audit_action": TEXT, "subject": TEXT, "detail": TEXT}


def show(ctx: Context, t: Translate) -> None:
    st.title(t("audit.title"))
    st.caption(t("audit.lead"))
    checked = verify(ctx)
    if checked.broken is not None:
        st.error(t("audit.broken", row=checked.broken), icon=":material/link_off:")
    else:
        told = {"count": f"{checked.rows:,}", "at": moment(checked.at), "hash": checked.last_hash[:HASH_LETTERS] or "—"}
        st.success(t("audit.intact", **told), icon=":material/link:")
    rows = entries(ctx)
    who, what, when = st.columns(3)
    by = who.selectbox(t("audit.who"), sorted(set(rows["by"])), index=None, placeholder="—")
    action = what.selectbox(
        t("audit.what"),
        sorted(set(rows["action"])),
        index=None,
        placeholder="—",
        format_func=lambda deed: _deed(deed, t),
    )
    days = when.date_input(t("audit.days"), value=[], format="YYYY-MM-DD")
    since, until = (days[0], days[-1]) if isinstance(days, tuple | list) and days else (None, None)
    found = entries(ctx, by, action, since, until)
    st.markdown(t("audit.rows", count=f"{len(found):,}", most=f"{MOST:,}"))
    if found.empty:
        st.caption(t("audit.none"))
        return
    shown = found.head(MOST).rename(columns={"id": "audit_id", "by": "audit_by"})
    shown["audit_at"] = pd.Series([moment(at) for at in shown["at"]], dtype="str")
    shown["audit_action"] = pd.Series([_deed(deed, t) for deed in shown["action"]], dtype="str")
    grid(shown, COLUMNS, t, "audit", 560)


def _deed(action: str, t: Translate) -> str:
    """In words; of a family the rest of the code says which."""
    family, _, which = action.partition(".")
    return t(f"deed.{family}", which=which) if family in FAMILIES else t(f"deed.{action.replace('.', '_')}")
