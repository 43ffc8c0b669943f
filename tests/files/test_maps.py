"""Maps stand in one file, ask nobody for anything, and take every word as a word."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from planner.files.maps.county import county_map
from planner.files.maps.offline import page
from planner.files.maps.palette import CIVIDIS, shade, squad_style
from planner.files.maps.routes import line_of, route_map
from planner.files.region import load_region
from planner.i18n import translator
from planner.model.region import Region
from tests.browser import Watched, watched
from tests.conftest import ROOT
from tests.files import made_up

T = translator("zh")
CASES = 3000


@pytest.fixture(scope="module")
def region() -> Region:
    return load_region(ROOT / "data" / "regions" / "330225")


@pytest.fixture(scope="module")
def county(region: Region) -> str:
    return page(county_map(region, made_up.hotspots(region, CASES), made_up.selection(region), T), "zh-CN")


@pytest.fixture(scope="module")
def routes(region: Region) -> str:
    visits = made_up.visits(region)
    squads = [squad.id for squad in region.squads]
    return page(route_map(region, made_up.plan(region, visits), visits, squads, None, T), "zh-CN")


@pytest.mark.parametrize("which", ["county", "routes"])
def test_nothing_in_the_page_points_elsewhere(which: str, request: pytest.FixtureRequest) -> None:
    html: str = request.getfixturevalue(which)
    fetched = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)\s*=", html)
    urls = [url for url in re.findall(r"url\(([^)]*)\)", html) if not url.startswith(("data:", "#"))]
    assert not fetched
    assert not urls
    assert not re.findall(r"@import|sourceMappingURL|L\.tileLayer\(\s*[\"']", html)


def test_page_with_thousands_of_cases_stays_small(county: str) -> None:
    assert len(county.encode()) < 700_000


def test_page_title_is_escaped(region: Region) -> None:
    shown = county_map(replace(region, name="甲</title><b>县"), made_up.hotspots(region), None, T)
    assert "<title>甲&lt;/title&gt;&lt;b&gt;县" in page(shown, "zh-CN")


def _open(seen: Watched, html: str, folder: Path) -> str:
    """Open a page from a file; returns its address."""
    file = folder / "map.html"
    file.write_text(html, encoding="utf-8")
    seen.page.goto(file.as_uri())
    seen.page.wait_for_selector("canvas")
    return file.as_uri()


THE_MAP = """
    const map = Object.values(window).find(found => found instanceof L.Map);
    const layers = Object.values(map._layers);
"""


@pytest.mark.browser
def test_county_opens_from_a_file_without_a_request(
    county: str, tmp_path: Path, region: Region, browser: BrowserContext
) -> None:
    with watched(browser) as seen:
        address = _open(seen, county, tmp_path)
        counts = seen.page.evaluate(
            f"""() => {{ {THE_MAP} return [
                layers.filter(layer => layer instanceof L.Polygon).length,
                layers.filter(layer => layer instanceof L.CircleMarker && !(layer instanceof L.Circle)).length
            ]; }}"""
        )
        names = seen.page.locator(".label").all_text_contents()
        colours = seen.page.evaluate(COLOURS)
    assert seen.requests == [address]
    assert not seen.errors
    assert counts == [len(region.townships) + len(made_up.selection(region).choices), CASES]
    assert sorted(names) == sorted(region.townships["name"])
    assert colours > 100  # a choropleth with dots, not an empty sea


COLOURS = """() => {
    const canvas = document.querySelector('canvas');
    const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(bytes.buffer)).size;
}"""


@pytest.mark.browser
def test_words_that_look_like_code_stay_words(county: str, tmp_path: Path, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        _open(seen, county, tmp_path)
        words, elements = seen.page.evaluate(
            f"""() => {{ {THE_MAP}
                const circles = layers.filter(layer => layer instanceof L.Circle);
                const boxes = circles.map(circle => circle.getTooltip()._content());
                const box = boxes.find(box => box.textContent.includes('丙村'));
                return [box.textContent, box.querySelectorAll('b, script').length];
            }}"""
        )
    assert "</script><b>丙村</b>`${1}`" in words
    assert elements == 0


@pytest.mark.browser
def test_routes_are_numbered_and_days_are_chosen(routes: str, tmp_path: Path, browser: BrowserContext) -> None:
    with watched(browser) as seen:
        address = _open(seen, routes, tmp_path)
        days = seen.page.locator(".leaflet-control-layers-base input[type=radio]")
        assert days.count() == 5
        assert seen.page.locator(".badge.squad").all_text_contents() == ["1", "2", "3"]
        assert seen.page.locator(".badge.stop").count() == 3 * made_up.STOPS
        days.nth(4).check()
        assert seen.page.locator(".badge.stop").count() == 0  # nobody works on Friday
    assert seen.requests == [address]
    assert not seen.errors


def test_route_over_water_passes_both_piers(region: Region) -> None:
    visits = made_up.visits(region)
    over_water = next(route for route in made_up.plan(region, visits).routes if route.link_id)
    ferry = next(link for link in region.links if link.id == over_water.link_id)
    line = line_of(region, over_water, visits.set_index("visit_id"))
    piers = [[ferry.from_lat, ferry.from_lon], [ferry.to_lat, ferry.to_lon]]
    assert line[1:3] == piers
    assert line[-3:-1] == piers[::-1]
    assert line[0] == line[-1]
    assert len(line) == made_up.STOPS + 6


def test_every_squad_of_a_large_court_looks_different() -> None:
    styles = {(squad_style(number).colour, squad_style(number).dash) for number in range(1, 22)}
    assert len(styles) == 21


def test_shades_run_from_dark_to_light() -> None:
    assert shade(0, 10) == CIVIDIS[0]
    assert shade(10, 10) == CIVIDIS[-1]
    light = [sum(int(shade(value, 10)[at : at + 2], 16) for at in (1, 3, 5)) for value in range(11)]
    assert light == sorted(light)
    assert shade(0, 0) == CIVIDIS[0]
