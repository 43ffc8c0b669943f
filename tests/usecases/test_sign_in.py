"""Signing in: passwords, locks, first change, idle and long sessions, leaving everywhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from planner.access import Actor
from planner.errors import Denied, Overtaken, RequestError
from planner.store import accounts, audit
from planner.usecases.context import Context
from planner.usecases.sign_in import (
    FAILURES_OF_ACCOUNT,
    FAILURES_OF_ADDRESS,
    WINDOW,
    change_password,
    demo_names,
    identify,
    sign_in,
    sign_in_as,
    sign_out,
    vacant,
)
from planner.usecases.users import DEMO, add_demo_users, add_user, change_user, list_users, reset_password

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HERE = "127.0.0.1"
At = Callable[..., Context]


@pytest.fixture
def at(ctx: Context) -> At:
    """The installation so much later."""
    return lambda **later: replace(ctx, clock=lambda: NOW + timedelta(**later))


@pytest.fixture
def words(at: At) -> str:
    """The first password of a chief."""
    assert vacant(at())
    told = add_user(at(), "示例甲", "chief")
    assert told
    return told


def test_first_password_opens_nothing_but_its_change(at: At, words: str) -> None:
    token = sign_in(at(), "示例甲", words, HERE)
    known = identify(at(), token)
    assert known
    assert (known.actor, known.must_change) == (Actor("示例甲", "chief"), True)
    for weak in ("short", words, "示例甲"):
        with pytest.raises(RequestError, match="password_weak"):
            change_password(at(), known, words, weak, HERE)
    with pytest.raises(Denied):
        change_password(at(), known, "not the old one", "a new password", HERE)
    fresh = change_password(at(), known, words, "a new password", HERE)
    assert identify(at(), token) is None
    renewed = identify(at(), fresh)
    assert renewed
    assert not renewed.must_change
    with pytest.raises(Denied, match="sign_in_failed"):
        sign_in(at(), "示例甲", words, HERE)
    assert sign_in(at(), "示例甲", "a new password", HERE)


def test_wrong_name_and_wrong_password_are_told_alike(at: At, words: str) -> None:
    told = []
    for name in ("示例甲", "示例无此人"):
        with pytest.raises(Denied) as refused:
            sign_in(at(), name, "wrong", HERE)
        told.append(str(refused.value))
    assert told[0] == told[1]


def test_an_account_is_locked_and_opens_again(at: At, words: str) -> None:
    for _ in range(FAILURES_OF_ACCOUNT):
        with pytest.raises(Denied, match="sign_in_failed"):
            sign_in(at(), "示例甲", "wrong", HERE)
    with pytest.raises(Denied, match="too_many_attempts"):
        sign_in(at(minutes=1), "示例甲", words, "127.0.0.2")
    later = at(seconds=WINDOW.total_seconds() + 60)
    assert sign_in(later, "示例甲", words, HERE)


def test_a_pass_forgives_failures(at: At, words: str) -> None:
    for n in range(3 * FAILURES_OF_ACCOUNT):
        ctx = at(seconds=n)
        if n % FAILURES_OF_ACCOUNT == FAILURES_OF_ACCOUNT - 1:
            assert sign_in(ctx, "示例甲", words, HERE)
        else:
            with pytest.raises(Denied, match="sign_in_failed"):
                sign_in(ctx, "示例甲", "wrong", HERE)


def test_an_address_that_guesses_names_is_locked(at: At, words: str) -> None:
    for n in range(FAILURES_OF_ADDRESS):
        accounts.begin_attempt(at().engine, f"示例{n}", HERE, NOW, NOW - WINDOW)
    with pytest.raises(Denied, match="too_many_attempts"):
        sign_in(at(minutes=1), "示例甲", words, HERE)
    assert sign_in(at(minutes=1), "示例甲", words, "127.0.0.2")


def test_idle_and_long_sign_ins_end(at: At, words: str) -> None:
    ctx = at()
    token = sign_in(ctx, "示例甲", words, HERE)
    idle, hours = ctx.settings.idle_minutes, ctx.settings.session_hours
    assert identify(at(minutes=idle - 1), token)
    assert identify(at(minutes=2 * idle - 2), token, seen=False), "was seen a moment before"
    assert identify(at(minutes=2 * idle), token) is None, "a page that refreshes itself keeps nobody in"
    busy = sign_in(ctx, "示例甲", words, HERE)
    for minutes in range(0, 60 * hours, idle - 1):
        assert identify(at(minutes=minutes), busy)
    assert identify(at(hours=hours), busy) is None
    assert identify(ctx, "") is identify(ctx, "no such token") is None


def test_leaving_here_and_everywhere(at: At, words: str) -> None:
    ctx = at()
    tokens = [sign_in(ctx, "示例甲", words, HERE) for _ in range(3)]
    first, second, _ = (identify(ctx, token) for token in tokens)
    assert first
    assert second
    sign_out(ctx, first)
    assert [identify(ctx, token) is None for token in tokens] == [True, False, False]
    sign_out(ctx, second, everywhere=True)
    assert all(identify(ctx, token) is None for token in tokens)


def test_what_an_account_may_changes_at_once(at: At, words: str) -> None:
    ctx = at()
    token = sign_in(ctx, "示例甲", words, HERE)
    change_user(ctx, "示例甲", 1, "officer", "S01", active=True)
    assert identify(ctx, token) is None
    again = identify(ctx, sign_in(ctx, "示例甲", words, HERE))
    assert again
    assert again.actor == Actor("示例甲", "officer", "S01")
    change_user(ctx, "示例甲", 2, "officer", "S01", active=False)
    with pytest.raises(Denied):
        sign_in(ctx, "示例甲", words, HERE)
    with pytest.raises(Denied, match="no_account"):
        sign_in_as(ctx, "示例甲", "oidc", HERE)


def test_the_loser_of_two_administrators_is_told(at: At, words: str) -> None:
    ctx = at()
    change_user(ctx, "示例甲", 1, "analyst", None, active=True)
    with pytest.raises(Overtaken, match="account_changed_meanwhile"):
        change_user(ctx, "示例甲", 1, "chief", None, active=True)
    with pytest.raises(Overtaken):
        reset_password(ctx, "示例甲", 1)
    assert list_users(ctx)["role"].tolist() == ["analyst"]


@pytest.mark.parametrize(
    ("name", "role", "squad", "key"),
    [
        ("", "chief", None, "account_name_odd"),
        ("示" * 81, "chief", None, "account_name_odd"),
        ("示例\n乙", "chief", None, "account_name_odd"),
        ("示例乙", "operator", None, "unknown_role"),
        ("示例乙", "officer", None, "role_and_squad"),
        ("示例乙", "officer", "S99", "role_and_squad"),
        ("示例乙", "chief", "S01", "role_and_squad"),
        ("示例甲", "chief", None, "account_exists"),
    ],
)
def test_an_odd_account_is_refused(at: At, words: str, name: str, role: str, squad: str | None, key: str) -> None:
    with pytest.raises(RequestError, match=key):
        add_user(at(), name, role, squad)


def test_a_demo_s_people_have_no_password(at: At) -> None:
    ctx = at()
    add_demo_users(ctx)
    add_demo_users(ctx)
    assert len(list_users(ctx)) == len(DEMO)
    assert demo_names(ctx) == []
    demo = replace(ctx, settings=replace(ctx.settings, identity="demo"))
    assert sorted(demo_names(demo)) == sorted(DEMO)
    with pytest.raises(Denied):
        sign_in(ctx, "示例院长", "", HERE)


def test_all_of_it_is_in_the_audit_log(at: At, words: str) -> None:
    ctx = at()
    token = sign_in(ctx, "示例甲", words, HERE)
    with pytest.raises(Denied):
        sign_in(ctx, "示例甲", "wrong", HERE)
    known = identify(ctx, token)
    assert known
    sign_out(ctx, known)
    actions = audit.entries(ctx.engine)["action"].tolist()
    assert actions == ["account.added", "sign_in.begun", "sign_in.refused", "sign_in.ended"]
    assert not any(words in str(row) or token in str(row) for row in audit.entries(ctx.engine).to_numpy().tolist())
