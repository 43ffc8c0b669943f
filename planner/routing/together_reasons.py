"""Why a timing is as it is: why two neighbours are swept apart, why nobody helps, why a county has no week.

Each reason is tried, not guessed: what was not done is done by force, and what it would bring is counted.
"""

from dataclasses import replace

from planner.model.together import Border, Loan, Timing, TogetherProblem
from planner.routing.together import may_lend, most_lent, told, with_loans


def apart_reason(problem: TogetherProblem, timing: Timing, border: Border) -> str | None:
    """One of APART_REASONS; None where both are swept in one week or one of them is not swept at all."""
    one, other = timing.weeks[border.a], timing.weeks[border.b]
    if one is None or other is None or one == other:
        return None
    common = [w for w in range(problem.weeks) if problem.works[border.a, w] and problem.works[border.b, w]]
    if not common:
        return "no_common_week"
    tried = [moved for w in common if (moved := _both_in(problem, timing, border, w)) is not None]
    if not tried:
        return "weeks_full"
    return "search_ended" if max(tried) > timing.points else "worth_more_apart"


def unhelped_reason(problem: TogetherProblem, timing: Timing, county: int) -> str:
    """One of ALONE_REASONS: why no squad more helps a county."""
    week = timing.weeks[county]
    if week is None:
        return "not_swept"
    if problem.borrow_most[county] < 1:
        return "may_not_borrow"
    near = [way for way in problem.ways if way.borrower == county and way.minutes <= problem.minutes_most and way.keeps]
    able = [way for way in near if most_lent(problem, way.lender) > 0]
    if not able:
        return "nobody_near"
    free = [way for way in able if may_lend(problem, way, timing.weeks, week)]
    if not free:
        return "neighbours_sweep"
    lent = [loan for loan in timing.loans if loan.week == week]
    given = {way: sum(loan.squads for loan in lent if loan.lender == way.lender) for way in free}
    left = [way for way in free if given[way] < most_lent(problem, way.lender)]
    if not left:
        return "neighbours_spent"
    if sum(loan.squads for loan in lent if loan.borrower == county) >= problem.borrow_most[county]:
        return "borrowed_enough"
    gained = [_with_one_more(problem, timing, way.lender, county, week) for way in left]
    return "search_ended" if max(gained) > timing.points else "costs_more"


def unswept_reason(problem: TogetherProblem, timing: Timing, county: int) -> str | None:
    """One of UNSWEPT_REASONS; None for a county that has a week."""
    if timing.weeks[county] is not None:
        return None
    works = [w for w in range(problem.weeks) if problem.works[county, w]]
    if not works:
        return "no_working_week"
    return "weeks_full" if all(timing.weeks.count(w) >= problem.most_a_week for w in works) else "search_ended"


def _both_in(problem: TogetherProblem, timing: Timing, border: Border, week: int) -> int | None:
    """Points with both counties in a week, loans made anew one by one or kept where they may; None: no room."""
    weeks = list(timing.weeks)
    weeks[border.a] = weeks[border.b] = week
    if weeks.count(week) > problem.most_a_week:
        return None
    ways = {(way.lender, way.borrower): way for way in problem.ways}
    stay = [x for x in timing.loans if may_lend(problem, ways[x.lender, x.borrower], weeks, x.week)]
    return max(with_loans(problem, weeks).points, told(problem, weeks, stay).points)


def _with_one_more(problem: TogetherProblem, timing: Timing, lender: int, borrower: int, week: int) -> int:
    key = (lender, borrower, week)
    same = [loan for loan in timing.loans if (loan.lender, loan.borrower, loan.week) == key]
    others = [loan for loan in timing.loans if (loan.lender, loan.borrower, loan.week) != key]
    more = replace(same[0], squads=same[0].squads + 1) if same else Loan(lender, borrower, week, 1)
    return told(problem, timing.weeks, [*others, more]).points
