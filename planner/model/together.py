"""Neighbouring counties timed together: in which week each county is swept, and which squads help over the border.

Inside the solver counties and weeks are indices from 0, worth is whole points (WorthPolicy.fen_per_point).
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from planner.model.region import Base, Squad
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


@dataclass(frozen=True)
class TogetherPolicy:
    """What a timing of counties keeps to and how it weighs. A copy is stored with every timing.

    Attributes:
        most_a_week: counties swept in one week under the province's eye; None: a fifth more than an even spread.
        minutes_most: of driving, one way, for squads that are lent. lend_most, borrow_most: squads of a county in a
            week.
        moved_share: share of the prize in hot townships at a border that leaves over it when only one side is swept.
        elsewhere_share: share of the prize of debtors who live in the neighbouring county that can be had when both
            courts are out in the same week.
        home_share: what a lent squad leaves undone at home, as a share of an average squad's week in its own sweep.
    """

    most_a_week: int | None = None
    minutes_most: int = 90
    lend_most: int = 2
    borrow_most: int = 3
    moved_share: float = 0.05
    elsewhere_share: float = 0.30
    home_share: float = 0.30


@dataclass(frozen=True)
class Team:
    """A squad that may be lent: its id, how many officers."""

    id: str
    officers: int


@dataclass(frozen=True)
class CountyWeeks:
    """What one county says of the coming weeks: small values, made where its cases lie. No personal data.

    Attributes:
        as_of: last day of its register. works: by week, whether its court works enough days.
        squads: those that may be lent stand last. worth: by week, points with 0, 1, .. squads.
        net_minutes: of a squad-day for visits in its areas, the way there and home taken off.
        base: (lon, lat) of the bureau. areas: its areas of the sweep, (lon, lat, prize) of each.
        elsewhere: county named in the address -> cases of its register whose debtor lives there.
        mean_prize: points of an average visit of its areas.
    """

    code: str
    as_of: date
    works: tuple[bool, ...]
    squads: tuple[Team, ...]
    worth: tuple[tuple[int, ...], ...]
    net_minutes: int
    base: tuple[float, float]
    areas: tuple[tuple[float, float, int], ...]
    elsewhere: tuple[tuple[str, int], ...]
    mean_prize: int


@dataclass(frozen=True)
class TimedCounty:
    """``week``: its Monday, None: not swept. ``worth``: points with what it has borrowed, ``own``: with its own squads
    alone. ``reason``: one of UNSWEPT_REASONS or, of a county that is swept, of ALONE_REASONS: why no more help."""

    code: str
    name: str
    squads: int
    week: date | None
    worth: int
    own: int
    reason: str


@dataclass(frozen=True)
class TimedLoan:
    """``squads``: their ids at the lender's. ``gain``: points that they bring more to the borrower, ``cost``: that they
    leave undone at home; ``minutes``: one way, estimated."""

    week: date
    lender: str
    borrower: str
    squads: tuple[str, ...]
    officers: int
    minutes: int
    gain: int
    cost: int


@dataclass(frozen=True)
class TimedPair:
    """Two neighbouring counties (codes, a < b). ``points``: kept when both are swept in one week, ``moving`` of them
    for debtors who might move, the rest for the ``elsewhere`` cases whose debtor lives on the other side.
    ``reason``: one of APART_REASONS; empty where they are swept in one week, or one is not swept at all."""

    a: str
    b: str
    points: int
    moving: int
    elsewhere: int
    together: bool
    reason: str


@dataclass(frozen=True)
class TimingPlan:
    """The weeks of a province's counties and their loans. Immutable.

    ``missing``: counties that could not be asked, (code, key of the error). ``alone``, ``greedy``: points of these
    ways.
    """

    id: str
    as_of: date
    weeks: tuple[date, ...]
    policy: TogetherPolicy
    most_a_week: int
    counties: tuple[TimedCounty, ...]
    loans: tuple[TimedLoan, ...]
    pairs: tuple[TimedPair, ...]
    missing: tuple[tuple[str, str], ...]
    worth: int
    kept: int
    away: int
    bound: int
    alone: int
    greedy: int
    seed: int
    input_digest: str
    versions: tuple[tuple[str, str], ...]

    @property
    def points(self) -> int:
        return self.worth + self.kept - self.away

    @property
    def gap(self) -> float:
        """Share by which a timing under the same rules could be better at the most."""
        return (self.bound - self.points) / max(self.points, 1)


@dataclass(frozen=True)
class KeptTiming:
    """``adopted_at``: since when it is the one in force; None: it is not."""

    plan: TimingPlan
    at: datetime
    by: str
    adopted_at: datetime | None = None


@dataclass(frozen=True)
class Guest:
    """A squad of a neighbouring county that works here for one week from its own base."""

    week: date
    base: Base
    squad: Squad


@dataclass(frozen=True)
class CountyLoans:
    """What an adopted timing means for one county. ``away``: (Monday, squad id, name of the county it goes to)."""

    timing_id: str
    guests: tuple[Guest, ...] = ()
    away: tuple[tuple[date, str, str], ...] = ()
