"""In which week each county is swept, and who helps whom: CP-SAT over concave curves of squads.

A county is swept with all its squads in one week at most; a neighbour that does not sweep then may send squads. A lent
squad drives there and home each day, so it counts for less than an own one (``Way.keeps``), and its ordinary work at
home is left undone (``away_cost``). Two neighbours in one week keep what would otherwise move over their border.
A curve of squads is the lowest of its chords, so that CP-SAT sees linear rules only, as in planner.routing.allocate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from planner.errors import RequestError
from planner.model.together import FULL, Loan, Timing, TogetherProblem, Way

EFFORT, CLOSE = 6.0, 5e-4
"""CP-SAT's deterministic time, and the share of the points by which it may miss the best."""

Weeks = Sequence[int | None]


def solve_together(problem: TogetherProblem, seed: int = 0, effort: float = EFFORT, close: float = CLOSE) -> Timing:
    """The best timing found, never of fewer points than :func:`greedy` or :func:`alone`, and a proven bound.

    Raises:
        RequestError: the problem contradicts itself.
    """
    require_sound(problem)
    start = max((greedy(problem), alone(problem)), key=lambda timing: timing.points)
    model = _Model(problem)
    model.hint(start)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = effort
    solver.parameters.relative_gap_limit = close
    solver.parameters.linearization_level = 2  # the chords make the relaxation nearly exact
    if solver.solve(model.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start  # the effort was used up
    found = model.read(solver)
    best = found if found.points >= start.points else start
    return replace(best, bound=max(model.points_of(solver.best_objective_bound), float(best.points)))


def alone(problem: TogetherProblem) -> Timing:
    """Everybody for himself: one county after the other takes its own best week that has room; nobody lends."""
    return _one_after_the_other(problem, range(problem.counties), neighbours_count=False)


def greedy(problem: TogetherProblem) -> Timing:
    """The county of the greatest worth first, each in the week that gains most beside those before it; then one squad
    after the other where it gains most."""
    order = sorted(range(problem.counties), key=lambda c: (-int(problem.worth[c][:, problem.squads[c]].max()), c))
    return with_loans(problem, _one_after_the_other(problem, order, neighbours_count=True).weeks)


def with_loans(problem: TogetherProblem, weeks: Weeks) -> Timing:
    """Squads lent one by one, always the one that gains most, for weeks that stand."""
    lent: dict[tuple[int, int], int] = {}
    while True:
        gains = [
            (gain, -number)
            for number in range(len(problem.ways))
            if (gain := _gain_of_one_more(problem, weeks, lent, number)) > 0
        ]
        if not gains:
            break
        number = -max(gains)[1]
        way = problem.ways[number]
        week = weeks[way.borrower]
        assert week is not None  # noqa: S101 - only a county that is swept gains
        lent[number, week] = lent.get((number, week), 0) + 1
    loans = [Loan(problem.ways[n].lender, problem.ways[n].borrower, week, squads) for (n, week), squads in lent.items()]
    return told(problem, weeks, loans)


def told(problem: TogetherProblem, weeks: Weeks, loans: Sequence[Loan]) -> Timing:
    """What given weeks and loans come to, whatever the rules."""
    keeps = {(way.lender, way.borrower): way.keeps for way in problem.ways}
    worth = 0
    for county, week in enumerate(weeks):
        if week is not None:
            extra = sum(keeps[x.lender, x.borrower] * x.squads for x in loans if (x.borrower, x.week) == (county, week))
            worth += worth_at(problem, county, week, FULL * int(problem.squads[county]) + extra)
    kept = sum(x.points for x in problem.borders if weeks[x.a] is not None and weeks[x.a] == weeks[x.b])
    away = sum(int(problem.away_cost[loan.lender]) * loan.squads for loan in loans)
    ordered = sorted(loans, key=lambda loan: (loan.week, loan.borrower, loan.lender))
    return Timing(tuple(weeks), tuple(ordered), worth, kept, away)


def worth_at(problem: TogetherProblem, county: int, week: int, capacity: int) -> int:
    """Points of a county's week at so many per cent of a squad, rounded down between whole squads."""
    table = problem.worth[county][week]
    whole, part = divmod(capacity, FULL)
    if whole >= len(table) - 1:
        return int(table[-1])
    return (FULL * int(table[whole]) + part * int(table[whole + 1] - table[whole])) // FULL


def may_lend(problem: TogetherProblem, way: Way, weeks: Weeks, week: int) -> bool:
    """Whether a way is open in a week: near enough, the borrower is swept then, the lender works and is not."""
    return (
        way.minutes <= problem.minutes_most
        and way.keeps > 0
        and weeks[way.borrower] == week
        and weeks[way.lender] != week
        and bool(problem.works[way.lender, week])
    )


def most_lent(problem: TogetherProblem, county: int) -> int:
    """Squads that a county may send away in one week: at least one stays for urgent matters."""
    return max(0, min(int(problem.lend_most[county]), int(problem.squads[county]) - 1))


def require_sound(problem: TogetherProblem) -> None:
    """Raises RequestError: no county a week, or a curve that is not concave from nothing."""
    if problem.most_a_week < 1:
        raise RequestError("together_no_county_a_week", most=problem.most_a_week)
    for county, table in enumerate(problem.worth):
        gains = np.diff(table, axis=1)
        wide = table.shape == (problem.weeks, problem.squads[county] + problem.borrow_most[county] + 1)
        if not wide or (table[:, 0] != 0).any() or (gains < 0).any() or (np.diff(gains, axis=1) > 0).any():
            raise RequestError("together_not_concave", county=county)


def _one_after_the_other(problem: TogetherProblem, order: Sequence[int], neighbours_count: bool) -> Timing:
    weeks: list[int | None] = [None] * problem.counties
    room = [problem.most_a_week] * problem.weeks
    for county in order:
        open_weeks = [w for w in range(problem.weeks) if room[w] and problem.works[county, w]]
        if open_weeks:
            gains = {w: _worth_beside(problem, county, w, weeks if neighbours_count else ()) for w in open_weeks}
            week = max(open_weeks, key=lambda w: (gains[w], -w))
            weeks[county] = week
            room[week] -= 1
    return told(problem, weeks, ())


def _worth_beside(problem: TogetherProblem, county: int, week: int, weeks: Weeks) -> int:
    own = int(problem.worth[county][week, problem.squads[county]])
    if not weeks:
        return own
    return own + sum(
        border.points
        for border in problem.borders
        if (border.a == county and weeks[border.b] == week) or (border.b == county and weeks[border.a] == week)
    )


def _gain_of_one_more(problem: TogetherProblem, weeks: Weeks, lent: dict[tuple[int, int], int], number: int) -> int:
    """Points of one squad more over a way; 0 where a rule forbids it."""
    way = problem.ways[number]
    week = weeks[way.borrower]
    if week is None or not may_lend(problem, way, weeks, week):
        return 0
    here = {n: squads for (n, w), squads in lent.items() if w == week}
    given = sum(squads for n, squads in here.items() if problem.ways[n].lender == way.lender)
    took = {n: squads for n, squads in here.items() if problem.ways[n].borrower == way.borrower}
    if given >= most_lent(problem, way.lender) or sum(took.values()) >= problem.borrow_most[way.borrower]:
        return 0
    has = FULL * int(problem.squads[way.borrower]) + sum(problem.ways[n].keeps * squads for n, squads in took.items())
    more = worth_at(problem, way.borrower, week, has + way.keeps) - worth_at(problem, way.borrower, week, has)
    return more - int(problem.away_cost[way.lender])


@dataclass(frozen=True)
class _Lent:
    way: Way
    week: int
    squads: cp_model.IntVar


class _Model:
    """x[c, w]: swept; z: squads lent over a way in a week; y: both sides of a border swept in a week; v: worth.

    A point counts ``scale`` times, so that of equal points the earlier weeks are taken.
    """

    def __init__(self, problem: TogetherProblem) -> None:
        self.problem, self.model = problem, cp_model.CpModel()
        self.scale = problem.counties * problem.weeks + 1
        self.swept = {
            (c, w): self.model.new_bool_var(f"swept_{c}_{w}")
            for c in range(problem.counties)
            for w in range(problem.weeks)
            if problem.works[c, w]
        }
        for c in range(problem.counties):
            self.model.add_at_most_one(x for (county, _), x in self.swept.items() if county == c)
        for w in range(problem.weeks):
            self.model.add(sum(x for (_, week), x in self.swept.items() if week == w) <= problem.most_a_week)
        self.lent = list(self._loans())
        self.both = {(n, w): y for n in range(len(problem.borders)) for w, y in self._together(n)}
        worth = [self._worth(c, w) for c, w in self.swept]
        kept = sum(problem.borders[n].points * y for (n, _), y in self.both.items())
        away = sum(int(problem.away_cost[lent.way.lender]) * lent.squads for lent in self.lent)
        late = sum(w * swept for (_, w), swept in self.swept.items())
        self.model.maximize(self.scale * (sum(worth) + kept - away) - late)

    def _loans(self) -> Iterator[_Lent]:
        problem, lent = self.problem, []
        for way in problem.ways:
            most = min(most_lent(problem, way.lender), int(problem.borrow_most[way.borrower]))
            if way.minutes > problem.minutes_most or way.keeps <= 0 or most <= 0:
                continue
            for w in range(problem.weeks):
                if (way.borrower, w) in self.swept and (way.lender, w) in self.swept:
                    lent.append(_Lent(way, w, self.model.new_int_var(0, most, "")))
                    self.model.add(lent[-1].squads <= most * self.swept[way.borrower, w])
        for (c, w), swept in self.swept.items():
            given = [one.squads for one in lent if (one.way.lender, one.week) == (c, w)]
            taken = [one.squads for one in lent if (one.way.borrower, one.week) == (c, w)]
            if given:
                self.model.add(sum(given) <= most_lent(problem, c) * (1 - swept))
            if taken:
                self.model.add(sum(taken) <= int(problem.borrow_most[c]) * swept)
        yield from lent

    def _together(self, number: int) -> Iterator[tuple[int, cp_model.IntVar]]:
        border = self.problem.borders[number]
        if border.points <= 0:
            return
        for w in range(self.problem.weeks):
            if (border.a, w) in self.swept and (border.b, w) in self.swept:
                both = self.model.new_bool_var("")
                self.model.add(both <= self.swept[border.a, w])
                self.model.add(both <= self.swept[border.b, w])
                yield w, both

    def _worth(self, c: int, w: int) -> cp_model.IntVar:
        """Points of a county in a week: under every chord from its own squads on."""
        table, own, swept = self.problem.worth[c][w].tolist(), int(self.problem.squads[c]), self.swept[c, w]
        helped = sum(one.way.keeps * one.squads for one in self.lent if (one.way.borrower, one.week) == (c, w))
        worth = self.model.new_int_var(0, max(table[-1], 0), "")
        self.model.add(worth <= table[-1] * swept)
        for k in range(own, len(table) - 1):
            gain = table[k + 1] - table[k]
            self.model.add(FULL * worth <= (FULL * table[k] - FULL * gain * (k - own)) * swept + gain * helped)
        return worth

    def hint(self, timing: Timing) -> None:
        lent = {(loan.lender, loan.borrower, loan.week): loan.squads for loan in timing.loans}
        for (c, w), swept in self.swept.items():
            self.model.add_hint(swept, timing.weeks[c] == w)
        for one in self.lent:
            self.model.add_hint(one.squads, lent.get((one.way.lender, one.way.borrower, one.week), 0))
        for (n, w), both in self.both.items():
            border = self.problem.borders[n]
            self.model.add_hint(both, timing.weeks[border.a] == w == timing.weeks[border.b])

    def points_of(self, objective: float) -> float:
        """Points of no timing are above this where no timing's objective is above ``objective``."""
        return float(np.floor((objective + self.scale - 1) / self.scale + 1e-9))

    def read(self, solver: cp_model.CpSolver) -> Timing:
        weeks: list[int | None] = [None] * self.problem.counties
        for (c, w), swept in self.swept.items():
            if solver.value(swept):
                weeks[c] = w
        loans = [
            Loan(one.way.lender, one.way.borrower, one.week, solver.value(one.squads))
            for one in self.lent
            if solver.value(one.squads)
        ]
        return told(self.problem, weeks, loans)
