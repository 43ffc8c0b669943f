"""Who is at the browser: signing in, being known again, leaving."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from planner.access import PAGE_ROLES, Actor
from planner.errors import Denied, RequestError
from planner.store import accounts
from planner.usecases.context import Context

TOKEN_BYTES = 32
LEAST_LETTERS = 10
MOST_LETTERS = 200
FAILURES_OF_ACCOUNT = 5
FAILURES_OF_ADDRESS = 30
WINDOW = timedelta(minutes=15)
"""Failures count for so long: an account is locked after five, an address after thirty."""

TOUCH = timedelta(seconds=60)
"""Being seen is written down at most this often."""

HASHER = PasswordHasher()  # argon2id, RFC 9106's second recommendation
NOBODY = HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))
"""Checked where there is no such account, so that the time tells nothing."""


@dataclass(frozen=True)
class Known:
    """Who is signed in. ``must_change``: nothing but a new password is open. ``digest`` names the sign-in."""

    actor: Actor
    digest: str
    way: str
    must_change: bool


def sign_in(ctx: Context, name: str, password: str, address: str) -> str:
    """The token for the browser's cookie.

    Raises:
        Denied: unknown, wrong or inactive (told apart by nobody), or too many attempts failed.
    """
    now = ctx.clock()
    tried = accounts.begin_attempt(ctx.engine, name, address, now, now - WINDOW)
    if tried.account_failures >= FAILURES_OF_ACCOUNT or tried.address_failures >= FAILURES_OF_ADDRESS:
        accounts.note_failed(ctx.engine, now, name, address, "locked")
        raise Denied("too_many_attempts", minutes=int(WINDOW.total_seconds() // 60))
    account = accounts.load(ctx.engine, name)
    right = _matches(account.password if account and account.password else NOBODY, password)
    if account is None or not account.active or not right:
        accounts.note_failed(ctx.engine, now, name, address, "wrong")
        raise Denied("sign_in_failed")
    return _begin(ctx, name, "users", address, tried.attempt_id)


def sign_in_as(ctx: Context, name: str, way: str, address: str) -> str:
    """The same where a provider, a trusted proxy or the demo vouches for the name.

    Raises:
        Denied: nobody of this name has an active account here.
    """
    account = accounts.load(ctx.engine, name)
    if account is None or not account.active:
        accounts.note_failed(ctx.engine, ctx.clock(), name, address, "unknown")
        raise Denied("no_account", name=name)
    return _begin(ctx, name, way, address)


def identify(ctx: Context, token: str, seen: bool = True) -> Known | None:
    """Who the token belongs to; None: it is unknown, ended or run out, or was idle too long.

    Args:
        seen: whether a person did something; a page that refreshes by itself keeps nobody signed in.
    """
    now = ctx.clock()
    found = accounts.find(ctx.engine, token, now) if token else None
    if found is None or now - found.seen > timedelta(minutes=ctx.settings.idle_minutes):
        return None
    if seen and now - found.seen > TOUCH:
        accounts.touch(ctx.engine, found.digest, now)
    account = found.account
    must_change = found.way == "users" and account.must_change
    return Known(Actor(account.name, account.role, account.squad_id), found.digest, found.way, must_change)


def sign_out(ctx: Context, known: Known, everywhere: bool = False) -> None:
    accounts.end(ctx.engine, ctx.clock(), known.actor.name, known.actor.name, None if everywhere else known.digest)


def change_password(ctx: Context, known: Known, old: str, new: str, address: str) -> str:
    """Set the own password, end all sign-ins of the account, and begin a new one; its token.

    Raises:
        Denied: the old one is wrong. RequestError: the new one is too short, too long, or the old one.
    """
    account = accounts.load(ctx.engine, known.actor.name)
    if account is None or account.password is None or not _matches(account.password, old):
        raise Denied("sign_in_failed")
    if not LEAST_LETTERS <= len(new) <= MOST_LETTERS or new in (old, account.name):
        raise RequestError("password_weak", least=LEAST_LETTERS)
    changed = replace(account, password=HASHER.hash(new), must_change=False)
    accounts.change(ctx.engine, changed, ctx.clock(), account.name, "password")
    accounts.end(ctx.engine, ctx.clock(), account.name, account.name)
    return _begin(ctx, account.name, "users", address)


def new_password() -> tuple[str, str]:
    """One to be told and changed at the first sign-in, and its hash."""
    words = secrets.token_hex(8)
    return words, HASHER.hash(words)


def vacant(ctx: Context) -> bool:
    """Whether nobody can sign in yet."""
    return accounts.listed(ctx.engine).empty


def demo_names(ctx: Context) -> list[tuple[str, str]]:
    """(name, role) of those whom the demo offers; none where this is not a demo."""
    if ctx.settings.identity != "demo":
        return []
    told = accounts.listed(ctx.engine)
    people = list(zip(told["name"], told["role"], strict=True))
    return sorted(people, key=lambda person: PAGE_ROLES.index(person[1]))


def _begin(ctx: Context, name: str, way: str, address: str, attempt_id: int | None = None) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = ctx.clock() + timedelta(hours=ctx.settings.session_hours)
    accounts.begin(ctx.engine, token, name, way, address, ctx.clock(), until, attempt_id)
    return token


def _matches(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password[:MOST_LETTERS])
    except (VerifyMismatchError, InvalidHashError):
        return False
