"""indicators.toml of a region folder: the court's own formulas. The usual ones hold where there is no such file."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.errors import RegionError
from planner.files.strict import read_toml
from planner.model.case import CASE_TYPES
from planner.model.indicator import ENFORCEMENT, INDICATORS, OUTCOME_WORDS, OUTCOMES, UNITS, Indicator, OutcomeWords

INDICATORS_FILE = "indicators.toml"
"""May be missing."""

TABLES = ("indicators", "outcome_words")
FORMULA = ("unit", "above", "below", "case_types", "headline")
NAMES = ("name", "name_en", "help")
"""Of an indicator that is not among the usual ones, all three."""

USUAL = frozenset(spec.code for spec in INDICATORS)
CODE = re.compile(r"[a-z][a-z0-9_]*")


def read_indicators(file: Path) -> tuple[tuple[Indicator, ...], OutcomeWords]:
    """Tables ``[indicators.<code>]`` in the order shown, and perhaps ``[[outcome_words]]`` in the order tried.

    Raises:
        RegionError: an unknown key, a word that is not allowed, an outcome above the line that is not below it.
    """
    if not file.exists():
        return INDICATORS, OUTCOME_WORDS
    tree = read_toml(file)
    _require_known(file, "", tree, TABLES)
    given = tree.get("indicators")
    if not isinstance(given, dict) or not given:
        raise _refused(file, "indicators", given, "[indicators.<code>]")
    specs = tuple(_indicator(file, code, formula) for code, formula in given.items())
    if not any(spec.headline for spec in specs):
        raise _refused(file, "headline", "false", "true")
    words = tree.get("outcome_words")
    return specs, OUTCOME_WORDS if words is None else _outcome_words(file, words)


def _indicator(file: Path, code: str, given: object) -> Indicator:
    where = f"indicators.{code}"
    if not isinstance(given, dict) or not CODE.fullmatch(code):
        raise _refused(file, where, given, "[indicators.a_z_0_9]")
    names = () if code in USUAL else NAMES
    _require_known(file, f"{where}.", given, FORMULA + names)
    if (unit := given.get("unit")) not in UNITS:
        raise _refused(file, f"{where}.unit", unit, " | ".join(UNITS))
    if type(headline := given.get("headline", True)) is not bool:
        raise _refused(file, f"{where}.headline", headline, "true | false")
    for name in names:
        if not _is_line(given.get(name)):
            raise _refused(file, f"{where}.{name}", given.get(name), '"…"')
    below = _words(file, f"{where}.below", given.get("below", list(OUTCOMES)), OUTCOMES)
    above = _words(file, f"{where}.above", given.get("above"), below)
    types = _words(file, f"{where}.case_types", given.get("case_types", list(ENFORCEMENT)), CASE_TYPES)
    return Indicator(code, unit, above, below, types, headline, **{name: given[name].strip() for name in names})


def _outcome_words(file: Path, given: object) -> OutcomeWords:
    allowed = 'outcome, words = ["…"]'
    if not isinstance(given, list) or not given:
        raise _refused(file, "outcome_words", given, allowed)
    found = []
    for entry in given:
        if not isinstance(entry, dict) or set(entry) != {"outcome", "words"}:
            raise _refused(file, "outcome_words", entry, allowed)
        [outcome] = _words(file, "outcome_words.outcome", [entry["outcome"]], OUTCOMES[:-1])
        words = entry["words"]
        if not isinstance(words, list) or not words or not all(_is_line(word) for word in words):
            raise _refused(file, "outcome_words.words", words, '["…"]')
        found.append((outcome, tuple(word.strip() for word in words)))
    return tuple(found)


def _words(file: Path, name: str, given: object, allowed: Sequence[str]) -> tuple[str, ...]:
    """A list of words, each allowed and none twice, at least one."""
    if isinstance(given, list) and given and all(isinstance(word, str) for word in given):
        strangers = [word for word in given if word not in allowed or given.count(word) > 1]
        if not strangers:
            return tuple(given)
        raise _refused(file, name, "、".join(strangers), " | ".join(allowed))
    raise _refused(file, name, given, " | ".join(allowed))


def _is_line(given: object) -> bool:
    return isinstance(given, str) and bool(given.strip()) and "\n" not in given.strip()


def _require_known(file: Path, where: str, given: dict[str, Any], allowed: Sequence[str]) -> None:
    for key in given:
        if key not in allowed:
            raise _refused(file, f"{where}{key}", given[key], ", ".join(allowed))


def _refused(file: Path, name: str, value: object, allowed: str) -> RegionError:
    return RegionError("region_key", file=file.name, name=name, value="—" if value is None else value, allowed=allowed)
