"""账户: who may sign in, and as what."""

import pandas as pd
import streamlit as st

from planner.access import PAGE_ROLES
from planner.bootstrap import Context
from planner.errors import PlannerError
from planner.i18n import Translate
from planner.model.units import moment
from planner.ui.grids import TEXT, pick
from planner.ui.words import literal, show_error
from planner.usecases.users import add_user, change_user, list_users, reset_password, sign_out_user

COLUMNS = dict.fromkeys(("account", "role", "squad", "state", "last_seen"), TEXT)
SAID = "users_said"


def show(ctx: Context, t: Translate) -> None:
    st.title(t("users.title"))
    st.caption(t("users.lead"))
    if said := st.session_state.pop(SAID, None):
        st.success(literal(said), icon=":material/check_circle:")
    _add(ctx, t)
    accounts = list_users(ctx)
    st.subheader(t("users.count", count=len(accounts)))
    st.caption(t("users.pick"))
    picked = pick(_told(ctx, accounts, t), COLUMNS, t, "accounts")
    if picked:
        _change(ctx, accounts.iloc[picked[0]], t)


def _add(ctx: Context, t: Translate) -> None:
    with st.expander(t("users.add"), icon=":material/person_add:"), st.form("add_user", border=False):
        name = st.text_input(t("users.name"))
        role, squad_id = _role_and_squad(ctx, t, None, None)
        own = st.checkbox(
            t("users.own_password"), value=ctx.settings.identity == "users", help=t("users.own_password_help")
        )
        if not st.form_submit_button(t("users.add"), type="primary"):
            return
    try:
        words = add_user(ctx, name, role, squad_id if role == "officer" else None, own)
    except PlannerError as error:
        show_error(error, t)
        return
    _say(t("users.made", name=name, password=words) if words else t("users.made_elsewhere", name=name))


def _change(ctx: Context, account: "pd.Series[str]", t: Translate) -> None:
    name, version = str(account["name"]), int(str(account["version"]))
    with st.form(f"change_{name}"):
        st.markdown(f"**{literal(name)}**")
        role, squad_id = _role_and_squad(ctx, t, str(account["role"]), account["squad_id"])
        active = st.checkbox(t("users.active"), value=bool(account["active"]))
        left, middle, right = st.columns(3)
        save = left.form_submit_button(t("users.save"), type="primary")
        reset = middle.form_submit_button(t("users.reset"), disabled=not account["own_password"])
        out = right.form_submit_button(t("users.sign_out"))
    if save:
        change_user(ctx, name, version, role, squad_id if role == "officer" else None, active)
        _say(t("users.saved", name=name))
    if reset:
        _say(t("users.reset_done", name=name, password=reset_password(ctx, name, version)))
    if out:
        _say(t("users.signed_out", count=sign_out_user(ctx, name)))


def _role_and_squad(ctx: Context, t: Translate, role: str | None, squad_id: object) -> tuple[str, str | None]:
    names = {squad.id: squad.name for squad in ctx.region.squads}
    left, right = st.columns(2)
    chosen = left.selectbox(
        t("users.role"), PAGE_ROLES, PAGE_ROLES.index(role) if role in PAGE_ROLES else 0,
        format_func=lambda code: t(f"role.{code}"),
    )  # fmt: skip
    place = list(names).index(str(squad_id)) if squad_id in names else None
    squad = right.selectbox(t("users.squad"), list(names), place, format_func=names.__getitem__, placeholder="—")
    return chosen, squad


def _told(ctx: Context, accounts: pd.DataFrame, t: Translate) -> pd.DataFrame:
    names = {squad.id: squad.name for squad in ctx.region.squads}
    return pd.DataFrame(
        {
            "account": accounts["name"],
            "role": [t(f"role.{role}") for role in accounts["role"]],
            "squad": [names.get(squad, "—") for squad in accounts["squad_id"]],
            "state": ["✓" if active else "✕" for active in accounts["active"]],
            "last_seen": [moment(at) if pd.notna(at) else "—" for at in accounts["last_seen"]],
        }
    )


def _say(told: str) -> None:
    st.session_state[SAID] = told
    st.rerun()
