"""Ways in, each through the served app: own passwords, a real OpenID Connect provider, a trusted proxy."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from html import unescape
from pathlib import Path

import httpx2
import pytest

from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.ui.door.gate import COOKIE
from planner.usecases.users import add_user
from tests.ui.conftest import environment_of, serve

OK, FORBIDDEN, UNAUTHORIZED, SEE_OTHER = 200, 403, 401, 303
Served = Callable[..., AbstractContextManager[tuple[str, str]]]


@pytest.fixture
def with_identity(tmp_path: Path) -> Served:
    """Serve an empty installation with one chief, 示例甲; its address and the first password."""

    @contextmanager
    def served(identity: str, **more: str) -> Iterator[tuple[str, str]]:
        environment = environment_of(tmp_path / "var") | {"PLANNER_IDENTITY": identity} | more
        with open_context(read_settings(environment)) as ctx:
            words = add_user(ctx, "示例甲", "chief", own_password=identity == "users")
        with serve(tmp_path / "var", environment) as address:
            yield address, words or ""

    return served


def client(address: str) -> httpx2.Client:
    return httpx2.Client(base_url=address, headers={"Origin": address}, timeout=20)


def test_own_password_is_changed_before_anything_opens(with_identity: Served) -> None:
    with with_identity("users") as (address, words), client(address) as browser:
        assert browser.post("/login", data={"name": "示例甲", "password": "wrong"}).status_code == FORBIDDEN
        entered = browser.post("/login", data={"name": "示例甲", "password": words})
        assert entered.status_code == SEE_OTHER
        page = browser.get("/plan")
        assert (page.status_code, page.headers["location"]) == (SEE_OTHER, "/password?next=%2Fplan")
        new = {"old": words, "new": "long enough for it", "again": "long enough for it"}
        assert browser.post("/password", data=new | {"again": "another one"}).status_code == FORBIDDEN
        assert browser.post("/password", data=new).status_code == SEE_OTHER
        assert browser.get("/plan").status_code == OK
        assert browser.post("/logout", data={"everywhere": "yes"}).status_code == SEE_OTHER
        assert browser.get("/plan").status_code == UNAUTHORIZED


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[str]:
    """A real provider process on a loopback port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("oidc-provider-mock")), "--port", str(port)]
    with (tmp_path / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                httpx2.get(f"{address}/.well-known/openid-configuration", timeout=2)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield address
        process.terminate()
        process.wait(timeout=10)


def through(browser: httpx2.Client, name: str) -> httpx2.Response:
    """Sign in at the provider's page as somebody, and follow its answer."""
    page = browser.get("/login/oidc", follow_redirects=True)
    action = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    place = page.url.join(unescape(action[1])) if action and action[1] else page.url
    answer = browser.post(place, data={"sub": name, "action": "authorize"}, follow_redirects=False)
    assert answer.is_redirect, answer.text
    return browser.get(answer.headers["location"])


def test_a_provider_says_who_it_is(with_identity: Served, provider: str, tmp_path: Path) -> None:
    secret = tmp_path / "client"
    secret.write_text("secret of the client")
    settings = {
        "PLANNER_OIDC_METADATA": f"{provider}/.well-known/openid-configuration",
        "PLANNER_OIDC_CLIENT": "planner",
        "PLANNER_OIDC_SECRET_FILE": str(secret),
        "PLANNER_OIDC_CLAIM": "sub",
    }
    with with_identity("oidc", **settings) as (address, _):
        with client(address) as browser:
            entered = through(browser, "示例甲")
            assert entered.status_code == SEE_OTHER, entered.text
            assert browser.get("/plan").status_code == OK
        with client(address) as browser:
            assert through(browser, "示例陌生人").status_code == FORBIDDEN
            assert browser.get("/plan").status_code == UNAUTHORIZED
        with client(address) as browser:
            forged = browser.get("/login/callback", params={"code": "made up", "state": "made up"})
            assert forged.status_code == FORBIDDEN
            assert browser.post("/login", data={"name": "示例甲", "password": "x"}).status_code == FORBIDDEN


def test_a_trusted_proxy_says_who_it_is(with_identity: Served) -> None:
    mine = {"X-Forwarded-User": "示例甲".encode()}
    with with_identity("proxy", PLANNER_PROXY_ADDRESSES="127.0.0.1") as (address, _), client(address) as browser:
        assert browser.get("/login").status_code == OK
        entered = browser.get("/login", headers=mine)
        assert entered.status_code == SEE_OTHER
        assert browser.get("/plan", headers=mine).status_code == OK
        assert browser.get("/plan").status_code == UNAUTHORIZED, "the proxy names nobody any more"
        other = {"X-Forwarded-User": "示例乙".encode()}
        assert browser.get("/plan", headers=other).status_code == UNAUTHORIZED
        assert browser.get("/login", headers=other).status_code == FORBIDDEN


def test_from_an_untrusted_address_the_header_counts_for_nothing(with_identity: Served) -> None:
    mine = {"X-Forwarded-User": "示例甲".encode()}
    with with_identity("proxy", PLANNER_PROXY_ADDRESSES="10.0.0.1") as (address, _), client(address) as browser:
        assert browser.get("/login", headers=mine).status_code == OK
        assert COOKIE not in browser.cookies
        assert browser.get("/plan", headers=mine).status_code == UNAUTHORIZED
