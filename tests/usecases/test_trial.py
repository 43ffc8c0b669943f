"""Weeks decided by a coin: drawn once, told as drawn, and what cannot be told yet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np
import pytest

from planner.access import Actor
from planner.errors import Denied, Impossible, RequestError
from planner.i18n import translator
from planner.model.sweep import SweepPlan
from planner.model.trial import Trial
from planner.model.units import BEIJING
from planner.store import audit, plans
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.trial import DrawRequest, draw_trial, drawn_spread, list_trials, planned_pairs, trial_told
from planner.usecases.trial_power import past_pairs, planned_sweeps, power_before, power_curve, visible
from planner.usecases.trial_words import (
    again_line,
    answer_line,
    caveat_lines,
    curve_rows,
    drawn_rows,
    power_line,
    visible_lines,
    way_line,
    week_rows,
)
from planner.usecases.week import weeks_in_pairs, whole_week
from tests.conftest import MADE_UP

T = translator("zh")
TODAY, START = date(2026, 11, 27), date(2026, 11, 30)
SIX = DrawRequest(START, 6, seed=1)
PER_WEEK = 20


def at(ctx: Context, day: date) -> Context:
    return replace(ctx, clock=lambda: datetime.combine(day, time(9), BEIJING))


def register(weeks: Mapping[date, int]) -> bytes:
    """A register in which so many cases were really enforced, on the Wednesdays of weeks."""
    rows = [MADE_UP + "案号,立案日期,结案日期,结案方式,申请执行标的,被执行人,户籍地"]
    for monday, count in weeks.items():
        filed, closed = monday - timedelta(days=60), monday + timedelta(days=2)
        for _ in range(count):
            number = f"({filed.year})浙0225执{50_000 + len(rows)}号"
            rows.append(f"{number},{filed},{closed},执行完毕,9000,示例{len(rows)},石浦镇示例路1号")
    # A case filed on the last Friday: the register tells its last week whole.
    friday = max(weeks) + timedelta(days=4)
    return "\n".join([*rows, f"({friday.year})浙0225执49999号,{friday},,,9000,示例末,石浦镇示例路2号"]).encode()


def past(until: date = START, weeks: int = 40) -> dict[date, int]:
    return {until - timedelta(weeks=n): PER_WEEK + n % 5 for n in range(1, weeks + 1)}


def during(trial: Trial, concentrated: int, spread: int, pairs: int = 6) -> dict[date, int]:
    return {
        monday: concentrated if trial.drawn(monday) == "concentrate" else spread
        for pair in trial.pairs[:pairs]
        for monday in pair
    }


def told_after(ctx: Context, trial: Trial, weeks: Mapping[date, int]):  # type: ignore[no-untyped-def]
    later = at(ctx, max(weeks) + timedelta(weeks=1))
    import_register(later, [("later.csv", register(past() | dict(weeks)))])
    return trial_told(later, trial.id)


def test_a_coin_falls_once_and_is_kept(ctx: Context) -> None:
    now = at(ctx, TODAY)
    trial = draw_trial(now, SIX)
    assert list_trials(now) == (trial,)
    assert [len(pair) for pair in trial.pairs] == [2] * 6
    assert all((second - first).days == 7 for first, second in trial.pairs)
    assert all(whole_week(ctx.region.calendar, monday) for monday in trial.weeks)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(trial.pairs))
    assert {trial.drawn(monday) for monday in trial.pairs[0]} == {"concentrate", "spread"}
    assert drawn_spread(now, trial.pairs[2][1]) == trial.drawn(trial.pairs[2][1])
    assert drawn_spread(now, START - timedelta(weeks=1)) is None
    assert audit.entries(ctx.engine)["action"].tolist()[-1] == "trial.drawn"
    assert len(drawn_rows(trial, T)) == 6
    assert "1:2026-11-30" in again_line(trial, T)
    with pytest.raises(RequestError, match="trial_overlaps"):
        draw_trial(now, replace(SIX, start=trial.pairs[3][0]))
    assert draw_trial(now, replace(SIX, start=date(2027, 6, 14), seed=None)).seed >= 0


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (replace(SIX, start=date(2026, 11, 23)), "trial_in_past"),
        (replace(SIX, start=date(2026, 12, 1)), "not_a_monday"),
        (replace(SIX, pairs=5), "trial_pairs"),
        (replace(SIX, pairs=27), "trial_pairs"),
        (replace(SIX, townships=18), "trial_townships"),
        (replace(SIX, seed=-1), "out_of_range"),
        (replace(SIX, name="长" * 41), "out_of_range"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ctx: Context, request_: DrawRequest, fault: str) -> None:
    with pytest.raises(RequestError, match=fault):
        planned_pairs(at(ctx, TODAY), request_)
    with pytest.raises(RequestError, match=fault):
        draw_trial(at(ctx, TODAY), request_)


def test_the_calendar_must_reach_so_far_and_only_the_chief_draws(ctx: Context) -> None:
    with pytest.raises(Impossible, match="calendar_ends"):
        weeks_in_pairs(ctx.region.calendar, date(2027, 11, 1), 6)
    planner = replace(at(ctx, TODAY), actor=Actor("示例", "planner"))
    assert len(planned_pairs(planner, SIX)) == 6
    with pytest.raises(Denied):
        draw_trial(planner, SIX)
    with pytest.raises(RequestError, match="unknown_trial"):
        trial_told(planner, "nothing")


def test_before_there_is_anything_to_tell_it_says_why(ctx: Context) -> None:
    now = at(ctx, TODAY)
    trial = draw_trial(now, SIX)
    with pytest.raises(Impossible, match="nothing_to_review"):
        trial_told(now, trial.id)
    import_register(now, [("before.csv", register(past()))])
    told = trial_told(now, trial.id)
    assert (told.why, told.answer, told.verdict) == ("not_begun", None, "cannot_tell")
    assert "还没开始" in answer_line(told, T)
    told = trial_told(at(ctx, trial.weeks[-1]), trial.id)
    assert told.why == "register_ends"
    assert str(told.as_of) in answer_line(told, T)
    assert set(week_rows(told, T)["trial_state"]) == {T("trial.state_ahead")}
    told = told_after(ctx, trial, during(trial, 30, 20, pairs=1))
    assert (told.why, told.complete) == ("few_pairs", 1)


def test_the_verdict_waits_for_the_last_week(ctx: Context) -> None:
    trial = draw_trial(at(ctx, TODAY), SIX)
    weeks = during(trial, 60, 20)
    last = trial.weeks[-1]
    told = told_after(ctx, trial, {monday: n for monday, n in weeks.items() if monday != last})
    assert told.complete == 5
    assert told.weeks[-2].state == "waiting"
    assert (told.over, told.verdict) == (False, "cannot_tell")
    assert "不到 6 对" in answer_line(told, T)
    assert way_line(told, T) is None
    told = told_after(ctx, trial, weeks)
    assert told.answer is not None
    assert (told.over, told.verdict, told.answer.p) == (True, "more", 2 / 64)
    assert told.cases == (360, 120)
    assert np.exp(told.answer.log_ratio) == pytest.approx(3, rel=0.03)
    assert "集中明显更好" in answer_line(told, T)
    assert way_line(told, T)
    assert "6 对周缺方案" in caveat_lines(told, T)[0]


def test_a_missing_week_takes_its_pair_along(ctx: Context) -> None:
    trial = draw_trial(at(ctx, TODAY), SIX)
    weeks = during(trial, 60, 20)
    gone = trial.pairs[2][0]
    told = told_after(ctx, trial, weeks | {gone: 0})
    states = {week.monday: week.state for week in told.weeks}
    assert (states[gone], states[trial.pairs[2][1]]) == ("missing", "alone")
    assert (told.complete, told.over, told.verdict) == (5, True, "cannot_tell")
    assert any(str(gone) in line for line in caveat_lines(told, T))


def test_weeks_are_analysed_as_drawn_whatever_was_driven(planned: Context, made: SweepPlan) -> None:
    trial = draw_trial(at(planned, TODAY), replace(SIX, start=date(2026, 12, 7)))
    score = plans.latest_score(planned.engine)
    assert score is not None
    _, visits = plans.load_plan(planned.engine, made.id)

    def drive(monday: date, spread: str, share: int = 1) -> None:
        one = replace(made, id=f"{monday:%m%d}{share}", week_start=monday, spread=spread, routes=made.routes[::share])
        moment = datetime.combine(TODAY, time(8 + share), BEIJING)
        plans.save_plan(planned.engine, one, visits, score.id, moment, "示例")

    strayed, *rest = trial.weeks
    other = {"concentrate": "spread", "spread": "concentrate"}
    drive(strayed, other[str(trial.drawn(strayed))])
    for monday in rest:
        drive(monday, str(trial.drawn(monday)))
    told = told_after(planned, trial, during(trial, 60, 20))
    assert [week.monday for week in told.weeks if week.obeyed is False] == [strayed]
    assert str(strayed) in caveat_lines(told, T)[0]
    assert told.days is not None
    assert told.days[0] == told.days[1] > 0
    assert "每人·日" in answer_line(told, T)
    assert told.answer is not None
    assert (told.verdict, np.exp(told.answer.log_ratio)) == ("more", pytest.approx(3, rel=0.1))
    # Half the officers in spread weeks: per officer-day they did twice as much.
    for monday in trial.weeks:
        if trial.drawn(monday) == "spread":
            drive(monday, "spread", share=2)
    half = trial_told(at(planned, trial.weeks[-1] + timedelta(weeks=1)), trial.id)
    assert half.answer is not None
    assert half.answer.log_ratio < told.answer.log_ratio - 0.4


def test_power_is_foretold_from_the_own_past(ctx: Context) -> None:
    now = at(ctx, TODAY)
    with pytest.raises(Impossible, match="nothing_to_review"):
        past_pairs(now)
    assert planned_sweeps(now) == ()
    import_register(now, [("short.csv", register(past(weeks=10)))])
    with pytest.raises(Impossible, match="trial_past_short"):
        past_pairs(now)
    import_register(now, [("long.csv", register(past(weeks=60)))])
    mine = past_pairs(now)
    assert mine.mean == pytest.approx(22, abs=1)
    assert all(abs(one - other) <= 4 for one, other in mine.pairs.tolist())
    curve = power_curve(mine, np.log(1.5))
    assert curve["power"].between(0, 1).all()
    assert curve["power"].iloc[-1] > curve["power"].iloc[0]
    assert len(curve_rows(curve)) == len(curve)
    power, smallest = power_before(mine, 12, np.log(1.5))
    assert smallest is not None
    assert "12 对" in power_line(power, smallest, np.log(1.5), 12, T)
    assert T("trial.beyond") in power_line(0.0, None, 0.1, 6, T)


def test_the_next_sweep_s_smallest_effect(planned: Context) -> None:
    now = at(planned, TODAY)
    first, *_ = planned_sweeps(now)
    assert first.source == "hottest"
    assert len(first.sweep.townships) == 3
    seen = visible(now, first)
    assert [weeks for weeks, _ in seen.smallest] == [1, 4, 13]
    assert seen.smallest[0][1] > seen.smallest[-1][1] > 0
    assert len(visible_lines(seen, T)) == 3
    everywhere = replace(first.sweep, townships=tuple(planned.region.townships["code"]))
    blind = visible(now, replace(first, sweep=everywhere))
    assert blind.why == "everybody_swept"
    assert "抽签" in visible_lines(blind, T)[0]


def test_a_register_in_which_nothing_ended_is_told_to_be_too_short(ctx: Context) -> None:
    rows = ("(2025)浙0225执1号,2025-01-02,9000,示例甲,丹东街道", "(2026)浙0225执1号,2026-01-02,9000,示例乙,丹东街道")
    text = "\n".join(("案号,立案日期,申请执行标的,被执行人,户籍地", *rows))
    import_register(ctx, [("台账.csv", text.encode())])
    with pytest.raises(Impossible, match="trial_past_short"):
        past_pairs(ctx)
