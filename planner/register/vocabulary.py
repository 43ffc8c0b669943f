"""The words of registers: which headers and terms the planner knows. Data, in columns.toml and terms.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TypeVar

import numpy as np
import pandas as pd

from planner.model.report import MEND_HEADER, ColumnRule

Value = TypeVar("Value")

UNUSED = ""
"""The field of a header that is known but not used."""

MEND = "mend"
"""The field of the column that ties a mended row to the rejected one."""

RULED = -1
"""Order of belief of a column that people named: before all others."""


def plain(text: str) -> str:
    """Half-width digits and brackets, spaces collapsed (line breaks stay), ends trimmed."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\S\n]+", " ", folded.replace("\r\n", "\n").replace("\r", "\n")).strip()


def header_key(text: str) -> str:
    """A header as it is compared: no spaces, no marks, no bracketed unit."""
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\s*:：、/·]|单位.*$", "", plain(text)).lower()


@dataclass(frozen=True)
class Columns:
    """``headers``: header key -> (field, order of belief). ``accepted``: field -> headers as written.

    ``court``: headers of the court, by which a register of many is split.
    ``units``: header key -> unit of its amounts, and ``ruled``: header keys, as people of the court said.
    """

    headers: dict[str, tuple[str, int]]
    case_fields: tuple[str, ...]
    party_fields: tuple[str, ...]
    accepted: dict[str, tuple[str, ...]]
    fen_per: dict[str, int]
    court: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    ruled: frozenset[str] = frozenset()


@cache
def columns() -> Columns:
    raw = tomllib.loads((files(__package__) / "columns.toml").read_text(encoding="utf-8"))
    accepted = {name: tuple(words) for name, words in (raw["case"] | raw["party"]).items()}
    court = tuple(raw["split"]["court"])
    known = {header_key(name): (UNUSED, 0) for name in (*raw["unused"]["headers"], *court)}
    for meaning, names in accepted.items():
        known |= {header_key(name): (meaning, order) for order, name in enumerate(names)}
    known[header_key(MEND_HEADER)] = (MEND, 0)
    return Columns(known, tuple(raw["case"]), tuple(raw["party"]), accepted, raw["amount"], court)


def columns_by(rules: Sequence[ColumnRule]) -> Columns:
    """The known columns, and before them what people of the court said."""
    built_in = columns()
    said = {header_key(rule.header): rule for rule in rules}
    headers = built_in.headers | {key: (rule.field, RULED) for key, rule in said.items()}
    units = {key: rule.unit for key, rule in said.items() if rule.unit}
    return replace(built_in, headers=headers, units=units, ruled=frozenset(said))


@cache
def terms() -> dict[str, tuple[str, ...]]:
    raw = tomllib.loads((files(__package__) / "terms.toml").read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in raw.items()}


def per_distinct(column: "pd.Series[str]", parse: Callable[[str], Value]) -> list[Value]:
    """``parse`` of every cell, called once for each distinct text."""
    codes, distinct = pd.factorize(column)
    parsed = np.empty(len(distinct), dtype=object)  # an array of them: taking by code is then not done in Python
    for n, text in enumerate(distinct.tolist()):
        parsed[n] = parse(text)
    taken: list[Value] = parsed[codes].tolist()
    return taken


def says(column: "pd.Series[str]", term: str) -> "pd.Series[bool]":
    """Where a text holds a word of the list ``term``."""
    pattern = re.compile("|".join(map(re.escape, terms()[term])))
    found = per_distinct(column, lambda text: pattern.search(text) is not None)
    return pd.Series(found, index=column.index, dtype=bool)
