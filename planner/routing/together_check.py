"""The independent checker of a timing: it counts weeks, loans and points from the problem alone, and imports nothing
of the solver. The worth of a week is walked per cent by per cent, so that it cannot share a slip with the chords."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from planner.model.together import FULL, Loan, Timing, TogetherProblem, Way

TIMING_RULES = (
    "unknown_index",
    "not_a_working_week",
    "too_many_counties",
    "loan_twice",
    "loan_of_none",
    "no_way",
    "too_far",
    "borrower_not_swept",
    "lender_sweeps",
    "lender_off",
    "lends_too_many",
    "nobody_at_home",
    "borrows_too_many",
    "wrong_worth",
    "wrong_kept",
    "wrong_away",
    "above_bound",
)
"""What a timing is held to (catalogue ``rule.<rule>``)."""

Broken = tuple[str, str]
"""A rule and numbers that tell where."""


def check_together(problem: TogetherProblem, timing: Timing) -> tuple[Broken, ...]:
    """Every broken rule; () means that the timing is what it says it is."""
    if unknown := tuple(_unknown(problem, timing)):
        return unknown
    return (*_swept(problem, timing), *_lent(problem, timing), *_limits(problem, timing), *_counted(problem, timing))


def _unknown(problem: TogetherProblem, timing: Timing) -> Iterator[Broken]:
    if len(timing.weeks) != problem.counties:
        yield "unknown_index", f"{len(timing.weeks)} != {problem.counties}"
    for week in timing.weeks:
        if week is not None and not 0 <= week < problem.weeks:
            yield "unknown_index", f"{week}"
    for loan in timing.loans:
        counties = 0 <= loan.lender < problem.counties and 0 <= loan.borrower < problem.counties
        if not counties or not 0 <= loan.week < problem.weeks:
            yield "unknown_index", f"{loan.lender} -> {loan.borrower}: {loan.week}"


def _swept(problem: TogetherProblem, timing: Timing) -> Iterator[Broken]:
    for county, week in enumerate(timing.weeks):
        if week is not None and not problem.works[county, week]:
            yield "not_a_working_week", f"{county}: {week}"
    for week, count in Counter(timing.weeks).items():
        if week is not None and count > problem.most_a_week:
            yield "too_many_counties", f"{week}: {count} > {problem.most_a_week}"


def _lent(problem: TogetherProblem, timing: Timing) -> Iterator[Broken]:
    ways = {(way.lender, way.borrower): way for way in problem.ways}
    seen = Counter((loan.lender, loan.borrower, loan.week) for loan in timing.loans)
    for loan in timing.loans:
        where = f"{loan.lender} -> {loan.borrower}: {loan.week}"
        broken = {
            "loan_twice": seen[loan.lender, loan.borrower, loan.week] > 1,
            "loan_of_none": loan.squads < 1,
            "no_way": (loan.lender, loan.borrower) not in ways,
            "too_far": _too_far(problem, ways.get((loan.lender, loan.borrower))),
            "borrower_not_swept": timing.weeks[loan.borrower] != loan.week,
            "lender_sweeps": timing.weeks[loan.lender] == loan.week,
            "lender_off": not problem.works[loan.lender, loan.week],
        }
        yield from ((rule, where) for rule, holds in broken.items() if holds)


def _too_far(problem: TogetherProblem, way: Way | None) -> bool:
    return way is not None and way.minutes > problem.minutes_most


def _limits(problem: TogetherProblem, timing: Timing) -> Iterator[Broken]:
    given, taken = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for loan in timing.loans:
        given[loan.lender, loan.week] += loan.squads
        taken[loan.borrower, loan.week] += loan.squads
    for (county, week), squads in given.items():
        if squads > problem.lend_most[county]:
            yield "lends_too_many", f"{county}: {week}: {squads} > {problem.lend_most[county]}"
        if squads >= problem.squads[county]:
            yield "nobody_at_home", f"{county}: {week}: {squads} >= {problem.squads[county]}"
    for (county, week), squads in taken.items():
        if squads > problem.borrow_most[county]:
            yield "borrows_too_many", f"{county}: {week}: {squads} > {problem.borrow_most[county]}"


def _counted(problem: TogetherProblem, timing: Timing) -> Iterator[Broken]:
    worth = sum(_worth(problem, county, week, timing.loans) for county, week in enumerate(timing.weeks))
    kept = 0
    for border in problem.borders:
        one, other = timing.weeks[border.a], timing.weeks[border.b]
        kept += border.points if one is not None and one == other else 0
    away = 0
    for loan in timing.loans:
        away += loan.squads * int(problem.away_cost[loan.lender])
    for rule, said, right in (
        ("wrong_worth", timing.worth, worth),
        ("wrong_kept", timing.kept, kept),
        ("wrong_away", timing.away, away),
    ):
        if said != right:
            yield rule, f"{said} != {right}"
    if worth + kept - away > timing.bound:
        yield "above_bound", f"{worth + kept - away} > {timing.bound:g}"


def _worth(problem: TogetherProblem, county: int, week: int | None, loans: tuple[Loan, ...]) -> int:
    """Points of all per cents of squads that are there, one after the other."""
    if week is None:
        return 0
    percent = FULL * int(problem.squads[county])
    for loan in loans:
        if loan.borrower == county and loan.week == week:
            keeps = [way.keeps for way in problem.ways if (way.lender, way.borrower) == (loan.lender, county)]
            percent += loan.squads * sum(keeps)
    table = [int(points) for points in problem.worth[county][week]]
    total = Fraction(0)
    for one in range(percent):
        squad = one // FULL
        if squad + 1 < len(table):
            total += Fraction(table[squad + 1] - table[squad], FULL)
    return int(total)  # rounded down
