"""The page of a campaign: empty, with one, for those who may only read, and the way to a plan."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.bootstrap import open_context
from planner.model.campaign import Campaign, CampaignSweep, Promise, Rules, Target
from planner.settings import read_settings
from planner.usecases.campaign import add_tasks, keep, kept, set_target
from tests.ui.conftest import environment_of

Draw = Callable[..., AppTest]


@pytest.fixture(scope="module")
def campaign_database(planned_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans, and a campaign around today that has tasks and a target."""
    folder = tmp_path_factory.mktemp("campaign") / "var"
    shutil.copytree(planned_database, folder)
    with open_context(read_settings(environment_of(folder))) as ctx:
        today = ctx.clock().date()
        start = today - timedelta(days=today.weekday() + 14)
        codes = ctx.region.townships["code"].tolist()
        sweeps = tuple(CampaignSweep(start + timedelta(weeks=6 * n), tuple(codes[2 * n : 2 * n + 2])) for n in range(2))
        made = Campaign("c1", "示例*行动*", start, 12, sweeps, Rules(2), Promise(100, 101, None, 80, 120), today, 7)
        keep(ctx, made)
        add_tasks(ctx, kept(ctx)[0], f"甲局,<b>事</b>,{start}\n乙局,事二,{today + timedelta(days=3)}")
        set_target(ctx, kept(ctx)[0], Target("completed", 0.6, start + timedelta(weeks=12)))
    return folder


def test_without_a_score_it_says_what_to_do(draw: Draw) -> None:
    shown = draw("campaign")
    assert not shown.exception
    assert "还没有研判结果" in shown.info[0].value


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_campaign_is_shown_whole(draw: Draw, campaign_database: Path, language: str) -> None:
    shown = draw("campaign", campaign_database, language)
    assert not shown.exception, shown.exception[0].message
    calendar = next(element.proto.body for element in shown.get("html") if "<table>" in element.proto.body)
    assert len(re.findall("<b aria-label", calendar)) == 4
    assert calendar.count('scope="row"') == 18
    assert any(r"示例\*行动\*" in heading.value for heading in shown.subheader)
    assert next(metric for metric in shown.metric if metric.label in ("逾期任务（项）", "Tasks overdue")).value == "1"
    tasks = next(frame.value for frame in shown.dataframe if "task_what" in frame.value)
    assert tasks["task_what"].tolist() == ["<b>事</b>", "事二"]
    assert "⚠" in tasks["task_state"][0]
    assert any("path_line" in frame.value for frame in shown.dataframe)


def test_a_reader_sees_no_forms(draw: Draw, campaign_database: Path) -> None:
    shown = draw("campaign", campaign_database, role="analyst")
    assert not shown.exception, shown.exception[0].message
    assert not shown.button
    assert any("task_what" in frame.value for frame in shown.dataframe)


def test_tasks_are_typed_and_faults_are_said(draw: Draw, campaign_database: Path) -> None:
    shown = draw("campaign", campaign_database)
    area = next(area for area in shown.text_area if area.label == "任务，一行一项")
    save = [button for button in shown.button if button.label == "保存"][-1]
    area.set_value("丙局,事三,下周")
    faulty = save.click().run()
    assert any("读不出来" in error.value for error in faulty.error)
    next(area for area in faulty.text_area if area.label == "任务，一行一项").set_value(
        f"丙局,事三,{date.today() + timedelta(days=1)}"  # noqa: DTZ011 - a form's day
    )
    added = [button for button in faulty.button if button.label == "保存"][-1].click().run()
    assert not added.exception
    assert "事三" in str([frame.value for frame in added.dataframe])


def test_a_proposal_is_read_then_kept(draw: Draw, planned_database: Path) -> None:
    shown = draw("campaign", planned_database)
    next(box for box in shown.number_input if box.label == "集中执行几次").set_value(3)
    proposed = next(button for button in shown.button if button.label == "提出安排").click().run(timeout=60)
    assert not proposed.exception, proposed.exception[0].message
    assert len(next(frame.value for frame in proposed.dataframe if "sweep_week" in frame.value)) == 3
    assert any("撒胡椒面" in line.value for line in proposed.markdown)
    held = next(button for button in proposed.button if button.label == "采用").click().run(timeout=60)
    assert not held.exception, held.exception[0].message
    assert any("百日攻坚" in heading.value for heading in held.subheader)


def test_the_next_sweep_starts_its_plan(draw: Draw, campaign_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def start(ctx: object, request: object) -> str:
        asked.append(request)
        return "job"

    shown = draw("campaign", campaign_database)
    monkeypatch.setattr("planner.usecases.jobs.start_plan", start)
    monkeypatch.setattr("planner.ui.jobs.started", lambda *_: None)
    next(button for button in shown.button if button.label == "编排这一次").click().run()
    [request] = asked
    assert request.townships == len(request.must) == 2
    assert replace(request, seconds=1.0).week_start.weekday() == 0
