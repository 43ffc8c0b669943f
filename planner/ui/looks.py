"""Looks of the pages: light, dark and high contrast, from one list of colours (looks.toml) for everything on screen.

A person chooses a look, kept in a cookie of the browser; without a choice the system's wishes hold (dark or light, more
contrast). High contrast too is light or dark as the system is.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

COOKIE = "planner_look"
LOOKS = ("auto", "light", "dark", "contrast")

FONT = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

Palette = Mapping[str, str | list[str]]


def look_of(cookie: str | None) -> str:
    """A look that exists."""
    return cookie if cookie in LOOKS else "auto"


@cache
def palettes() -> dict[str, Palette]:
    """Colours by name: light, dark, contrast_light, contrast_dark."""
    text = (files(__package__) / "looks.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def variables() -> str:
    """CSS that gives ``--ink`` and the other colours their values, by ``data-look`` of the root and by the system.

    Later rules win: the system's wish for darkness, a person's, then the same for contrast; paper is always light.
    """
    dark, more = "(prefers-color-scheme: dark)", "(prefers-contrast: more)"
    free, darker, contrast = ':root:not([data-look="light"])', ':root[data-look="dark"]', ':root[data-look="contrast"]'
    auto = ':root:not([data-look="light"], [data-look="dark"])'
    return "\n".join(
        (
            _rule(":root", "light"),
            f"@media {dark} {{ {_rule(free, 'dark')} }}",
            _rule(darker, "dark"),
            _rule(contrast, "contrast_light"),
            f"@media {dark} {{ {_rule(contrast, 'contrast_dark')} }}",
            f"@media {more} {{ {_rule(auto, 'contrast_light')} }}",
            f"@media {more} and {dark} {{ {_rule(auto, 'contrast_dark')} }}",
            f"@media print {{ {_rule(':root:root:root', 'light')} }}",
        )
    )


def _rule(selector: str, name: str) -> str:
    flat = {key: value for key, value in palettes()[name].items() if isinstance(value, str)}
    pairs = {key: value for key, value in palettes()[name].items() if not isinstance(value, str)}
    told = [f"--{key.replace('_', '-')}: {value};" for key, value in flat.items()]
    told += [f"--{key}: {words}; --{key}-behind: {behind};" for key, (words, behind) in pairs.items()]
    scheme = "dark" if name.endswith("dark") else "light"
    return f"{selector} {{ color-scheme: {scheme}; {' '.join(told)} }}"


@cache
def themes() -> dict[str, dict[str, object]]:
    """The palettes as themes of Streamlit (its CustomThemeConfig), by the same names."""
    return {name: _theme(palette) for name, palette in palettes().items()}


def _theme(palette: Palette) -> dict[str, object]:
    told: dict[str, object] = {
        "primaryColor": palette["main"],
        "backgroundColor": palette["paper"],
        "secondaryBackgroundColor": palette["panel"],
        "textColor": palette["ink"],
        "linkColor": palette["main"],
        "borderColor": palette["edge"],
        "dataframeBorderColor": palette["line"],
        "dataframeHeaderBackgroundColor": palette["panel"],
        "dataframeHeaderTextColor": palette["soft"],
        "codeBackgroundColor": palette["panel"],
        "codeTextColor": palette["ink"],
        "showWidgetBorder": True,
        "linkUnderline": True,
        "bodyFont": FONT,
        "headingFont": FONT,
    }
    for name in ("red", "orange", "yellow", "green", "blue", "violet", "gray"):
        words, behind = list(palette[name])
        told |= {f"{name}Color": words, f"{name}TextColor": words, f"{name}BackgroundColor": behind}
    return told
