"""The docs as a site: it builds without a warning, asks nobody for anything, and is searched from a folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import PATIENCE, chromium, watched
from tests.conftest import ROOT

FETCHED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^\"' >]+")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``make docs`` builds it; a broken link, or a docstring that cannot be read, ends it."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return out


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 200
    assert not [told for page in pages for told in FETCHED.findall(page.read_text(encoding="utf-8"))]
    styles = [sheet.read_text(encoding="utf-8") for sheet in site.rglob("*.css")]
    assert not [told for style in styles for told in re.findall(r"url\(['\"]?(?:https?:)?//[^)]+", style)]


def test_every_use_case_and_every_decision_has_a_page(site: Path) -> None:
    cases = {file.stem for file in (ROOT / "planner" / "usecases").glob("*.py")} - {"__init__"}
    assert cases == {file.stem for file in (site / "modules" / "usecases").glob("*.html")} - {"index"}
    decisions = {file.stem for file in (ROOT / "docs" / "decisions").glob("*.md")}
    assert decisions == {file.stem for file in (site / "decisions").glob("*.html")}
    told = (site / "modules" / "usecases" / "plan.html").read_text(encoding="utf-8")
    assert "Make, check and store a plan." in told


@pytest.mark.browser
def test_words_are_found_without_a_server(site: Path) -> None:
    with chromium() as browser, watched(browser) as seen:
        page = seen.page
        page.goto((site / "index.html").as_uri())
        for words, found in (("撒胡椒面", "Glossary"), ("rejected rows", "planner.files.mends")):
            page.get_by_placeholder("搜索").fill(words)
            page.get_by_placeholder("搜索").press("End")
            expect(page.locator(".md-search-result__item").filter(has_text=found).first).to_be_attached(
                timeout=PATIENCE
            )
        assert not seen.errors
        assert not [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:"))]
