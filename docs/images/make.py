"""Take the README's pictures anew from a served demo: python docs/images/make.py http://127.0.0.1:8501 [NAME ...]

The address is that of `make run`. Each picture is a page of the demo, as its chief sees it, in the light of day.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PATIENCE, chromium, open_page, watched

HERE = Path(__file__).resolve().parent
DESK, PHONE = (1440, 900), (390, 844)


def home(shown: Page) -> None:
    """Nothing more than the page."""


def with_map(shown: Page) -> None:
    """The map is drawn, and stands in the middle of the picture."""
    drawn = shown.locator(".live canvas").first
    expect(drawn).to_be_attached(timeout=PATIENCE)
    drawn.scroll_into_view_if_needed()


def plan(shown: Page) -> None:
    with_map(shown)
    shown.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, -250)")


def review(shown: Page) -> None:
    expect(shown.locator("canvas, svg.marks").first).to_be_visible(timeout=PATIENCE)


def places(shown: Page) -> None:
    shown.get_by_role("button", name="开始复核").click()
    expect(shown.locator(".live canvas").first).to_be_visible(timeout=PATIENCE)


def card(shown: Page) -> None:
    """The file of a squad's first day, opened from a folder as a phone would, its passphrase typed in."""
    shown.get_by_text("路线卡（离线）").click()
    shown.get_by_role("button", name="制作路线卡").click()
    words = shown.get_by_text("口令：").locator("strong").inner_text(timeout=PATIENCE)
    with shown.expect_download(timeout=PATIENCE) as waiting, tempfile.TemporaryDirectory() as folder:
        shown.get_by_role("link", name="下载路线卡").click()
        file = Path(folder) / "card.html"
        waiting.value.save_as(file)
        day = waiting.value.suggested_filename[: len("2026-01-01")]
        shown.clock.set_fixed_time(f"{day}T09:30:00+08:00")  # afterwards it would show nobody any more
        shown.goto(file.as_uri())
        shown.get_by_role("textbox").fill(words)
        shown.get_by_role("button", name="打开").click()
        expect(shown.locator("article").first).to_be_visible(timeout=PATIENCE)


PICTURES: dict[str, tuple[str, tuple[int, int], Callable[[Page], None]]] = {
    "home": ("", DESK, home),
    "hotspots": ("hotspots", (1440, 1300), with_map),
    "plan": ("plan", DESK, plan),
    "routes": ("routes", PHONE, with_map),
    "review": ("review", DESK, review),
    "places": ("places", DESK, places),
    "card": ("routes", PHONE, card),
}
"""File -> (page, size of the window, what is done before the picture)."""


def take(browser: BrowserContext, address: str, name: str) -> Path:
    page, size, prepare = PICTURES[name]
    with watched(browser, *size) as seen:
        shown = open_page(seen, address, page)
        prepare(shown)
        shown.wait_for_timeout(1_000)  # the last tiles and charts settle
        out = HERE / f"{name}.png"
        shown.screenshot(path=out)
    return out


def main() -> None:
    address, *names = sys.argv[1:] or [""]
    if not address.startswith("http") or not set(names) <= set(PICTURES):
        sys.exit(f"{__doc__}\nPictures: {', '.join(PICTURES)}")
    with chromium() as browser:
        for name in names or PICTURES:
            print(take(browser, address.rstrip("/"), name))


if __name__ == "__main__":
    main()
