"""Installations for the pages: empty, with a register, with two plans; and the app served from one of them."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import BrowserContext
from streamlit.testing.v1 import AppTest

from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.usecases.import_register import import_register
from planner.usecases.plan import plan
from planner.usecases.sweep import PlanRequest
from planner.usecases.users import add_demo_users
from tests.browser import chromium
from tests.conftest import ROOT

REGION = ROOT / "data" / "regions" / "330225"
STARTS_WITHIN = 180.0
"""Seconds."""


@pytest.fixture(scope="session")
def planned_database(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small register and two plans of the same week."""
    folder = tmp_path_factory.mktemp("planned") / "var"
    shutil.copytree(demo_database, folder)
    with open_context(read_settings(environment_of(folder))) as ctx:
        for spread in ("spread", "concentrate"):
            plan(ctx, PlanRequest(spread=spread, seconds=1.0))
    return folder


@pytest.fixture(scope="session")
def doubtful_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two debtors whose addresses name no place of the county."""
    folder = tmp_path_factory.mktemp("doubtful") / "var"
    text = (
        "案号,立案日期,申请执行标的,被执行人,户籍地\n"
        "(2026)浙0225执1号,2026-01-02,9000,示例甲,某处无名路1号\n(2026)浙0225执2号,2026-01-03,8000,示例乙,某处无名路2号\n"
    )
    with open_context(read_settings(environment_of(folder))) as ctx:
        import_register(ctx, [("台账.csv", text.encode())])
    return folder


@pytest.fixture(scope="session")
def hostile_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a register whose file and debtor are named to be taken for markup."""
    folder = tmp_path_factory.mktemp("hostile") / "var"
    text = "案号,立案日期,被执行人,户籍地\n(2026)浙0225执1号,2026-01-02,![示例](http://e.example/x.png),<b>某处</b>无名路1号\n"
    with open_context(read_settings(environment_of(folder))) as ctx:
        import_register(ctx, [("![x](http://e.example/x.png).csv", text.encode())])
    return folder


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., AppTest]]:
    """``draw(page, database)`` draws one page of an installation; ``database`` None: an empty one."""

    def drawn(
        page: str,
        database: Path | None = None,
        language: str = "zh",
        role: str = "operator",
        squad_id: str | None = None,
    ) -> AppTest:
        folder = tmp_path / "var"
        if database:
            shutil.copytree(database, folder, dirs_exist_ok=True)
        for name, value in environment_of(folder).items():
            monkeypatch.setenv(name, value)
        return AppTest.from_function(_page, args=(page, language, role, squad_id), default_timeout=30).run()

    st.cache_resource.clear()
    yield drawn
    st.cache_resource.clear()


def _page(name: str, language: str, role: str, squad_id: str | None) -> None:
    """Runs inside AppTest, which copies this text alone."""
    import importlib
    from dataclasses import replace

    from planner.access import Actor
    from planner.i18n import translator
    from planner.ui.installation import context
    from planner.ui.shell import draw

    ctx = replace(context(), actor=Actor("示例", role, squad_id))
    draw(importlib.import_module(f"planner.ui.pages.{name}").show, ctx, translator(language))


@pytest.fixture(scope="session")
def served(planned_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, served on loopback with two plans."""
    with _served(planned_database, tmp_path_factory) as address:
        yield address


@pytest.fixture
def served_doubtful(doubtful_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app with two debtors whose place is in doubt."""
    with _served(doubtful_database, tmp_path_factory) as address:
        yield address


@contextmanager
def _served(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served") / "var"
    shutil.copytree(database, folder)
    with open_context(read_settings(environment_of(folder))) as ctx:
        add_demo_users(ctx)
    with serve(folder, environment_of(folder)) as address:
        yield address


@contextmanager
def serve(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The app on a free loopback port; its log lies in the folder."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    log = (folder / "app.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as started:
        yield started


def environment_of(folder: Path) -> dict[str, str]:
    return {
        "PLANNER_DATA_DIR": str(folder),
        "PLANNER_REGION": str(REGION),
        "PLANNER_DATABASE_URL": "",
        "PLANNER_IDENTITY": "demo",
    }


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the app answers there."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/login")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(port)


def opened(shown: AppTest, *folded: str) -> AppTest:
    """Open what is folded up: it is drawn then."""
    for key in folded:
        assert not shown.session_state[key]
        shown.session_state[key] = True
    shown.run()
    assert not shown.exception, shown.exception[0].message
    return shown
