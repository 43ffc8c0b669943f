"""Adopt a timing: every county that lends or borrows is told, then the timing is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.errors import Impossible, RequestError
from planner.model.progress import Progress, silent
from planner.model.together import CountyLoans, Guest, TimedLoan, TimingPlan
from planner.model.work import Failed
from planner.store import timings
from planner.usecases.context import Context, CountyWork, doors_of, permit
from planner.usecases.guests import as_guest


@dataclass(frozen=True)
class SquadsAsked:
    """Ids of squads of one county, and the name that neighbours know it by."""

    county: str
    squads: tuple[str, ...]


def adopt_timing(ctx: Context, timing_id: str, progress: Progress = silent) -> str:
    """From now on plans of these counties for these weeks have the lent squads, and their lenders' lack them.

    A timing that was adopted before goes with its loans. Where a county cannot be told, nothing is in force; whoever
    was told already is told again the next time. Returns the timing's id.

    Raises:
        RequestError: no such timing. Impossible: no province, or a county could not be told; it says which.
    """
    permit(ctx, "plan.adopt")
    plan = timings.load(ctx.engine, timing_id)
    names = {county.code: county.name for county in doors_of(ctx).province.counties}
    lenders = sorted({loan.lender for loan in plan.loans})
    asked = [(code, SquadsAsked(names[code], _lent_by(plan, code))) for code in lenders]
    progress("together_squads", 0.0)
    guests = _over(ctx, squads_as_guests, asked, progress, "together_squads", 0.0)
    before = [kept.plan for kept in timings.listed(ctx.engine) if kept.adopted_at]
    concerned = sorted({code for one in (plan, *before) for loan in one.loans for code in (loan.lender, loan.borrower)})
    words = [(code, _loans_of(plan, code, names, guests)) for code in concerned]
    _over(ctx, told_loans, words, progress, "together_tell", 0.5)
    timings.adopt(ctx.engine, plan.id, ctx.clock(), ctx.actor.name)
    return plan.id


def squads_as_guests(county: Context, asked: SquadsAsked) -> dict[str, Guest]:
    """Squads of a county as neighbours know them, by id; the week is not theirs to say (the first day of all).

    Raises:
        RequestError: the county no longer has one of them.
    """
    permit(county, "plan.adopt")
    bases = {base.id: base for base in county.region.bases}
    known = {squad.id: squad for squad in county.region.squads if squad.days_on is None}
    if gone := [squad for squad in asked.squads if squad not in known]:
        raise RequestError("unknown_squad", squad="、".join(gone), allowed="、".join(known))
    return {
        squad_id: Guest(date.min, *as_guest(county.region.code, asked.county, bases[squad.base_id], squad))
        for squad_id, squad in known.items()
        if squad_id in asked.squads
    }


def told_loans(county: Context, loans: CountyLoans) -> int:
    """Keep what a timing means for this county, unless that is its last word already."""
    permit(county, "plan.adopt")
    if timings.loans(county.engine)[-1:] != [loans]:
        timings.say_loans(county.engine, loans, county.clock(), county.actor.name)
    return len(loans.guests) + len(loans.away)


def _over(
    ctx: Context,
    work: CountyWork,
    requests: Sequence[tuple[str, object]],
    progress: Progress,
    stage: str,
    start: float,
) -> dict[str, Any]:
    """What every county answered. Raises Impossible: one could not."""
    answers: dict[str, Any] = {}

    def beat() -> None:
        progress(stage, start + 0.5 * len(answers) / max(len(requests), 1))

    for code, came in doors_of(ctx).over(work, requests, ctx.actor, beat):
        if isinstance(came, Failed):
            raise Impossible("together_not_told", county=code, reason=came.key)
        answers[code] = came.value
    return answers


def _lent_by(plan: TimingPlan, code: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(squad for loan in plan.loans if loan.lender == code for squad in loan.squads))


def _loans_of(plan: TimingPlan, code: str, names: dict[str, str], guests: dict[str, dict[str, Guest]]) -> CountyLoans:
    def mine(side: str) -> Sequence[TimedLoan]:
        return [loan for loan in plan.loans if getattr(loan, side) == code]

    here = [
        Guest(loan.week, guests[loan.lender][squad].base, guests[loan.lender][squad].squad)
        for loan in mine("borrower")
        for squad in loan.squads
    ]
    away = [(loan.week, squad, names[loan.borrower]) for loan in mine("lender") for squad in loan.squads]
    return CountyLoans(plan.id, tuple(here), tuple(away))
