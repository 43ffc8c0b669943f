"""Names misspelt: one character wrong, missing or too many."""

import re

from planner.geo.gazetteer import Gazetteer
from planner.geo.names import is_near, near_keys

TOWNSHIP_WORD = re.compile(r"(?<=[一-鿿]{2})(?:街道|镇|乡)")
VILLAGE_WORD = re.compile(r"(?<=[一-鿿])(?:村|社区|居委|居民委|管理区|股份|经济合作)|(?<=[一-鿿]{3})(?=[\d(]|$)")

Place = tuple[str, str]
"""Township code, village code."""


def near_township(gazetteer: Gazetteer, text: str) -> tuple[set[str], str] | None:
    """Townships one slip away, and the words."""
    for end in TOWNSHIP_WORD.finditer(text):
        for length in (3, 2):
            bare = text[max(0, end.start() - length) : end.start()]
            if len(bare) == length and (found := near_townships(gazetteer, bare, end.group())):
                return found, bare + end.group()
    return None


def near_village(gazetteer: Gazetteer, text: str, township: str | None) -> tuple[Place, str] | None:
    """A village one slip away, if only one is: of a township, or with at least three characters of the county."""
    for end in VILLAGE_WORD.finditer(text):
        for length in (5, 4, 3, 2):
            words = text[max(0, end.start() - length) : end.start()]
            if len(words) < length or (len(words) == 2 and (township is None or not end.group())):
                continue
            found = {place for place in near_villages(gazetteer, words) if township in (None, place[0])}
            if len(found) == 1:
                return found.pop(), words + end.group()
    return None


def near_townships(gazetteer: Gazetteer, bare: str, end: str) -> set[str]:
    """Townships that a slip leads to from 石蒲 + 镇; the ending stays."""
    found = [place for key in (bare, *near_keys(bare)) for place in gazetteer.near_townships.get(key + end, ())]
    return {code for code, name in found if is_near(bare, name)}


def near_villages(gazetteer: Gazetteer, words: str) -> set[Place]:
    """Villages that a slip leads to from these words (without 村 or 社区); 新华路 is not 新华 with one too many."""
    found = [place for key in (words, *near_keys(words)) for place in gazetteer.near_villages.get(key, ())]
    return {place[:2] for place in found if is_near(words, place[2]) and (len(words), len(place[2])) != (3, 2)}
