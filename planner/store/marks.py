"""The mark of a rejected row in a workbook: its number, and letters that nobody can guess or count up."""

import re

from planner.store.vault import Vault

MARK = re.compile(r"R(\d{1,9})-([0-9A-F]{8})")


def mark_of(vault: Vault, number: int) -> str:
    return f"R{number}-{_check(vault, number)}"


def number_of(vault: Vault, mark: str) -> int | None:
    """The number of a mark; None where the planner did not make it."""
    told = MARK.fullmatch(mark.strip().upper())
    return int(told[1]) if told and told[2] == _check(vault, int(told[1])) else None


def _check(vault: Vault, number: int) -> str:
    return vault.digest(f"rejected row {number}")[:8].upper()
