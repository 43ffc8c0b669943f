"""A solver's timing in the words of the province: codes, Mondays, ids of squads, reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from planner.model.together import (
    FULL,
    CountyWeeks,
    Loan,
    TimedCounty,
    TimedLoan,
    TimedPair,
    Timing,
    TimingPlan,
    TogetherPolicy,
    TogetherProblem,
)
from planner.routing.together import told, worth_at
from planner.routing.together_reasons import apart_reason, unhelped_reason, unswept_reason


@dataclass(frozen=True)
class Asked:
    """Who was asked what. ``names``: of all counties, by code."""

    counties: tuple[CountyWeeks, ...]
    names: Mapping[str, str]
    weeks: tuple[date, ...]
    policy: TogetherPolicy
    seed: int
    missing: tuple[tuple[str, str], ...]
    digest: str


def timing_plan(
    timing_id: str,
    asked: Asked,
    problem: TogetherProblem,
    pairs: pd.DataFrame,
    found: Timing,
    peers: tuple[int, int],
    versions: tuple[tuple[str, str], ...],
) -> TimingPlan:
    """The document of a timing. ``pairs``: as of pose_together; ``peers``: points of everyone alone, and of greedy."""
    return TimingPlan(
        id=timing_id,
        as_of=max(county.as_of for county in asked.counties),
        weeks=asked.weeks,
        policy=asked.policy,
        most_a_week=problem.most_a_week,
        counties=tuple(_county(asked, problem, found, number) for number in range(problem.counties)),
        loans=_loans(asked, problem, found),
        pairs=_pairs(problem, pairs, found),
        missing=asked.missing,
        worth=found.worth,
        kept=found.kept,
        away=found.away,
        bound=int(found.bound),
        alone=peers[0],
        greedy=peers[1],
        seed=asked.seed,
        input_digest=asked.digest,
        versions=versions,
    )


def _county(asked: Asked, problem: TogetherProblem, found: Timing, number: int) -> TimedCounty:
    county, week = asked.counties[number], found.weeks[number]
    own = with_help = 0
    if week is not None:
        own = worth_at(problem, number, week, FULL * len(county.squads))
        helped = sum(loan.squads * _keeps(problem, loan) for loan in found.loans if loan.borrower == number)
        with_help = worth_at(problem, number, week, FULL * len(county.squads) + helped)
    reason = unswept_reason(problem, found, number) or unhelped_reason(problem, found, number)
    monday = None if week is None else asked.weeks[week]
    return TimedCounty(county.code, asked.names[county.code], len(county.squads), monday, with_help, own, reason)


def _keeps(problem: TogetherProblem, loan: Loan) -> int:
    return next(way.keeps for way in problem.ways if (way.lender, way.borrower) == (loan.lender, loan.borrower))


def _loans(asked: Asked, problem: TogetherProblem, found: Timing) -> tuple[TimedLoan, ...]:
    """Each with the squads that go: those that stand last at the lender's, one after the other."""
    minutes = {(way.lender, way.borrower): way.minutes for way in problem.ways}
    gone: dict[tuple[int, int], int] = {}
    loans = []
    for loan in found.loans:
        teams = asked.counties[loan.lender].squads
        before = gone.get((loan.lender, loan.week), 0)
        going = teams[len(teams) - before - loan.squads : len(teams) - before]
        gone[loan.lender, loan.week] = before + loan.squads
        loans.append(
            TimedLoan(
                week=asked.weeks[loan.week],
                lender=asked.counties[loan.lender].code,
                borrower=asked.counties[loan.borrower].code,
                squads=tuple(team.id for team in going),
                officers=sum(team.officers for team in going),
                minutes=minutes[loan.lender, loan.borrower],
                gain=found.worth - told(problem, found.weeks, _without(found.loans, loan)).worth,
                cost=int(problem.away_cost[loan.lender]) * loan.squads,
            )
        )
    return tuple(loans)


def _without(loans: Sequence[Loan], loan: Loan) -> list[Loan]:
    return [other for other in loans if other is not loan]


def _pairs(problem: TogetherProblem, pairs: pd.DataFrame, found: Timing) -> tuple[TimedPair, ...]:
    rows = []
    columns = (pairs[name].tolist() for name in ("a", "b", "moving", "elsewhere"))
    for border, a, b, moving, elsewhere in zip(problem.borders, *columns, strict=True):
        week = found.weeks[border.a]
        same = week is not None and week == found.weeks[border.b]
        reason = apart_reason(problem, found, border) or ""
        rows.append(TimedPair(a, b, border.points, moving, elsewhere, same, reason))
    return tuple(rows)
