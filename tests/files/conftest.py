"""A browser for the maps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as started:
        yield started
