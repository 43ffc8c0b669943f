"""Whose clue is it? A tip's numbers, names and place against the debtors that are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

SURE = {
    "case_number": 0.98,
    "name_village": 0.95,
    "name_township": 0.85,
    "name_only": 0.75,
    "name_elsewhere": 0.4,
    "name_near": 0.3,
}
"""MATCH_REASONS -> how sure. Judgement: a number is exact but for slips of the pen; a name is shared by some in
a county and by few in a village; a name one letter off in the right village is only offered."""

TAKEN = 0.9
RIVAL = 0.5
NEAR_LEAST = 3
"""Letters of a name from which on one that differs may be a slip."""


@dataclass(frozen=True)
class Match:
    """One debtor that a tip may mean, with all the cases in which this person stands."""

    case_ids: tuple[str, ...]
    name: str
    township_code: str | None
    village_code: str | None
    sure: float
    reason: str


def matches(
    case_ids: Sequence[str],
    persons: Sequence[str],
    township_code: str | None,
    village_code: str | None,
    debtors: pd.DataFrame,
) -> list[Match]:
    """The debtors that a tip may mean, the surest first, each once.

    Args:
        debtors: case_id, party_no, name, id_hash, township_code, village_code of all debtors.
    """
    found = [_by_number(debtors, case_id, persons) for case_id in case_ids]
    for person in persons:
        found.append(_by_name(debtors[debtors["name"] == person], township_code, village_code))
        if village_code and len(person) >= NEAR_LEAST:
            found.append(_near(debtors[debtors["village_code"] == village_code], person))
    best: dict[tuple[str, ...], Match] = {}
    for match in (match for group in found for match in group):
        if match.case_ids not in best or match.sure > best[match.case_ids].sure:
            best[match.case_ids] = match
    return sorted(best.values(), key=lambda match: (-match.sure, match.case_ids))


def taken(found: Sequence[Match]) -> Match | None:
    """The match that needs no person to look at it: sure, and without a rival."""
    if not found or found[0].sure < TAKEN or (len(found) > 1 and found[1].sure >= RIVAL):
        return None
    return found[0]


def _by_number(debtors: pd.DataFrame, case_id: str, persons: Sequence[str]) -> list[Match]:
    """The case, unless the tip names somebody else than its debtors."""
    people = debtors[debtors["case_id"] == case_id]
    if people.empty:
        return []
    named = people[people["name"].isin(persons)]
    sure = SURE["case_number"] if len(named) or not persons else RIVAL
    row = (named if len(named) else people).iloc[0]
    return [_match(people.head(1), row["name"], sure, "case_number")]


def _by_name(people: pd.DataFrame, township_code: str | None, village_code: str | None) -> list[Match]:
    groups = [group for _, group in people.groupby(_identity(people), sort=False)]
    found = []
    for group in groups:
        if village_code and (group["village_code"] == village_code).any():
            reason = "name_village"
        elif township_code and (group["township_code"] == township_code).any():
            reason = "name_township"
        elif township_code:
            reason = "name_elsewhere"
        else:
            reason = "name_only" if len(groups) == 1 else "name_elsewhere"
        found.append(_match(group, str(group["name"].iloc[0]), SURE[reason], reason))
    return found


def _near(people: pd.DataFrame, person: str) -> list[Match]:
    """Names of the village that differ in one letter."""
    close = people[people["name"].map(lambda name: _one_off(str(name), person)).astype(bool)]
    return [
        _match(group, str(group["name"].iloc[0]), SURE["name_near"], "name_near")
        for _, group in close.groupby(_identity(close), sort=False)
    ]


def _one_off(name: str, other: str) -> bool:
    return len(name) == len(other) and sum(a != b for a, b in zip(name, other, strict=True)) == 1


def _identity(people: pd.DataFrame) -> "pd.Series[str]":
    """One text per person: the hash of the ID number, else name and place."""
    place = people["village_code"].fillna(people["township_code"]).fillna("")
    return people["id_hash"].fillna(people["name"] + "/" + place)


def _match(group: pd.DataFrame, name: str, sure: float, reason: str) -> Match:
    first = group.iloc[0]
    township, village = (None if pd.isna(first[key]) else str(first[key]) for key in ("township_code", "village_code"))
    return Match(tuple(sorted(set(group["case_id"]))), name, township, village, sure, reason)
