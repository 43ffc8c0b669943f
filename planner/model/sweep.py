"""A one-week sweep: what goes into a solver and what comes out.

Inside a solver there is no geography: places, townships, squads, days and visits are indices from 0,
time is whole minutes of the day, prize is whole points.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from planner.model.road import RoadsUsed

IntArray = npt.NDArray[np.int32]

UNSERVED_REASONS = (
    "township_not_chosen",
    "no_squad_with_skill",
    "window_never_open",
    "too_far",
    "no_squad_day",
    "no_time_left",
    "day_full",
    "village_left",
    "room_left",
    "left_out",
)
"""Why a visit is on no route (catalogue ``unserved.<reason>``). ``day_full`` and ``village_left``: it would fit
in time, but the most visits of a day, or not coming back to a village, forbid it; ``room_left``: it could still
be added (a plan from elsewhere; the solver leaves none); ``left_out``: somebody asked that it be not made."""


@dataclass(frozen=True)
class Access:
    """How a squad of one base reaches one township on one day and comes home.

    The squad stands at ``start_place`` ready to drive at ``start`` and must be back at ``end_place`` by
    ``end``. On the mainland these are the base and the duty hours; behind a ferry they are the island's
    pier, the arrival of the first boat that can be caught and the departure of the last boat that
    still brings the squad home within duty hours.
    """

    start_place: int
    end_place: int
    start: int
    end: int
    outbound_minutes: int  # base -> start_place, boat and waiting included (0 where start_place is the base)
    inbound_minutes: int  # end_place -> base after the last usable boat (0 likewise)
    link_id: str | None = None


@dataclass(frozen=True)
class SquadDay:
    """A squad on one day it may work. ``access[t]`` is None where it cannot reach township t."""

    squad: int
    day: int
    duty_start: int
    duty_end: int
    skills: int  # bit mask over model.region.SKILLS
    access: tuple[Access | None, ...]
    home: tuple[bool, ...]  # township is in the squad's base's jurisdiction


@dataclass(frozen=True)
class SweepProblem:
    """One week for a solver. n places, v visits, t townships.

    Attributes:
        travel: (n, n) minutes, parking and walking included, -1 = no way.
        place, township, village: (v,) indices; village -1 = unknown.
        prize: (v,) points > 0. duration: (v,) minutes > 0. opens, closes: (v,) the START of a visit.
        needs: (v,) bit mask of skills.
        squad_days: the squad-days that may work; each works at most one township.
        chosen: (t,) bool, townships where squads may go at all.
        least_days, most_days: (t,) squad-days per township, together possible. A squad-day that is owed to a
            township but finds nothing to do there is a route without stops.
        loan_cost: points given up per squad-day outside the jurisdiction.
        break_start, break_minutes: nobody drives or visits within the break; a visit does not span it.
        max_visits: of one squad-day. villages_once: a squad does not come back to a village it left that day; a
            visit whose village is unknown counts as a village of its own.
    """

    travel: IntArray
    place: IntArray
    township: IntArray
    village: IntArray
    prize: IntArray
    duration: IntArray
    opens: IntArray
    closes: IntArray
    needs: IntArray
    squad_days: tuple[SquadDay, ...]
    chosen: npt.NDArray[np.bool_]
    least_days: IntArray
    most_days: IntArray
    loan_cost: int
    break_start: int
    break_minutes: int
    max_visits: int
    villages_once: bool

    @property
    def townships(self) -> int:
        return len(self.chosen)

    @property
    def visits(self) -> int:
        return len(self.prize)


@dataclass(frozen=True)
class Stop:
    """One visit on a route: minutes of the day. ``arrive`` <= ``start`` (waiting), ``leave`` = start + duration."""

    visit: int
    arrive: int
    start: int
    leave: int


@dataclass(frozen=True)
class Route:
    """One squad's day in one township. ``depart`` and ``back`` are clock times at ``Access`` start and end places."""

    squad_day: int
    township: int
    depart: int
    stops: tuple[Stop, ...]
    back: int


@dataclass(frozen=True)
class Solution:
    """A solver's answer to a SweepProblem, indices only."""

    routes: tuple[Route, ...]
    prize: int
    bound: int  # no plan for this problem collects more prize
    solver: str
    seed: int
    iterations: int


@dataclass(frozen=True)
class Violation:
    """One broken rule, found by the independent checker. ``rule`` is a catalogue key ``rule.<rule>``."""

    rule: str
    squad_day: int | None
    visit: int | None
    detail: str


@dataclass(frozen=True)
class PlannedVisit:
    visit_id: str
    arrive: int
    start: int
    leave: int


@dataclass(frozen=True)
class PlannedRoute:
    """One squad's day, in the words of the region.

    ``leave_base`` and ``reach_base`` are clock times at the base; ``link_id`` names the ferry taken.
    """

    squad_id: str
    day: date
    township_code: str
    leave_base: int
    depart: int
    stops: tuple[PlannedVisit, ...]
    back: int
    reach_base: int
    link_id: str | None
    drive_minutes: int


@dataclass(frozen=True)
class Unserved:
    visit_id: str
    reason: str


@dataclass(frozen=True)
class PolicyEffect:
    """What simulation expects of a plan: means and 90 % intervals over common random draws."""

    visits: int
    finds_mean: float
    finds_low: float
    finds_high: float
    recovered_fen_mean: float
    recovered_fen_low: float
    recovered_fen_high: float
    drive_officer_hours: float
    visit_officer_hours: float


@dataclass(frozen=True)
class SweepPlan:
    """A week's plan. Immutable: a replan is a new plan with ``parent``.

    ``objective`` are the parts of the prize collected (money, livelihood, age, clue; minus loans) in points.
    """

    id: str
    parent: str | None
    region_code: str
    week_start: date
    days: tuple[date, ...]
    spread: str
    selection: tuple[tuple[str, str], ...]  # (township code, reason)
    routes: tuple[PlannedRoute, ...]
    unserved: tuple[Unserved, ...]
    prize: int
    bound: int
    objective: tuple[tuple[str, float], ...]
    effect: PolicyEffect
    travel_estimated: bool
    solver: str
    seed: int
    versions: tuple[tuple[str, str], ...]
    input_digest: str
    policy: str  # the policy as TOML-like JSON, whole
    warnings: tuple[str, ...]  # "<code>" or "<code>:<count>", catalogue ``warning.<code>``
    squads: tuple[str, ...] = ()  # ids of all that could take part, also of those that stayed idle
    roads: RoadsUsed | None = None  # None: travel_estimated

    @property
    def squad_ids(self) -> tuple[str, ...]:
        """``squads``; of a plan that did not write them down, those that have routes."""
        return self.squads or tuple(dict.fromkeys(route.squad_id for route in self.routes))
