"""Who may sign in, who is signed in, and who tried."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.errors import Overtaken, RequestError
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing

WAYS = ("users", "oidc", "proxy", "demo")
"""How somebody signs in: own password, OpenID Connect, a reverse proxy's word, or by picking a role of the demo."""


@dataclass(frozen=True)
class Account:
    """``password``: argon2 hash; None: signs in elsewhere. ``version`` grows with each change."""

    name: str
    role: str
    squad_id: str | None
    password: str | None
    must_change: bool
    active: bool
    version: int


@dataclass(frozen=True)
class SignIn:
    """One browser's. ``digest`` names it and tells nothing about the token."""

    digest: str
    account: Account
    way: str
    seen: datetime


@dataclass(frozen=True)
class Tried:
    """An attempt under way, and how many failed before it: of the account, and from the address."""

    attempt_id: int
    account_failures: int
    address_failures: int


def load(engine: Engine, name: str) -> Account | None:
    with reading(engine) as connection:
        row = connection.execute(sa.select(schema.accounts).where(schema.accounts.c.name == name)).one_or_none()
    return _account(row) if row else None


def listed(engine: Engine) -> pd.DataFrame:
    """One row per account, by name: name, role, squad_id, own_password, must_change, active, version, last_seen."""
    a, s = schema.accounts.c, schema.sign_ins.c
    seen = sa.select(s.account, sa.func.max(s.seen).label("last_seen")).group_by(s.account).subquery()
    query = (
        sa.select(
            a.name, a.role, a.squad_id, a.password.is_not(None).label("own_password"), a.must_change, a.active,
            a.version, sa.type_coerce(seen.c.last_seen, schema.Moment()).label("last_seen"),
        )
        .outerjoin_from(schema.accounts, seen, seen.c.account == a.name)
        .order_by(a.name)
    )  # fmt: skip
    with reading(engine) as connection:
        rows = connection.execute(query)
        return pd.DataFrame(rows.all(), columns=list(rows.keys())).astype({"squad_id": "str"})


def add(engine: Engine, account: Account, at: datetime, by: str) -> None:
    """Raises RequestError: the name is taken."""
    with writing(engine) as connection:
        if connection.scalar(sa.select(schema.accounts.c.name).where(schema.accounts.c.name == account.name)):
            raise RequestError("account_exists", name=account.name)
        connection.execute(sa.insert(schema.accounts).values(**_columns(account), version=1, at=at, by=by))
        note(connection, at, by, "account.added", account.name, f"{account.role} {account.squad_id or ''}".strip())


def change(engine: Engine, account: Account, at: datetime, by: str, detail: str) -> None:
    """Write an account whose ``version`` is the one that was read.

    Raises:
        Overtaken: somebody changed it meanwhile.
    """
    a = schema.accounts.c
    with writing(engine) as connection:
        mine = (a.name == account.name) & (a.version == account.version)
        values = {**_columns(account), "version": account.version + 1, "at": at, "by": by}
        if connection.execute(sa.update(schema.accounts).where(mine).values(**values)).rowcount != 1:
            raise Overtaken("account_changed_meanwhile", name=account.name)
        note(connection, at, by, "account.changed", account.name, detail)


def begin_attempt(engine: Engine, account: str, address: str, at: datetime, since: datetime) -> Tried:
    """Count what failed since then, and this attempt as failed until it passes."""
    t = schema.attempts.c
    with writing(engine) as connection:
        passed = connection.scalar(sa.select(sa.func.max(t.at)).where(t.account == account, t.passed)) or since
        failed = sa.select(sa.func.count()).where(~t.passed, t.at > since)
        of_account = connection.scalar(failed.where(t.account == account, t.at > passed)) or 0
        of_address = connection.scalar(failed.where(t.address == address)) or 0
        connection.execute(sa.delete(schema.attempts).where(t.at < since))
        row = {"account": account, "address": address, "at": at, "passed": False}
        made = connection.execute(sa.insert(schema.attempts).values(**row).returning(t.id)).scalar_one()
    return Tried(int(made), of_account, of_address)


def begin(engine: Engine, token: str, name: str, way: str, address: str, at: datetime, until: datetime,
          attempt_id: int | None = None) -> None:  # fmt: skip
    """Somebody is in."""
    values = {"digest": digest_of(token), "account": name, "way": way, "address": address}
    with writing(engine) as connection:
        if attempt_id is not None:
            mine = schema.attempts.c.id == attempt_id
            connection.execute(sa.update(schema.attempts).where(mine).values(passed=True))
        connection.execute(sa.insert(schema.sign_ins).values(**values, at=at, seen=at, until=until))
        note(connection, at, name, "sign_in.begun", name, f"{way} {address}")


def find(engine: Engine, token: str, at: datetime) -> SignIn | None:
    """The sign-in of a token that has neither ended nor run out, of an account that is active."""
    s, a = schema.sign_ins.c, schema.accounts.c
    live = (s.digest == digest_of(token)) & s.ended.is_(None) & (s.until > at) & a.active
    query = sa.select(schema.accounts, s.digest, s.way, s.seen).join_from(schema.sign_ins, schema.accounts).where(live)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return SignIn(row.digest, _account(row), row.way, row.seen) if row else None


def touch(engine: Engine, digest: str, at: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(schema.sign_ins).where(schema.sign_ins.c.digest == digest).values(seen=at))


def end(engine: Engine, at: datetime, by: str, name: str, digest: str | None = None) -> int:
    """End one sign-in of an account, or all of them; how many were open."""
    s = schema.sign_ins.c
    mine = (s.account == name) & s.ended.is_(None)
    if digest is not None:
        mine &= s.digest == digest
    with writing(engine) as connection:
        ended: int = connection.execute(sa.update(schema.sign_ins).where(mine).values(ended=at)).rowcount
        note(connection, at, by, "sign_in.ended", name, "one" if digest else "all")
    return ended


def note_failed(engine: Engine, at: datetime, name: str, address: str, why: str) -> None:
    with writing(engine) as connection:
        note(connection, at, name, "sign_in.refused", name, f"{why} {address}")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _columns(account: Account) -> dict[str, object]:
    return {
        "name": account.name, "role": account.role, "squad_id": account.squad_id, "password": account.password,
        "must_change": account.must_change, "active": account.active,
    }  # fmt: skip


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(row.name, row.role, row.squad_id, row.password, row.must_change, row.active, row.version)
