"""Where a sign-in leads, and what an address shows: in words, and in a browser that goes back and forth."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from planner.ui.door.way import FRONT, PAGES, way_on, with_way
from planner.ui.shell import SECTIONS
from tests.axe import settle
from tests.browser import PATIENCE, open_page, watched

ELSEWHERE = (
    "", "//evil.example/plan", "https://evil.example/plan", "/\\evil.example", "\\\\evil.example/plan", "/login",
    "plan", "/files/0", "javascript:alert(1)", "/plan/../../x", "//plan", "http:///plan", "/plan\r\nSet-Cookie: a=b",
    "http://[::1/plan", "https:plan", "/%2e%2e/plan", "/plan@evil.example", "http://here.example@evil.example/plan",
)  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_address_but_a_page_is_gone_on_to(address: str) -> None:
    assert way_on(address, "here.example") == FRONT


def test_pages_are_gone_on_to_with_what_they_show() -> None:
    assert way_on("/routes?plan=a1&day=2026-11-25") == "/routes?plan=a1&day=2026-11-25"
    assert way_on("http://here.example/plan?lang=en", "here.example") == "/plan?lang=en"
    assert way_on("http://here.example/plan") == FRONT
    assert with_way("/login", "/plan?plan=a&day=b") == "/login?next=%2Fplan%3Fplan%3Da%26day%3Db"
    assert with_way("/login", "/") == "/login"


def test_every_page_of_the_shell_has_an_address() -> None:
    assert set(PAGES) == {FRONT, *(f"/{name}" for _, told in SECTIONS for name, *_ in told)}


def shown_day(page: Page) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("radio", checked=True).last


@pytest.mark.browser
def test_a_link_survives_signing_in(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        settle(shown)
        first = shown_day(shown).inner_text()
        last = shown.get_by_test_id("stMain").get_by_role("radio").last
        word = last.inner_text()
        assert word != first
        last.click()
        expect(shown).to_have_url(re.compile(f"day=\\d+-{word}"), timeout=PATIENCE)
        link = shown.url.replace("lang=zh", "lang=en")
        shown.context.clear_cookies()
        shown.goto(link)
        shown.get_by_role("button", name="示例院长").click()
        expect(shown.locator("h1")).to_have_text("Plan", timeout=PATIENCE)
        settle(shown)
        assert parse_qs(urlsplit(shown.url).query) == parse_qs(urlsplit(link).query)
        expect(shown_day(shown)).to_have_text(word)


@pytest.mark.browser
def test_back_and_forth_lead_through_what_was_shown(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "routes")
        settle(shown)
        plan = shown.get_by_role("combobox", name="方案")
        first = plan.input_value()
        plan.click()
        shown.get_by_role("option").nth(1).click()
        expect(plan).not_to_have_value(first, timeout=PATIENCE)
        second = plan.input_value()
        settle(shown)
        assert f"plan={second.rpartition(' · ')[2]}" in shown.url
        shown.go_back()
        expect(plan).to_have_value(first, timeout=PATIENCE)
        settle(shown)
        shown.go_forward()
        expect(plan).to_have_value(second, timeout=PATIENCE)


@pytest.mark.browser
@pytest.mark.parametrize(
    "address",
    [
        "plan?plan=no",
        "plan?day=2001-01-01",
        "routes?squad=no",
        "my_route?squad=no",
        "hotspots?township=no",
        "duty?day=no",
    ],
)
def test_an_address_that_names_nothing_is_said(served: str, browser: BrowserContext, address: str) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        shown.goto(f"{served}/{address}")
        expect(shown.get_by_text("找不到，可能已删除或写错")).to_be_visible(timeout=PATIENCE)
        expect(shown).to_have_url(re.compile(r"=[^&]+"))
        assert "=no" not in shown.url.partition("?")[2].replace("=not", "")


@pytest.mark.browser
def test_pages_that_are_not_there_or_not_ones_own_say_so(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        answer = shown.goto(f"{served}/nonsense")
        assert answer is not None
        assert answer.status == 404
        expect(shown.get_by_role("alert")).to_contain_text("没有“nonsense”这个页面")
        shown.goto(f"{served}/users")
        expect(shown.get_by_text("您的身份不能打开这一页")).to_be_visible(timeout=PATIENCE)


@pytest.mark.browser
def test_a_look_is_kept_and_the_page_with_it(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        settle(shown)
        address = shown.url
        shown.get_by_role("button", name="深色").click()
        expect(shown.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        settle(shown)
        assert shown.url == address
        ground = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        assert shown.evaluate(ground) == "rgb(18, 24, 30)"
        shown.get_by_role("button", name="跟随系统").click()
        expect(shown.get_by_role("button", name="跟随系统")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        assert shown.evaluate(ground) == "rgb(255, 255, 255)"
