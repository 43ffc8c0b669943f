"""Any page on paper: a heading, tables whole, no buttons, black on white whatever the look."""

from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.axe import DESK, Look, put_on, settle
from tests.browser import PATIENCE, open_page, watched

pytestmark = pytest.mark.browser

DARK = Look("dark", scheme="dark", size=DESK)


def printed(pdf: bytes) -> tuple[str, list[float]]:
    """All words, and how light each sheet is on average: 0 black, 255 white."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    words = "".join(page.get_textpage().get_text_bounded() for page in document)
    return words, [float(page.render(scale=0.5).to_numpy().mean()) for page in document]


def test_the_ranking_is_printed_whole_and_light(served: str, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        put_on(seen.page, DARK)
        shown = open_page(seen, served, "hotspots")
        settle(shown)
        names = shown.locator(".paper table").first.locator("tbody tr td:nth-child(2)").all_inner_texts()
        words, light = printed(shown.pdf(prefer_css_page_size=True, print_background=True))
    assert len(names) == 18
    assert all(name in words for name in names)
    assert "打印人：示例院长" in words
    assert "重新研判" not in words
    assert min(light) > 200


@pytest.mark.parametrize("page", ["", "plan", "routes", "review", "indicators", "duty"])
def test_paper_shows_what_is_read_and_nothing_to_press(served: str, browser: BrowserContext, page: str) -> None:
    with watched(browser) as seen:
        shown = open_page(seen, served, page)
        settle(shown)
        expect(shown.locator(".paper-head")).to_be_hidden()
        shown.emulate_media(media="print")
        expect(shown.locator(".paper-head")).to_be_visible(timeout=PATIENCE)
        for gone in ("stSidebar", "stDataFrame", "stBaseButton-primary", "stHeader"):
            assert not any(one.is_visible() for one in shown.get_by_test_id(gone).all()), gone
        for kept in ("stMetric", "stAlert"):
            assert all(one.is_visible() for one in shown.get_by_test_id(kept).all()), kept
        assert shown.evaluate("getComputedStyle(document.querySelector('[data-testid=stMain]')).overflow") == "visible"
