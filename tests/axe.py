"""axe-core over a page and the frames in it, in every look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

from playwright.sync_api import Page, expect

from tests.browser import PATIENCE

DESK, PHONE = (1440, 1000), (390, 844)
STILL = 250
"""Milliseconds: between a script's end and the next that it asks for."""

BARRED = ("serious", "critical")


class Exempt(NamedTuple):
    """What Streamlit draws so and nobody here can mend: a rule, a piece of the element's HTML, and why."""

    rule: str
    holds: str
    why: str


@dataclass(frozen=True)
class Look:
    """How a browser asks for colours, and how wide it is."""

    name: str
    scheme: str = "light"
    contrast: str = "no-preference"
    size: tuple[int, int] = DESK


LOOKS = (
    Look("light"),
    Look("dark", scheme="dark"),
    Look("light-phone", size=PHONE),
    Look("contrast", contrast="more"),
    Look("contrast-dark-phone", scheme="dark", contrast="more", size=PHONE),
)


COLOURS = ("color-contrast", "color-contrast-enhanced", "link-in-text-block")
"""Rules that a look can break which the light one keeps."""


def findings(page: Page, contrast: bool, exempt: Sequence[Exempt] = (), colours: bool = False) -> list[str]:
    """Serious and critical findings of WCAG 2.2 A and AA and of axe's best practices, one line each.

    ``contrast``: words must stand out 7 : 1 instead of 4.5 : 1. ``colours``: by the rules of colours alone.
    """
    script = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    for frame in page.frames:
        frame.evaluate(script)
    options: dict[str, Any] = {"rules": {"color-contrast-enhanced": {"enabled": contrast}}}
    if colours:
        options = {"runOnly": {"type": "rule", "values": [rule for rule in COLOURS if contrast or rule != COLOURS[1]]}}
    told = page.evaluate("options => axe.run(document, options)", options | {"resultTypes": ["violations"]})
    return [line for violation in told["violations"] for line in _lines(violation, exempt)]


def _lines(violation: dict[str, Any], exempt: Sequence[Exempt]) -> Iterator[str]:
    if violation["impact"] not in BARRED:
        return
    for node in violation["nodes"]:
        if not any(one.rule == violation["id"] and one.holds in node["html"] for one in exempt):
            why = "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
            yield f"{violation['id']} {node['target']} {node['html'][:160]} -- {why[:200]}"


def settle(page: Page) -> None:
    """Wait until nothing is being drawn any more: the script has come to rest, and stayed so."""
    if page.get_by_test_id("stApp").count():
        rest = page.locator('[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]')
        for _ in range(2):
            expect(rest).to_be_attached(timeout=4 * PATIENCE)
            page.wait_for_timeout(STILL)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0, timeout=PATIENCE)
    for frame in page.frames[1:]:
        frame.wait_for_load_state()


def put_on(page: Page, look: Look) -> None:
    """What the system of a reader wishes."""
    page.set_viewport_size({"width": look.size[0], "height": look.size[1]})
    page.emulate_media(color_scheme=look.scheme, contrast=look.contrast)  # type: ignore[arg-type]
