"""The whole loop in a browser on the demo: plan a sweep, adopt it, play its week, bring the register of a quarter
later, ask whether it worked, and hold the answer against the truth that was played."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from math import log, log1p
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.usecases.import_register import import_register
from planner.usecases.review import review
from planner.usecases.users import add_demo_users
from tests.browser import PATIENCE, open_page, watched
from tests.conftest import ROOT
from tests.ui.conftest import environment_of, serve

pytestmark = pytest.mark.browser

CASES, EFFECT = "1500", "1.5"
WORKBOOKS = ("案件登记表.xlsx", "当事人登记表.xlsx")


def _script(name: str, folder: Path, *more: str) -> list[Path]:
    out = folder / "register" / name
    command = [sys.executable, str(ROOT / "data" / "demo" / f"{name}.py"), "--out", str(out), "--cases", CASES, *more]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | environment_of(folder))
    return [out / workbook for workbook in WORKBOOKS]


@pytest.fixture
def august(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and data folder of the demo as it was on 14 August."""
    folder = tmp_path / "var"
    files = _script("make_register", folder, "--until", "2026-08-14")
    with open_context(read_settings(environment_of(folder))) as ctx:
        import_register(ctx, [(file.name, file.read_bytes()) for file in files])
        add_demo_users(ctx)
    with serve(folder, environment_of(folder)) as address:
        yield address, folder


def test_a_sweep_is_planned_done_and_compared(august: tuple[str, Path], browser: BrowserContext) -> None:
    address, folder = august
    with watched(browser) as seen:
        shown = open_page(seen, address, "hotspots")
        shown.get_by_role("button", name="开始研判").click()
        expect(shown.get_by_role("tab", name="得分构成")).to_be_visible(timeout=2 * PATIENCE)
        _plan_and_adopt(open_page(seen, address, "plan"))
        files = _script("sweep", folder, "--effect", EFFECT)
        _bring(open_page(seen, address, "import"), files)
        shown = open_page(seen, address, "review")
        expect(shown.get_by_text("明显更多").first).to_be_visible(timeout=PATIENCE)
        expect(shown.get_by_text("走访（户）")).to_be_visible()
    truth = json.loads((files[0].parent / "truth.json").read_text(encoding="utf-8"))
    with open_context(read_settings(environment_of(folder))) as ctx:
        told = review(ctx, truth["plan"])
    effect = told.primary.effect
    assert effect is not None
    assert effect.low <= log1p(truth["effect"]) <= effect.high
    assert log(1.2) < effect.log_ratio
    assert set(told.sweep.townships) == set(truth["swept"])
    assert told.effort.visits > 50


def _plan_and_adopt(shown: Page) -> None:
    shown.get_by_role("slider").press("Home")
    shown.get_by_role("button", name="开始编排").click()
    expect(shown.get_by_text("已生成并通过独立核验")).to_be_visible(timeout=3 * PATIENCE)
    shown.get_by_role("button", name="采用此方案").click()
    expect(shown.get_by_text("本周执行的就是此方案")).to_be_visible(timeout=PATIENCE)


def _bring(shown: Page, files: list[Path]) -> None:
    shown.locator("input[type=file]").set_input_files([str(file) for file in files])
    shown.get_by_role("button", name="导入", exact=True).click(timeout=PATIENCE)
    expect(shown.get_by_text("状态变化").first).to_be_visible(timeout=3 * PATIENCE)
