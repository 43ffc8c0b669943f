"""The app in a real browser: nothing leaves the machine, it fits a phone, a plan is made and seen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import PATIENCE, open_page, watched

pytestmark = pytest.mark.browser

PAGES = ("", "import", "places", "profile", "hotspots", "plan", "routes", "my_route", "duty", "clues", "triage",
         "review", "delivered", "evidence", "indicators", "campaign")  # fmt: skip
PHONE, DESK = (390, 844), (1440, 900)


@pytest.mark.parametrize("page", PAGES)
def test_page_asks_nobody_else_and_fits(served: str, browser: BrowserContext, page: str) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, page)
        for width, height in (DESK, PHONE):
            shown.set_viewport_size({"width": width, "height": height})
            if page in ("hotspots", "plan", "routes"):
                expect(shown.locator(".live canvas").first).to_be_attached(timeout=PATIENCE)
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.get_by_test_id("stException").count() == 0
        favicon = shown.evaluate("document.querySelector('link[rel~=icon]').href")
    assert not seen.errors
    assert not [url for url in seen.requests if not url.startswith((served, "data:", "blob:", "about:"))]
    assert favicon.startswith((served, "data:"))


def test_language_is_switched_and_kept(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        shown.get_by_text("English", exact=True).click()
        expect(shown.locator("h1")).to_have_text(re.compile("[A-Za-z]+"), timeout=PATIENCE)
        assert "lang=en" in shown.url
        shown.get_by_test_id("stSidebarNavLink").get_by_text("Routes", exact=True).click()
        expect(shown.locator("h1")).to_have_text("Routes", timeout=PATIENCE)


def test_plan_is_cancelled_and_made_in_a_process_of_its_own(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        shown.get_by_text("编排新方案").click()
        shown.get_by_role("button", name="开始编排").click()
        shown.get_by_role("button", name="取消").click(timeout=PATIENCE)
        expect(shown.get_by_text("已取消，没有保存任何结果。")).to_be_visible(timeout=PATIENCE)
        shown.get_by_role("slider").press("Home")
        shown.get_by_role("button", name="开始编排").click()
        expect(shown.get_by_text("已生成并通过独立核验")).to_be_visible(timeout=2 * PATIENCE)
        assert "plan=" in shown.url


def test_register_is_imported_through_the_page(served: str, browser: BrowserContext, demo_files: list[Path]) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "import")
        shown.locator("input[type=file]").set_input_files([str(file) for file in demo_files])
        for file in demo_files:
            expect(shown.get_by_role("button", name=f"Remove {file.name}")).to_be_visible(timeout=PATIENCE)
        shown.get_by_role("button", name=re.compile("导入$")).click()
        expect(shown.get_by_text("这些文件此前已经导入过")).to_be_visible(timeout=PATIENCE)
        expect(shown.get_by_text("退回的行（")).to_be_visible(timeout=PATIENCE)
        picture = {"name": "照片.xlsx", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
        shown.locator("input[type=file]").set_input_files([picture])
        expect(shown.get_by_role("button", name="Remove 照片.xlsx")).to_be_visible(timeout=PATIENCE)
        shown.get_by_role("button", name=re.compile("导入$")).click()
        expect(shown.get_by_role("alert").get_by_text("其实是").last).to_be_visible(timeout=PATIENCE)


def test_plan_is_downloaded(served: str, browser: BrowserContext, tmp_path: Path) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        with shown.expect_download(timeout=PATIENCE) as waiting:
            shown.get_by_role("link", name="离线地图").click()
        saved = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved)
    assert saved.suffix == ".html"
    assert saved.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_places_are_decided_with_one_key(served_doubtful: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served_doubtful, "places")
        shown.get_by_role("button", name=re.compile("开始复核")).click()
        expect(shown.get_by_text("示例甲").first).to_be_visible(timeout=PATIENCE)
        shown.keyboard.press("0")
        expect(shown.get_by_role("heading", name="示例乙")).to_be_visible(timeout=PATIENCE)
        shown.keyboard.press("u")
        expect(shown.get_by_role("heading", name="示例甲")).to_be_visible(timeout=PATIENCE)


def test_an_outcome_is_told_on_the_phone_checked_and_counted(served: str, browser: BrowserContext) -> None:
    with watched(browser, *PHONE) as seen:
        shown = open_page(seen, served, "my_route")
        shown.get_by_role("button", name="记录结果").first.click()
        word = shown.get_by_role("dialog")
        for kind in ("找到", "履行到位"):
            word.get_by_role("button", name=kind, exact=True).click()
        word.get_by_label("到位金额（元）").fill("1,200")
        word.get_by_role("button", name="保存").click()
        expect(shown.get_by_text("暂不计入，待人核对")).to_be_visible(timeout=PATIENCE)
        open_page(seen, served, "duty")
        shown.get_by_label("到位金额（元）").fill("1200")
        shown.get_by_role("button", name="不计入").click()
        waiting = shown.get_by_role("heading", name="待核的结果")
        expect(shown.get_by_text("已定为不计入")).to_be_visible(timeout=PATIENCE)
        expect(waiting).to_have_count(0)
        shown.get_by_role("button", name="撤销").click()
        expect(waiting).to_be_visible(timeout=PATIENCE)
