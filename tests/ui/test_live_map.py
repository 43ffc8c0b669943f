"""The live map in a real browser: drawn once, chosen both ways, read by those who are signed in alone."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, expect

from tests.browser import PATIENCE, Watched, open_page, watched

pytestmark = pytest.mark.browser

ROW, HEADER = 35, 35
"""Pixels of a row of Streamlit's tables."""


def opened(seen: Watched, served: str, page: str) -> Page:
    shown = open_page(seen, served, page)
    expect(shown.locator(".live canvas").first).to_be_attached(timeout=PATIENCE)
    expect(shown.locator("select.pick")).to_be_visible(timeout=PATIENCE)
    return shown


def stays(shown: Page, act: Callable[[], None], seen: Watched, until: Callable[[], None]) -> None:
    """Whatever is done, the map is the very same, and nothing is fetched for it."""
    shown.locator(".live .map").evaluate("map => { map.marked = true; }")
    before = len(seen.requests)
    act()
    until()
    assert shown.locator(".live .map").evaluate("map => map.marked") is True
    assert not [url for url in seen.requests[before:] if re.search(r"/files/|/map/", url)]


def lit(shown: Page) -> str:
    """The id that the map shows as chosen; a canvas tells nothing, its list does."""
    return shown.locator("select.pick").input_value()


def pick_row(table: Locator, number: int) -> None:
    table.scroll_into_view_if_needed()
    at = table.bounding_box()
    assert at is not None
    table.page.mouse.click(at["x"] + 16, at["y"] + HEADER + ROW * number + ROW // 2)


def test_a_township_is_chosen_on_the_map_and_in_the_table(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = opened(seen, served, "hotspots")
        places = shown.locator("select.pick option").evaluate_all("all => all.map(one => [one.value, one.textContent])")
        code, words = places[5]
        name = words.split(" · ")[0]

        def portrait() -> None:
            expect(shown.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE)

        stays(shown, lambda: shown.locator("select.pick").select_option(code) and None, seen, portrait)
        assert lit(shown) == code
        table = shown.get_by_test_id("stDataFrame").first

        def moved() -> None:
            expect(shown.locator("select.pick")).not_to_have_value(code, timeout=PATIENCE)
            expect(shown.locator("select.pick")).not_to_have_value("", timeout=PATIENCE)

        others = [n for n in range(2) if n != [value for value, _ in places[1:]].index(code)]
        stays(shown, lambda: pick_row(table, others[0]), seen, moved)
    assert not seen.errors


def test_a_click_on_an_area_chooses_it(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = opened(seen, served, "hotspots")
        shown.locator(".live").scroll_into_view_if_needed()
        label = shown.locator(".live .label").first
        told = shown.locator("select.pick option", has_text=label.inner_text()).get_attribute("value")
        at = label.bounding_box()
        assert at is not None
        shown.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        expect(shown.locator("select.pick")).not_to_have_value("", timeout=PATIENCE)
        assert told is not None
    assert not seen.errors


@pytest.mark.parametrize("page", ["routes", "plan"])
def test_a_stop_or_squad_is_lit_without_a_new_map(served: str, browser: BrowserContext, page: str) -> None:
    with watched(browser) as seen:
        shown = opened(seen, served, page)
        values = shown.locator("select.pick option").evaluate_all("all => all.map(one => one.value)")
        chosen = [value for value in values if value][-1 if page == "routes" else 0]  # a day's squad is no stop

        def is_lit() -> None:
            expect(shown.locator("select.pick")).to_have_value(chosen, timeout=PATIENCE)
            expect(shown.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=PATIENCE)

        stays(shown, lambda: shown.locator("select.pick").select_option(chosen) and None, seen, is_lit)
        if page == "routes":
            expect(shown.locator(".stops [aria-current]")).to_be_visible()
    assert not seen.errors


def test_the_map_speaks_the_other_language_and_stays_where_it_was(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = opened(seen, served, "hotspots")
        scale = shown.locator(".leaflet-control-scale-line")
        before = scale.inner_text()
        shown.locator(".live .leaflet-control-zoom-in").click()
        expect(scale).not_to_have_text(before)
        shown.wait_for_timeout(600)  # Leaflet's own animation
        zoomed = scale.inner_text()
        shown.get_by_text("English", exact=True).click()
        expect(shown.locator(".live .legend summary")).to_have_text(re.compile("[A-Za-z]"), timeout=PATIENCE)
        assert scale.inner_text() == zoomed
        shown.get_by_test_id("stSidebarNavLink").get_by_text("Routes", exact=True).click()
        expect(shown.locator("h1")).to_have_text("Routes", timeout=PATIENCE)
        expect(shown.locator(".live canvas").first).to_be_attached(timeout=PATIENCE)
    assert not seen.errors


def address_of_document(seen: Watched) -> str:
    return next(url for url in seen.requests if "/files/" in url)


def test_the_document_is_its_own_sign_ins_and_sent_once(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = opened(seen, served, "hotspots")
        address, request = address_of_document(seen), shown.context.request
        first = request.get(address)
        assert json.loads(first.text())["layers"]
        assert first.headers["cache-control"] == "private, no-cache"
        again = request.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body()) == (HTTPStatus.NOT_MODIFIED, b"")
        assert request.get(f"{served}/plan").headers["cache-control"] == "no-store"
        other = browser.browser
        assert other is not None
        stranger = other.new_context().request
        assert stranger.get(address).status == HTTPStatus.UNAUTHORIZED
        assert stranger.post(f"{served}/login", form={"name": "示例院长"}, headers={"Origin": served}).ok
        assert stranger.get(address).status == HTTPStatus.GONE
        _assets(seen, request.get, stranger.get)


def _assets(seen: Watched, mine: Callable[[str], APIResponse], other: Callable[[str], APIResponse]) -> None:
    """The same for everybody who is signed in, for ever; no other address has them."""
    found = [url for url in seen.requests if "/map/" in url]
    assert sorted(url.rsplit("/", 1)[1] for url in found) == ["draw.js", "leaflet.js", "map.css"]
    for url in found:
        assert "immutable" in mine(url).headers["cache-control"]
        assert other(url).body() == mine(url).body()
        assert mine(re.sub(r"/map/\w+/", "/map/0000000000000000/", url)).status == HTTPStatus.NOT_FOUND


def test_a_map_that_cannot_be_read_says_so_and_is_asked_for_again(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        open_page(seen, served, "")
        seen.page.route("**/files/*", lambda route: route.abort())
        seen.page.goto(f"{served}/hotspots")
        again = seen.page.locator(".live .waiting button")
        expect(again).to_be_visible(timeout=PATIENCE)
        seen.page.unroute("**/files/*")
        again.click()
        expect(seen.page.locator(".live canvas").first).to_be_attached(timeout=PATIENCE)
