"""The words of registers: which headers and terms the planner knows. Data, in columns.toml and terms.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

import pandas as pd

Value = TypeVar("Value")

UNUSED = ""
"""The field of a header that is known but not used."""


def plain(text: str) -> str:
    """Half-width digits and brackets, spaces collapsed (line breaks stay), ends trimmed."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\S\n]+", " ", folded.replace("\r\n", "\n").replace("\r", "\n")).strip()


def header_key(text: str) -> str:
    """A header as it is compared: no spaces, no marks, no bracketed unit."""
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\s*:：、/·]|单位.*$", "", plain(text)).lower()


@dataclass(frozen=True)
class Columns:
    """``headers``: header key -> (field, order of belief). ``accepted``: field -> headers as written."""

    headers: dict[str, tuple[str, int]]
    case_fields: tuple[str, ...]
    party_fields: tuple[str, ...]
    accepted: dict[str, tuple[str, ...]]
    fen_per: dict[str, int]


@cache
def columns() -> Columns:
    raw = tomllib.loads((files(__package__) / "columns.toml").read_text(encoding="utf-8"))
    accepted = {field: tuple(names) for field, names in (raw["case"] | raw["party"]).items()}
    known = {header_key(name): (UNUSED, 0) for name in raw["unused"]["headers"]}
    for field, names in accepted.items():
        known |= {header_key(name): (field, order) for order, name in enumerate(names)}
    return Columns(known, tuple(raw["case"]), tuple(raw["party"]), accepted, raw["amount"])


@cache
def terms() -> dict[str, tuple[str, ...]]:
    raw = tomllib.loads((files(__package__) / "terms.toml").read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in raw.items()}


def per_distinct(column: "pd.Series[str]", parse: Callable[[str], Value]) -> list[Value]:
    """``parse`` of every cell, called once for each distinct text."""
    codes, distinct = pd.factorize(column)
    parsed = [parse(text) for text in distinct]
    return [parsed[code] for code in codes]


def says(column: "pd.Series[str]", term: str) -> "pd.Series[bool]":
    """Where a text holds a word of the list ``term``."""
    pattern = re.compile("|".join(map(re.escape, terms()[term])))
    found = per_distinct(column, lambda text: pattern.search(text) is not None)
    return pd.Series(found, index=column.index, dtype=bool)
