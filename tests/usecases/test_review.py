"""The whole loop with a truth that is known, and what cannot be judged."""

from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as day_time

import numpy as np
import pytest

from benchmarks.loop import MONDAY, County, play
from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.i18n import translator
from planner.model.units import BEIJING
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.in_force import adopt
from planner.usecases.plan import plan
from planner.usecases.review import pooled, review
from planner.usecases.review_words import before_lines, caveat_lines, measure_rows, verdict_line, window_rows
from planner.usecases.sweep import PlanRequest
from planner.usecases.sweeps import done_sweeps

T = translator("zh")


def at(ctx: Context, weeks: float) -> Context:
    moment = datetime.combine(MONDAY, day_time(9), BEIJING) + timedelta(weeks=weeks)
    return replace(ctx, clock=lambda: moment)


def test_a_large_effect_is_found_and_said(ctx: Context) -> None:
    told = play(ctx, seed=3, effect=1.5)
    effect = told.primary.effect
    assert effect is not None
    assert effect.verdict == "more"
    assert effect.low <= np.log(2.5) <= effect.high
    assert "明显更多" in verdict_line(told, T)
    assert [weeks for weeks, _ in told.windows] == [1, 4, 13]
    assert measure_rows(told, T)["measure"].tolist()[0] == T("measure.enforced")
    assert all(judged.holm is None or judged.holm >= judged.effect.p for _, judged in told.measures if judged.effect)
    assert len(window_rows(told, T)) == 3
    assert before_lines(told, T)
    assert told.effort.visits == 0
    assert set(told.path["week"]) == set(range(-13, 13))
    assert pooled(at(ctx, 14)).why == "one_sweep"


def test_without_a_year_or_before_its_end_it_cannot_tell(ctx: Context) -> None:
    county = County(ctx.region.townships["name"].tolist(), 1)
    for week in range(-30, 0):
        county.pass_week(week, np.ones(len(county.names)))
    import_register(at(ctx, -0.5), [("before.csv", county.register())])
    made = plan(at(ctx, -0.5), PlanRequest(week_start=MONDAY, seconds=1.0))
    with pytest.raises(RequestError, match="sweep_unknown"):
        review(at(ctx, 1), made.id)
    adopt(at(ctx, -0.5), made.id)
    assert done_sweeps(at(ctx, -0.5)) == ()
    told = review(at(ctx, 1), made.id)
    assert told.primary.effect is None
    assert told.primary.why == "short_history"
    assert "不足一年" in verdict_line(told, T)
    assert caveat_lines(told, T) == []


def test_those_without_the_right_are_refused(ctx: Context) -> None:
    with pytest.raises(Denied):
        done_sweeps(replace(ctx, actor=Actor("示例", "officer", "S01")))
