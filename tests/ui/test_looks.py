"""The colours of every look stand out as far as they must, reckoned as WCAG does."""

import re
from itertools import product

import pytest

from planner.ui import looks

COLOURS = ("red", "orange", "yellow", "green", "blue", "violet", "gray")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", ["light", "dark", "contrast_light", "contrast_dark"])
def test_words_stand_out(name: str) -> None:
    palette = looks.palettes()[name]
    least = 7 if name.startswith("contrast") else 4.5
    for words, behind in product(("ink", "soft", "main"), ("paper", "panel")):
        assert contrast(str(palette[words]), str(palette[behind])) >= least, (words, behind)
    assert contrast(str(palette["on_main"]), str(palette["main"])) >= least
    assert contrast(str(palette["ink"]), str(palette["mark"])) >= least
    for colour in COLOURS:
        words, behind = palette[colour]
        assert contrast(words, behind) >= least, colour
        assert contrast(words, str(palette["paper"])) >= least, colour
    for edge in ("edge", "focus"):
        assert contrast(str(palette[edge]), str(palette["paper"])) >= 3, edge


def test_every_colour_that_styles_name_is_there() -> None:
    known = set(re.findall(r"--[a-z-]+(?=:)", looks.variables()))
    own = (looks.files("planner.ui") / "screen.css").read_text(encoding="utf-8")
    assert set(re.findall(r"var\((--[a-z-]+)\)", own)) <= known
    assert not re.findall(r"#[0-9a-f]{3,6}\b", own)


@pytest.mark.parametrize("cookie", [None, "", "no", "DARK", "light; x"])
def test_a_look_that_is_none_is_the_systems(cookie: str | None) -> None:
    assert looks.look_of(cookie) == "auto"
