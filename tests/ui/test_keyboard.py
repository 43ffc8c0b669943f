"""A week is planned without a mouse: what has the focus is seen, nothing keeps it, and what happens is read out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.axe import settle
from tests.browser import PATIENCE, open_page, watched

pytestmark = pytest.mark.browser

MOST_TABS = 250
DRAWN = ("glide-cell", "stMain")
"""A cell, whose ring the grid paints itself; the page as a whole, to which the skip link leads."""

FOCUS = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  return {
    tag: one.tagName, role: one.getAttribute("role") ?? "", words: (one.innerText || one.ariaLabel || "").trim(),
    inside: one.closest("[data-testid]")?.dataset.testid ?? "",
    seen: style.outlineStyle !== "none" || style.boxShadow !== "none" || ["IFRAME", "CANVAS"].includes(one.tagName),
  };
}"""

Focus = dict[str, str]


def tab_to(page: Page, wanted: Callable[[Focus], bool], key: str = "Tab") -> Focus:
    """Press Tab until the focus is where it should be."""
    met = []
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        focus = page.evaluate(FOCUS)
        if focus and wanted(focus):
            return dict(focus)
        met.append(focus and (focus["tag"], focus["words"][:20]))
    raise AssertionError(f"never reached: {met}")


def test_a_week_is_planned_by_keyboard_alone(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, "plan")
        settle(shown)
        assert tab_to(shown, lambda _: True)["words"] == "跳到正文"
        shown.keyboard.press("Enter")
        tab_to(shown, lambda focus: "编排新方案" in focus["words"])
        shown.keyboard.press("Enter")
        expect(shown.get_by_role("slider")).to_be_visible(timeout=PATIENCE)
        tab_to(
            shown,
            lambda focus: focus["role"] == "slider" or (focus["tag"] == "INPUT" and focus["inside"] == "stSlider"),
        )
        shown.keyboard.press("Home")
        settle(shown)
        tab_to(shown, lambda focus: "开始编排" in focus["words"])
        shown.keyboard.press("Enter")
        bar = shown.get_by_role("progressbar")
        expect(bar).to_be_visible(timeout=PATIENCE)
        expect(shown.locator("[aria-live=polite]").filter(has=bar)).to_be_attached()
        expect(shown.get_by_text("已生成并通过独立核验")).to_be_visible(timeout=2 * PATIENCE)
        settle(shown)
        tab_to(shown, lambda focus: focus["tag"] == "CANVAS" or focus["inside"].startswith("data-grid"))
        assert not seen.errors


@pytest.mark.parametrize("page", ["hotspots", "plan", "routes"])
def test_nothing_keeps_the_focus_and_it_is_always_seen(served: str, browser: BrowserContext, page: str) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, page)
        settle(shown)
        unseen = []

        def skip_link_again(focus: Focus) -> bool:
            if not focus["seen"] and not focus["inside"].startswith(DRAWN):
                unseen.append(focus)
            return focus["words"] == "跳到正文"

        tab_to(shown, skip_link_again)
        tab_to(shown, skip_link_again)
        assert unseen == []


def test_motion_is_left_out_where_it_is_not_wanted(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        seen.page.emulate_media(reduced_motion="reduce")
        shown = open_page(seen, served, "plan")
        settle(shown)
        slow = "e => parseFloat(getComputedStyle(e).transitionDuration) > .01"
        assert shown.evaluate(f"[...document.querySelectorAll('*')].filter({slow}).length") == 0
