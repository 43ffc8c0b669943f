"""Catalogues: zh (default) and en. One TOML file per room and language; keys are dotted.

A text may hold ``{name}`` fields. A missing key is a bug, so it raises; a test keeps both languages complete.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from planner.errors import PlannerError

LANGUAGES = ("zh", "en")

Translate = Callable[..., str]


def _flatten(tree: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        flat.update(_flatten(value, f"{key}.") if isinstance(value, dict) else {key: str(value)})
    return flat


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one language, by dotted key. A key that two files hold raises ``ValueError``."""
    texts: dict[str, str] = {}
    for file in sorted((files(__package__) / language).iterdir(), key=lambda f: f.name):
        found = _flatten(tomllib.loads(file.read_text(encoding="utf-8")))
        if twice := texts.keys() & found.keys():
            raise ValueError(f"{file.name}: {sorted(twice)} stand in another file too")
        texts |= found
    return texts


def translator(language: str) -> Translate:
    """``t(key, **params)`` for one language."""
    texts = catalogue(language)

    def t(key: str, **params: object) -> str:
        return texts[key].format(**params)

    return t


CODES = ("rule",)
"""Parameters of errors that are codes with a text of their own, ``<name>.<code>``."""


def tell(error: PlannerError, t: Translate) -> str:
    """The sentence of an error in one language."""
    params = {name: t(f"{name}.{value}") if name in CODES else value for name, value in error.params.items()}
    return t(f"error.{error.key}", **params)
