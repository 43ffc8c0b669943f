"""Counties of a small made-up province timed together: from their cases to squads that drive over the border."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import shapely

from planner.access import Actor
from planner.bootstrap import open_context
from planner.errors import Denied, Impossible, RequestError
from planner.i18n import translator
from planner.model.together import TimingPlan, TogetherPolicy
from planner.settings import read_settings
from planner.store import register, timings
from planner.usecases import jobs
from planner.usecases.context import Context, doors_of
from planner.usecases.guests import own_squads
from planner.usecases.plan import plan
from planner.usecases.province import begin_score, run_of, work_on
from planner.usecases.province_import import begin_import
from planner.usecases.province_view import county_rows_of, province_view, township_rows_of
from planner.usecases.sweep import PlanRequest
from planner.usecases.timing_words import timing_file, timing_lines
from planner.usecases.together import TimingRequest, begin_week, kept_timings, time_counties
from planner.usecases.together_adopt import adopt_timing
from planner.usecases.together_gather import WeeksAsked, county_weeks

ROOT = Path(__file__).resolve().parents[2]
START = date(2026, 11, 30)
LENDING = TogetherPolicy(minutes_most=240, lend_most=1, borrow_most=1, moved_share=0.0, home_share=0.0)
"""Nothing speaks against lending but the drive."""


@pytest.fixture(scope="module")
def ctx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Two counties, scored in this very process."""
    made = tmp_path_factory.mktemp("province")
    script = [sys.executable, "data/demo/make_province.py", "--out", str(made), "--cases", "2800", "--counties", "2"]
    subprocess.run(script, check=True, cwd=ROOT)
    folder = made / "regions"
    first = sorted(path for path in folder.iterdir() if path.is_dir())[0]
    environment = {
        "PLANNER_DATA_DIR": str(made / "var"), "PLANNER_REGION": str(first), "PLANNER_PROVINCE": str(folder),
    }  # fmt: skip
    settings = replace(read_settings(environment), workers=0)
    with open_context(settings) as opened:
        ctx = replace(opened, clock=lambda: datetime(2026, 11, 28, 2, tzinfo=UTC))
        work_on(ctx, begin_import(ctx, sorted(made.glob("*.csv"))))
        run = work_on(ctx, begin_score(ctx))
        assert run.count("done") == 2, [part.error_key for part in run.parts]
        yield ctx


@pytest.fixture(scope="module")
def made(ctx: Context) -> TimingPlan:
    return time_counties(ctx, TimingRequest(START, 2, LENDING))


def test_every_county_has_its_own_week_and_help_comes_from_those_at_home(made: TimingPlan) -> None:
    weeks = {county.code: county.week for county in made.counties}
    assert None not in weeks.values()
    assert made.missing == ()
    assert made.loans
    for loan in made.loans:
        assert weeks[loan.borrower] == loan.week != weeks[loan.lender]
        assert loan.minutes <= LENDING.minutes_most
        assert loan.gain > 0
    assert made.points >= max(made.alone, made.greedy)
    assert made.points <= made.bound
    assert sum(county.worth for county in made.counties) == made.worth


def test_it_is_kept_and_another_one_stands_beside_it(ctx: Context, made: TimingPlan) -> None:
    policy = replace(LENDING, lend_most=0, moved_share=1.0, most_a_week=2)
    apart = time_counties(ctx, TimingRequest(START, 3, policy))
    assert not apart.loans
    assert [pair.together for pair in apart.pairs] == [True]
    assert apart.kept == apart.pairs[0].points > 0
    known = {kept.plan.id: kept.plan for kept in kept_timings(ctx)}
    assert known[made.id] == made
    assert known[apart.id] == apart


def test_adopted_squads_drive_over_the_border_and_are_missing_at_home(ctx: Context, made: TimingPlan) -> None:
    loan, doors = made.loans[0], doors_of(ctx)
    asked = PlanRequest(week_start=loan.week, seconds=1.0)
    with doors.county(loan.borrower, ctx.actor) as county:
        before = plan(county, asked)
    adopt_timing(ctx, made.id)
    assert next(kept for kept in kept_timings(ctx) if kept.adopted_at).plan.id == made.id
    guests = {f"{loan.lender}-{squad}" for squad in loan.squads}
    with doors.county(loan.borrower, ctx.actor) as county:
        after = plan(county, asked)
        assert guests <= set(after.squads)
        assert after.prize > before.prize
        driven = [route for route in after.routes if route.squad_id in guests and route.stops]
        assert driven
        bases = {base.id: base for base in county.region.bases}
        home = {squad.id: bases[squad.base_id] for squad in county.region.squads}
        outlines = county.region.outlines.geometry.union_all()
        starts = [shapely.Point(home[squad].lon, home[squad].lat) for squad in guests]
        assert not any(outlines.covers(start) for start in starts)
        own = [route for route in after.routes if route.squad_id not in guests and route.stops]
        assert min(r.drive_minutes for r in driven) > min(r.drive_minutes for r in own)
        other = plan(county, replace(asked, week_start=_another(made, loan.week)))
        assert not guests & set(other.squads)
    with doors.county(loan.lender, ctx.actor) as county:
        assert not set(loan.squads) & set(plan(county, asked).squads)
        assert {squad.id for squad in own_squads(county.region)} >= set(loan.squads)


def _another(made: TimingPlan, week: date) -> date:
    return next(other for other in made.weeks if other != week)


def test_the_next_one_adopted_takes_its_place(ctx: Context, made: TimingPlan) -> None:
    adopt_timing(ctx, made.id)
    without = time_counties(ctx, TimingRequest(START, 3, replace(LENDING, lend_most=0)))
    adopt_timing(ctx, without.id)
    loan = made.loans[0]
    with doors_of(ctx).county(loan.borrower, ctx.actor) as county:
        words = timings.loans(county.engine)
        assert [word.timing_id for word in words][-1] == without.id
        guest = next(s for s in county.region.squads if s.id == f"{loan.lender}-{loan.squads[0]}")
        assert guest.days_on == ()  # still known by name, for plans made with it
    with doors_of(ctx).county(loan.lender, ctx.actor) as county:
        assert all(not squad.away for squad in county.region.squads)


def test_jobs_make_a_timing_and_adopt_it_and_its_weeks_can_be_planned(ctx: Context) -> None:
    here = replace(ctx, spawn=lambda job_id: jobs.run(ctx, job_id))
    asked = TimingRequest(START, 2, replace(LENDING, lend_most=0))
    job = jobs.state(here, jobs.start_timing(here, asked))
    assert (job.state, job.error_key) == ("done", None)
    adopted = jobs.state(here, jobs.start_adoption(here, job.result or ""))
    assert adopted.state == "done"
    kept = next(kept for kept in kept_timings(ctx) if kept.adopted_at)
    assert kept.plan.id == job.result
    run = run_of(ctx, begin_week(ctx, kept.plan.id, START))
    assert [part.county_code for part in run.parts] == [c.code for c in kept.plan.counties if c.week == START]
    with pytest.raises(RequestError, match="together_no_sweep"):
        begin_week(ctx, kept.plan.id, date(2030, 1, 7))
    stranger = replace(here, actor=Actor("示例排班员", "planner"))
    with pytest.raises(Denied):
        jobs.start_timing(stranger, asked)


def test_a_county_counts_debtors_who_live_next_door(ctx: Context) -> None:
    first, second = doors_of(ctx).province.counties[:2]
    with doors_of(ctx).county(first.code, ctx.actor) as county:
        run_outside = register.placed(county.engine)
        outside = run_outside[(run_outside["method"] == "outside") & run_outside["lead"]]["case_id"]
        people = register.parties(county.engine, outside)
        assert len(people)
        word = str(people["residence"].dropna().iloc[0])[:3]
        told = county_weeks(county, WeeksAsked((START,), 1, (word, second.name)))
    assert dict(told.elsewhere)[word] >= 1
    assert second.name not in dict(told.elsewhere)
    assert len(told.worth[0]) == len(told.squads) + 2
    gains = [b - a for a, b in zip(told.worth[0], told.worth[0][1:], strict=False)]
    assert gains == sorted(gains, reverse=True)


def test_the_workbook_and_the_sentences_tell_the_same(ctx: Context, made: TimingPlan) -> None:
    t = translator("zh")
    cities = province_view(ctx).cities
    book = openpyxl.load_workbook(BytesIO(timing_file(ctx, made.id, cities, t)))
    assert len(book.sheetnames) == 4
    told = [row[0] for row in book[t("timing.sheet_told")].iter_rows(min_row=2, values_only=True)]
    assert told[: len(timing_lines(made, t))] == timing_lines(made, t)
    assert book[t("timing.sheet_loans")].max_row == 1 + len(made.loans)


def test_the_view_counts_what_its_townships_count(ctx: Context) -> None:
    view, t = province_view(ctx), translator("zh")
    rows = county_rows_of(view, t)
    assert len(rows) == 2
    assert rows["open_cases"].sum() == view.townships["open_cases"].sum() > 0
    assert all(county.scored for county in view.counties)
    assert len(township_rows_of(view, t)) == len(view.townships)
    assert pd.Series(township_rows_of(view, t)["prize"]).is_monotonic_decreasing


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (TimingRequest(date(2026, 12, 1)), "not_a_monday"),
        (TimingRequest(START, 0), "out_of_range"),
        (TimingRequest(START, policy=TogetherPolicy(moved_share=1.5)), "out_of_range"),
        (TimingRequest(START, policy=TogetherPolicy(most_a_week=0)), "out_of_range"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(ctx: Context, request_: TimingRequest, key: str) -> None:
    with pytest.raises(RequestError, match=key):
        time_counties(ctx, request_)


def test_who_may_not_is_told(ctx: Context, made: TimingPlan) -> None:
    analyst = replace(ctx, actor=Actor("示例分析员", "analyst"))
    assert kept_timings(analyst)
    with pytest.raises(Denied):
        time_counties(analyst, TimingRequest(START))
    with pytest.raises(Denied):
        adopt_timing(replace(ctx, actor=Actor("示例排班员", "planner")), made.id)
    with pytest.raises(Denied):
        kept_timings(replace(ctx, actor=Actor("示例干警", "officer")))


def test_one_county_is_no_province(ctx: Context) -> None:
    with pytest.raises(Impossible, match="no_province"):
        time_counties(replace(ctx, doors=None), TimingRequest(START))
