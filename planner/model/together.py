"""Neighbouring counties timed together: in which week each county is swept, and which squads help over the border.

Inside the solver counties and weeks are indices from 0, worth is whole points (WorthPolicy.fen_per_point).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.sweep import IntArray

FULL = 100
"""Per cent: what a squad at home can do in a week."""

APART_REASONS = ("no_common_week", "weeks_full", "worth_more_apart", "search_ended")
"""Why two neighbours are not swept in the same week (catalogue ``apart.<reason>``): one of them works in no week in
which the other does; every such week has as many counties as may be swept; moving one of them costs more than the
border keeps; moving one would gain, and the search ended before."""

ALONE_REASONS = (
    "not_swept",
    "may_not_borrow",
    "nobody_near",
    "neighbours_sweep",
    "neighbours_spent",
    "borrowed_enough",
    "costs_more",
    "search_ended",
)
"""Why nobody (more) helps a county (catalogue ``unhelped.<reason>``): it is not swept itself; it takes no squads by
rule; no neighbour's base is near enough; those that are near sweep or do not work in that week; they have lent as much
as they may; it has borrowed as much as it may; one squad more would bring less than it costs; or it would gain."""

UNSWEPT_REASONS = ("no_working_week", "weeks_full", "search_ended")
"""Why a county has no week (catalogue ``unswept.<reason>``)."""


@dataclass(frozen=True)
class Border:
    """Two counties that touch, ``a`` < ``b``. ``points``: prize expected to be kept when both are swept in one week."""

    a: int
    b: int
    points: int


@dataclass(frozen=True)
class Way:
    """From a lender's base to a borrower's. ``minutes``: one way; ``keeps``: per cent of a squad's week that is left
    when it drives there and home each day."""

    lender: int
    borrower: int
    minutes: int
    keeps: int


@dataclass(frozen=True)
class TogetherProblem:
    """c counties, w weeks.

    Attributes:
        squads: (c,) own squads, all out in the county's own week.
        works: (c, w) bool, the county may be swept or lend in that week.
        worth: c tables (w, squads + borrow_most + 1): points of a week's sweep with so many squads, 0 with none;
            no squad adds more than the one before it.
        away_cost: (c,) points that a squad lent for a week would have brought at home.
        lend_most, borrow_most: (c,) squads in one week; a county that lends keeps at least one squad.
        most_a_week: counties swept in one week. minutes_most: one way, for squads that are lent.
    """

    squads: IntArray
    works: npt.NDArray[np.bool_]
    worth: tuple[IntArray, ...]
    away_cost: IntArray
    lend_most: IntArray
    borrow_most: IntArray
    borders: tuple[Border, ...]
    ways: tuple[Way, ...]
    most_a_week: int
    minutes_most: int

    @property
    def counties(self) -> int:
        return len(self.squads)

    @property
    def weeks(self) -> int:
        return int(self.works.shape[1])


@dataclass(frozen=True)
class Loan:
    """Squads of one county that work in another for one whole week."""

    lender: int
    borrower: int
    week: int
    squads: int


@dataclass(frozen=True)
class Timing:
    """A week for each county (None: not swept) and the loans.

    ``worth``: points of all sweeps; ``kept``: points kept at borders; ``away``: points given up at home by lending.
    ``bound``: no timing under the same rules has more ``points`` (infinite where none was proven).
    """

    weeks: tuple[int | None, ...]
    loans: tuple[Loan, ...]
    worth: int
    kept: int
    away: int
    bound: float = float("inf")

    @property
    def points(self) -> int:
        """What the choice is made by."""
        return self.worth + self.kept - self.away
