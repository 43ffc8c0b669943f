"""Catalogues are complete: both languages hold the same keys and fields, and every key that is used."""

import ast
import re
from pathlib import Path

import pytest

from planner import errors
from planner.i18n import LANGUAGES, catalogue, translator

PACKAGE = Path(__file__).resolve().parents[1] / "planner"
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def _raised() -> list[tuple[str, set[str], str]]:
    """(key, parameters, where) of each error made with a literal key."""
    found = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS):
                continue
            given = node.args[0] if node.args else None
            if isinstance(given, ast.Constant) and None not in {word.arg for word in node.keywords}:
                words = {word.arg for word in node.keywords if word.arg}
                found.append((str(given.value), words, f"{source.name}:{node.lineno}"))
    return found


def _translated() -> set[str]:
    """Literal keys given to ``t``."""
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    return set(re.findall(r'\bt\("([a-z_]+(?:\.[a-z_]+)+)"', text))


def test_both_languages_hold_the_same_keys() -> None:
    first, *others = (set(catalogue(language)) for language in LANGUAGES)
    assert all(other == first for other in others)


def test_both_languages_use_the_same_fields() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert {key: _fields(zh[key]) for key in zh} == {key: _fields(en[key]) for key in en}


def test_every_error_raised_has_its_text_and_gives_its_fields() -> None:
    texts, raised = catalogue("zh"), _raised()
    assert len(raised) > 30
    missing = [(key, where) for key, _, where in raised if f"error.{key}" not in texts]
    assert missing == []
    short = [(key, fields, where) for key, words, where in raised if (fields := _fields(texts[f"error.{key}"]) - words)]
    assert short == []


def test_every_key_a_screen_asks_for_exists() -> None:
    asked = _translated()
    assert len(asked) > 50
    assert asked - set(catalogue("zh")) == set()


def test_missing_key_is_a_bug() -> None:
    with pytest.raises(KeyError):
        translator("zh")("no.such.key")
