"""A trial of concentrate against spread: pairs of weeks, in each of which a coin said which comes when."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Trial:
    """What was drawn once and is never drawn again.

    Attributes:
        pairs: Mondays of two weeks that follow each other, pair by pair, oldest first.
        concentrate: of each pair the Monday whose week concentrates; the other week spreads.
        seed, rule: what the coin was made of; the rule is named so that anyone can draw again (RULES).
        townships: how many a concentrated week is massed on (k).
        measure: what is counted, named before anything is seen (planner.review.weekly.MEASURES).
    """

    id: str
    name: str
    pairs: tuple[tuple[date, date], ...]
    concentrate: tuple[date, ...]
    seed: int
    rule: str
    townships: int
    measure: str
    drawn_at: datetime
    by: str

    @property
    def weeks(self) -> tuple[date, ...]:
        return tuple(monday for pair in self.pairs for monday in pair)

    def drawn(self, monday: date) -> str | None:
        """The spread (model.policy.SPREADS) drawn for a week; None for a week of no pair."""
        if monday not in self.weeks:
            return None
        return "concentrate" if monday in self.concentrate else "spread"


RULES = ("sha256_parity",)
"""How a coin falls. ``sha256_parity``: the last hexadecimal digit of the SHA-256 of ``<seed>:<first Monday>`` (ASCII,
YYYY-MM-DD): even, and the first week of the pair concentrates; odd, and the second does."""
