"""审计日志: who saw, took or changed what, and whether the chain is whole."""

import pandas as pd
import streamlit as st

from planner.bootstrap import Context
from planner.i18n import Translate
from planner.ui.grids import TEXT, WHOLE, grid, moment
from planner.usecases.audit_log import entries, verify

MOST = 2_000
HASH_LETTERS = 16
COLUMNS = {"audit_id": WHOLE, "at": TEXT, "by": TEXT, "audit_action": TEXT, "subject": TEXT, "detail": TEXT}


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
    action = what.selectbox(t("audit.what"), sorted(set(rows["action"])), index=None, placeholder="—")
    days = when.date_input(t("audit.days"), value=[], format="YYYY-MM-DD")
    since, until = (days[0], days[-1]) if isinstance(days, tuple | list) and days else (None, None)
    found = entries(ctx, by, action, since, until)
    st.markdown(t("audit.rows", count=f"{len(found):,}", most=f"{MOST:,}"))
    if found.empty:
        st.caption(t("audit.none"))
        return
    shown = found.head(MOST).rename(columns={"id": "audit_id", "action": "audit_action"})
    shown["at"] = pd.Series([moment(at) for at in shown["at"]], dtype="str")
    grid(shown, COLUMNS, t, "audit", 560)
