"""No serious or critical finding of axe-core on any page, in any look; what cannot be mended here is listed by name."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from planner.i18n import translator
from planner.ui.door.way import PAGES
from tests.axe import LOOKS, Exempt, findings, put_on, settle
from tests.browser import CHIEF, PATIENCE, open_page, sign_in, watched

pytestmark = pytest.mark.browser

EXEMPT: tuple[Exempt, ...] = (
    Exempt("color-contrast-enhanced", 'class="badge', "a squad's number on the squad's colour: at least 4.5 : 1"),
)

KEEPERS = {"users": "示例管理员", "audit": "示例审计员"}
"""Pages that are for others than the chief."""

IN_ENGLISH = ("", "plan", "delivered", "indicators")


def in_all_looks(page: Page) -> dict[str, list[str]]:
    """Look -> findings; by all rules in the light ones, whose elements the others have too. Contrast is read when a
    page is loaded, darkness as it comes."""
    found, before = {}, LOOKS[0]
    for look in LOOKS:
        put_on(page, look)
        if look.contrast != before.contrast:
            page.reload()
            expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE)
        settle(page)
        of_light = look.scheme == "light" and look.contrast != "more"
        found[look.name] = findings(page, look.contrast == "more", EXEMPT, colours=not of_light)
        before = look
    return {name: lines for name, lines in found.items() if lines}


@pytest.mark.parametrize("page", [page.strip("/") for page in PAGES])
def test_pages_hold_in_every_look(served: str, browser: BrowserContext, page: str) -> None:
    with watched(browser) as seen:
        put_on(seen.page, LOOKS[0])
        sign_in(seen, served, KEEPERS.get(page, CHIEF))
        shown = open_page(seen, served, page)
        expect(shown.locator("h1")).to_have_text(translator("zh")(f"page.{page}" if page else "app.title"))
        assert in_all_looks(shown) == {}


@pytest.mark.parametrize("page", IN_ENGLISH)
def test_pages_hold_in_english(served: str, browser: BrowserContext, page: str) -> None:
    with watched(browser) as seen:
        put_on(seen.page, LOOKS[1])
        sign_in(seen, served)
        shown = open_page(seen, served, page, "en")
        settle(shown)
        assert findings(shown, False, EXEMPT) == []
        assert shown.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("path", ["/login", "/login?lang=en", "/password", "/files/0"])
def test_the_door_holds_in_every_look(served: str, browser: BrowserContext, path: str) -> None:
    with watched(browser) as seen:
        sign_in(seen, served)
        seen.page.goto(f"{served}{path}")
        assert in_all_looks(seen.page) == {}
