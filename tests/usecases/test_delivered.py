"""Plan against done through the store: adopted plans, replans, corrections, and what is said of all of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import pytest

from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.i18n import LANGUAGES, translator
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.usecases.context import Context
from planner.usecases.delivered import calibrated, delivered
from planner.usecases.delivered_words import (
    bin_rows,
    group_rows,
    headline,
    made_lines,
    missed_rows,
    pace_lines,
    proposal_line,
    proposal_rows,
    reliability_lines,
    tally_rows,
    why_rows,
)
from planner.usecases.in_force import adopt
from planner.usecases.plan import plan
from planner.usecases.policy import decide_policy, with_policy_of_now
from planner.usecases.record import OutcomeTold, decide_outcome, record_outcomes
from planner.usecases.replan import ReplanRequest, replan
from planner.usecases.sweep import PlanRequest

Tell = Callable[..., None]


@pytest.fixture
def after(planned: Context, made: SweepPlan) -> Context:
    """The evening of the week's last day, the plan adopted."""
    adopt(planned, made.id)
    at = datetime.combine(made.days[-1], time(23, 30), BEIJING)
    return replace(planned, clock=lambda: at)


def tell_all(ctx: Context, made: SweepPlan, share_found: float, seed: int = 1) -> int:
    """Outcomes of all visits, told as they end; how many found somebody."""
    rng, found = np.random.default_rng(seed), 0
    for route in made.routes:
        told = []
        for stop in route.stops:
            hit = bool(rng.random() < share_found)
            found += hit
            when = f"{route.day}T{stop.leave // 60:02d}:{stop.leave % 60:02d}"
            told.append(
                OutcomeTold(f"{made.id}-{stop.visit_id}", stop.visit_id, ("found" if hit else "not_found",), when)
            )
        record_outcomes(ctx, made.id, route.squad_id, route.day, told, "page")
    return found


def test_a_week_as_it_was_planned(after: Context, made: SweepPlan) -> None:
    found = tell_all(after, made, 0.5)
    told = delivered(after, made.id)
    total = told.total.iloc[0]
    assert total["planned"] == total["made"] == made.effect.visits
    assert total["found"] == total["found_on_plan"] == found
    assert (total["extra"], total["not_made"], total["to_come"]) == (0, 0, 0)
    assert abs(total["expected_finds"] - made.effect.finds_mean) < 0.05 * made.effect.finds_mean
    assert told.pace.off == (0.0, 0.0, 0.0)
    assert told.pace.ratio == pytest.approx(1.0, abs=0.1)
    assert told.by_squad["planned"].sum() == told.by_day["planned"].sum() == total["planned"]


def test_two_weeks_are_pooled_and_read_against_the_policy_of_now(after: Context, made: SweepPlan) -> None:
    tell_all(after, made, 0.08)
    decide_policy(after, "worth.p_find", 0.2, "结果明显偏低")
    week = made.week_start + timedelta(days=7)
    other = plan(with_policy_of_now(after), PlanRequest(week_start=week, seconds=1.0))
    adopt(after, other.id)
    later = replace(after, clock=lambda: datetime.combine(other.days[-1], time(23, 30), BEIJING))
    tell_all(later, other, 0.08)
    told = calibrated(later)
    assert (told.sweeps, told.visits) == (2, made.effect.visits + other.effect.visits)
    one = next(one for one in told.proposals if one.key == "worth.p_find")
    assert one.present == 0.2
    assert one.visits > 0
    assert told.reliability is not None
    assert told.reliability.visits == told.visits


def test_a_corrected_outcome_counts_once_and_a_withdrawn_one_is_gone(after: Context, made: SweepPlan) -> None:
    route = max(made.routes, key=lambda route: len(route.stops))
    first, second = (stop.visit_id for stop in route.stops[:2])
    when = f"{route.day}T10:00"
    for told in (
        OutcomeTold("a", first, ("not_found",), when),
        OutcomeTold("b", first, ("found", "paid"), when, paid="100", corrects="a"),
        OutcomeTold("c", second, ("found",), when),
        OutcomeTold("d", second, ("found",), when, corrects="c", withdrawn=True),
    ):
        record_outcomes(after, made.id, route.squad_id, route.day, [told], "page")
    total = delivered(after, made.id).total.iloc[0]
    assert (total["made"], total["found"], total["paid_fen"]) == (1, 1, 100_00)
    assert calibrated(after).visits == 1


def test_an_outcome_on_no_plan_counts_as_extra_once_a_person_took_it(after: Context, made: SweepPlan) -> None:
    route = made.routes[0]
    told = OutcomeTold("stray", "nobody-planned-this", ("found",), f"{route.day}T10:00")
    record_outcomes(after, made.id, route.squad_id, route.day, [told], "page")
    before = delivered(after, made.id)
    assert (before.held, before.total["made"].iloc[0]) == (1, 0)
    decide_outcome(after, "stray", told, "taken")
    total = delivered(after, made.id).total.iloc[0]
    assert (total["made"], total["extra"], total["found_on_plan"]) == (1, 1, 0)
    found = calibrated(after)
    assert (found.sweeps, found.visits, found.reliability) == (1, 0, None)


def test_a_replan_answers_for_the_whole_week(after: Context, made: SweepPlan) -> None:
    route = next(route for route in made.routes if route.stops)
    stop = route.stops[0]
    told = OutcomeTold("o", stop.visit_id, ("found",), f"{route.day}T{stop.leave // 60:02d}:{stop.leave % 60:02d}")
    record_outcomes(after, made.id, route.squad_id, route.day, [told], "page")
    other = replan(after, ReplanRequest(made.id, route.day, stop.leave, seconds=1.0))
    adopt(after, other.id)
    total = delivered(after, other.id).total.iloc[0]
    assert (total["made"], total["extra"]) == (1, 0)
    assert (calibrated(after).sweeps, calibrated(after).visits) == (1, 1)
    with pytest.raises(RequestError, match="sweep_unknown"):
        delivered(after, made.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_its_words_with_and_without_outcomes(after: Context, made: SweepPlan, language: str) -> None:
    t = translator(language)
    silent = delivered(after, made.id)
    assert set(silent.lines["why"]) == {"no_word"}
    assert calibrated(after).reliability is None
    assert pace_lines(silent, t) == [t("delivered.no_times")]
    assert headline(silent, t)
    tell_all(after, made, 0.3)
    told, fit = delivered(after, made.id), calibrated(after)
    assert fit.reliability is not None
    assert len(made_lines(told, t)) >= 1
    assert len(pace_lines(told, t)) == 2
    assert len(missed_rows(told, {}, t)) == (told.lines["why"] != "found").sum()
    assert len(why_rows(told, t)) == told.lines["why"].nunique()
    assert len(tally_rows(told.by_day, "day", {}, t)) == len(told.by_day)
    assert len(bin_rows(fit.reliability)) == len(fit.reliability.table)
    assert len(group_rows(fit.reliability, t)) == len(fit.reliability.groups)
    assert len(reliability_lines(fit, t)) == 3
    assert len(proposal_rows(fit, t)) == len([proposal_line(one, t) for one in fit.proposals]) == 14


def test_those_without_the_right_are_refused(after: Context, made: SweepPlan) -> None:
    officer = replace(after, actor=Actor("示例", "officer", "S01"))
    with pytest.raises(Denied):
        delivered(officer, made.id)
    with pytest.raises(Denied):
        calibrated(officer)
