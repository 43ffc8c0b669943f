"""Accounts: who may sign in to the pages, in which role, for which squad."""

from dataclasses import replace

import pandas as pd

from planner.access import PAGE_ROLES
from planner.errors import Overtaken, RequestError
from planner.store import accounts
from planner.store.accounts import Account
from planner.usecases.context import Context, permit
from planner.usecases.sign_in import new_password

MOST_LETTERS = 80

DEMO = (
    ("示例院长", "chief"),
    ("示例排班员", "planner"),
    ("示例干警", "officer"),
    ("示例联络员", "contact_clerk"),
    ("示例分析员", "analyst"),
    ("示例管理员", "administrator"),
    ("示例审计员", "auditor"),
)


def list_users(ctx: Context) -> pd.DataFrame:
    """As store.accounts.listed."""
    permit(ctx, "users.manage")
    return accounts.listed(ctx.engine)


def add_user(ctx: Context, name: str, role: str, squad_id: str | None = None, own_password: bool = True) -> str | None:
    """A new account. Its first password, told once and changed at the first sign-in; None: signs in elsewhere.

    Raises:
        RequestError: the name is empty, too long or taken, no such role or squad, or an officer without a squad.
    """
    permit(ctx, "users.manage")
    name = name.strip()
    if not 0 < len(name) <= MOST_LETTERS or not name.isprintable():
        raise RequestError("account_name_odd", most=MOST_LETTERS)
    _require_role(ctx, role, squad_id)
    words, hashed = new_password() if own_password else (None, None)
    account = Account(name, role, squad_id, hashed, own_password, active=True, version=1)
    accounts.add(ctx.engine, account, ctx.clock(), ctx.actor.name)
    return words


def change_user(ctx: Context, name: str, version: int, role: str, squad_id: str | None, active: bool) -> None:
    """Give an account another role, squad or standing; what it is signed in to ends at once.

    Raises:
        RequestError: no such account, role or squad. Overtaken: somebody changed it meanwhile.
    """
    permit(ctx, "users.manage")
    account = _known(ctx, name, version)
    _require_role(ctx, role, squad_id)
    changed = replace(account, role=role, squad_id=squad_id, active=active)
    detail = f"{role} {squad_id or ''} {'active' if active else 'inactive'}".replace("  ", " ")
    accounts.change(ctx.engine, changed, ctx.clock(), ctx.actor.name, detail)
    accounts.end(ctx.engine, ctx.clock(), ctx.actor.name, name)


def reset_password(ctx: Context, name: str, version: int) -> str:
    """A new first password for an account, which is signed out everywhere; raises as :func:`change_user`."""
    permit(ctx, "users.manage")
    words, hashed = new_password()
    changed = replace(_known(ctx, name, version), password=hashed, must_change=True)
    accounts.change(ctx.engine, changed, ctx.clock(), ctx.actor.name, "password reset")
    accounts.end(ctx.engine, ctx.clock(), ctx.actor.name, name)
    return words


def sign_out_user(ctx: Context, name: str) -> int:
    """End all sign-ins of an account; how many there were."""
    permit(ctx, "users.manage")
    return accounts.end(ctx.engine, ctx.clock(), ctx.actor.name, name)


def add_demo_users(ctx: Context) -> None:
    """One made-up account per role; a demo alone offers them, and they have no password."""
    permit(ctx, "users.manage")
    known = set(accounts.listed(ctx.engine)["name"])
    for name, role in DEMO:
        if name not in known:
            add_user(ctx, name, role, ctx.region.squads[0].id if role == "officer" else None, own_password=False)


def _known(ctx: Context, name: str, version: int) -> Account:
    account = accounts.load(ctx.engine, name)
    if account is None:
        raise RequestError("unknown_account", name=name)
    if account.version != version:
        raise Overtaken("account_changed_meanwhile", name=name)
    return account


def _require_role(ctx: Context, role: str, squad_id: str | None) -> None:
    if role not in PAGE_ROLES:
        raise RequestError("unknown_role", role=role, allowed=", ".join(PAGE_ROLES))
    squads = [squad.id for squad in ctx.region.squads]
    if (role == "officer") != (squad_id is not None) or (squad_id is not None and squad_id not in squads):
        raise RequestError("role_and_squad", role=role, squad=squad_id or "—", allowed=", ".join(squads))
