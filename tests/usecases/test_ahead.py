from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.i18n import LANGUAGES, translator
from planner.store import plans
from planner.usecases.ahead import ahead, ahead_lines, ahead_warnings, bailiff_rows, load_rows, paper_rows
from planner.usecases.context import Context
from planner.usecases.export import ahead_file
from planner.usecases.plan import plan
from planner.usecases.show import plan_view
from planner.usecases.sweep import PlanRequest

QUICK = PlanRequest(seconds=1.0)


def at(ctx: Context, moment: datetime) -> Context:
    return replace(ctx, clock=lambda: moment)


def test_a_plan_says_what_is_to_be_asked_for_before_it(demo: Context) -> None:
    made = plan(demo, QUICK)
    asked = ahead(demo, made.id)
    _, visits = plans.load_plan(demo.engine, made.id)
    planned = visits[visits["visit_id"].isin([stop.visit_id for route in made.routes for stop in route.stops])]
    assert len(asked.papers) == planned["papers"].str.split(";").map(len).sum()
    assert (asked.papers["due"] < pd.Timestamp(made.week_start)).all()
    assert asked.bailiffs["visits"].sum() == planned["needs"].str.contains("bailiff").sum() > 0
    assert (asked.bailiffs["ask_by"] < asked.bailiffs["day"]).all()
    t = translator("zh")
    rows = paper_rows(asked, demo.region, t)
    assert set(rows["squad"]) <= {squad.name for squad in demo.region.squads}
    assert {"拘传票", "搜查令"} <= set(rows["paper"])
    assert rows.notna().all(axis=None)
    assert bailiff_rows(asked, demo.region)["base"].isin([base.name for base in demo.region.bases]).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_too_late_is_said_from_the_day_after(demo: Context, language: str) -> None:
    made = plan(demo, QUICK)
    due = ahead(demo, made.id).papers["due"][0]
    t = translator(language)
    evening = datetime(due.year, due.month, due.day, 15, 59, tzinfo=UTC)  # 23:59 in Beijing
    in_time = ahead(at(demo, evening), made.id)
    assert not any(str(len(in_time.papers)) in line for line in ahead_warnings(in_time, t))
    late = ahead(at(demo, evening.replace(hour=16, minute=0)), made.id)
    assert str(len(late.papers)) in ahead_warnings(late, t)[0]
    early = ahead(at(demo, datetime(2000, 1, 1, tzinfo=UTC)), made.id)
    assert ahead_warnings(early, t) == []
    assert len(ahead_lines(early, t)) == 3


def test_the_file_holds_case_numbers_and_no_names(demo: Context) -> None:
    made = plan(demo, QUICK)
    book = openpyxl.load_workbook(BytesIO(ahead_file(demo, made.id, translator("zh"))))
    papers = [cell for row in book["文书"].iter_rows(values_only=True) for cell in row]
    people = plan_view(demo, made.id, people=True).rows["debtor"]
    assert not set(people) & set(papers)
    assert any(str(cell).startswith("(2") for cell in papers)
    assert book["派警"].max_row == len(ahead(demo, made.id).bailiffs) + 1


def test_who_may_not_see_plans_may_not_see_their_papers(demo: Context) -> None:
    made = plan(demo, QUICK)
    clerk = replace(demo, actor=Actor("示例", "contact_clerk"))
    with pytest.raises(Denied):
        ahead(clerk, made.id)
    with pytest.raises(Denied):
        ahead_file(replace(demo, actor=Actor("示例", "analyst")), made.id, translator("zh"))
    with pytest.raises(RequestError, match="unknown_plan"):
        ahead(demo, "nothing")


def test_load_ends_with_the_spread(demo: Context) -> None:
    rows = load_rows(plan_view(demo, plan(demo, QUICK).id), translator("zh"))
    squads, spread = rows.iloc[:-1], rows.iloc[-1]
    assert set(squads["squad"]) == {squad.name for squad in demo.region.squads}
    for name in ("days_out", "visits", "loan_days", "away_hours"):
        assert spread[name] == pytest.approx(squads[name].max() - squads[name].min(), abs=0.05)
