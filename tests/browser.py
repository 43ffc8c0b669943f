"""A real browser for tests marked ``browser``; they are skipped where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 30_000
"""Milliseconds that a page may take on a busy machine."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """A browser whose pages share a cache."""
    if not CHROMIUM.exists():
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started.new_context()
        started.close()


@dataclass(frozen=True)
class Watched:
    """A page, the addresses that it asked for and the errors that it met."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def watched(browser: BrowserContext, width: int = 1440, height: int = 900) -> Iterator[Watched]:
    seen = Watched(browser.new_page())
    seen.page.set_viewport_size({"width": width, "height": height})
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    yield seen
    seen.page.close()


CHIEF = "示例院长"


def sign_in(seen: Watched, served: str, name: str = CHIEF) -> None:
    """As somebody of the demo."""
    assert seen.page.context.request.post(f"{served}/login", form={"name": name}, headers={"origin": served}).ok


def open_page(seen: Watched, served: str, page: str, language: str = "zh", patience: float = PATIENCE) -> Page:
    """A page of the demo, as whoever is signed in or else as its chief, once it is drawn; ``patience`` in ms."""
    shown = seen.page
    if not shown.context.request.get(f"{served}/plan").ok:  # a cookie of another port's app lets nobody in here
        sign_in(seen, served)
    shown.goto(f"{served}/{page}?lang={language}", timeout=patience)
    expect(shown.locator("h1")).to_be_visible(timeout=patience)
    expect(shown.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=patience)
    return shown
