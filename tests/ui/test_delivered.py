"""计划与实际 with nothing, with a sweep without outcomes, and with a proposal that a chief takes and takes back."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

import planner.ui.pages.delivered as page
from planner.bootstrap import open_context
from planner.i18n import LANGUAGES
from planner.model.units import BEIJING
from planner.review.propose import Proposal
from planner.settings import read_settings
from planner.store import plans
from planner.usecases.delivered import calibrated
from planner.usecases.in_force import adopt
from planner.usecases.record import OutcomeTold, record_outcomes
from tests.ui.conftest import environment_of

Draw = Callable[..., AppTest]
FOUND = 3
"""Every so-manieth visit finds somebody."""


@pytest.fixture
def driven(planned_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], Path]:
    """A data folder with an adopted plan whose week is over, with or without outcomes."""

    def made(told: bool) -> Path:
        folder = tmp_path / "driven"
        shutil.copytree(planned_folder, folder)
        with open_context(read_settings(environment_of(folder))) as ctx:
            plan, _ = plans.load_plan(ctx.engine, plans.list_plans(ctx.engine)["id"][0])
            adopt(ctx, plan.id)
            evening = datetime.combine(plan.days[-1], time(23), BEIJING)
            monkeypatch.setattr(page, "done_sweeps", lambda ctx: done(replace(ctx, clock=lambda: evening)))
            for route in plan.routes if told else ():
                words = [
                    OutcomeTold(
                        stop.visit_id,
                        stop.visit_id,
                        ("not_found",) if n % FOUND else ("found", "paid"),
                        f"{route.day}T{stop.leave // 60:02d}:{stop.leave % 60:02d}",
                        paid="" if n % FOUND else "300",
                    )
                    for n, stop in enumerate(route.stops)
                ]
                record_outcomes(replace(ctx, clock=lambda: evening), plan.id, route.squad_id, route.day, words, "page")
        return folder

    done = page.done_sweeps
    return made


def propose_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty visits propose nothing, so that a proposal is put in their place."""
    one = Proposal("worth.p_find", 0.45, 900, 0.31, 0.28, 0.35, 1e-6, 0.32, 0.32, "lower")
    monkeypatch.setattr(page, "calibrated", lambda ctx: replace(calibrated(ctx), proposals=(one,)))


def test_an_empty_installation_says_what_to_do(draw: Draw) -> None:
    shown = draw("delivered")
    assert not shown.exception
    says = [info.value for info in shown.info]
    assert "还没有已采用且已开始的集中执行" in says[0]
    assert any("还没有一户" in words for words in says)
    assert any("太少" in words for words in says)


def test_a_sweep_without_outcomes_says_so(draw: Draw, driven: Callable[[bool], Path]) -> None:
    shown = draw("delivered", driven(False))
    assert not shown.exception
    assert "没有回填走访结果" in shown.info[0].value
    assert not shown.metric


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sweep_is_told_in_figures_tables_and_words(draw: Draw, driven: Callable[[bool], Path], language: str) -> None:
    shown = draw("delivered", driven(True), language)
    assert not shown.exception
    planned, made, *_ = (int(metric.value.replace(",", "")) for metric in shown.metric)
    assert planned == made > FOUND
    tables = [set(frame.value.columns) for frame in shown.dataframe]
    for column in ("done_finds", "done_why", "cal_bin", "cal_group", "pol_estimate"):
        assert any(column in table for table in tables)


def test_a_chief_takes_a_proposal_and_goes_back(
    draw: Draw, driven: Callable[[bool], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    propose_less(monkeypatch)
    shown = draw("delivered", driven(True), role="chief")
    assert any("建议调低到 0\\.32" in words.value for words in shown.markdown)
    refused = _button(shown, "采用").click().run()
    assert "请写明理由" in refused.error[0].value
    shown = draw("delivered", None, role="chief")
    shown.text_input(key="reason_worth.p_find").input("三次都偏低")
    taken = _button(shown, "采用").click().run()
    assert not taken.exception
    assert "已采用" in taken.success[0].value
    history = next(frame.value for frame in taken.dataframe if "pol_change" in frame.value)
    assert history["pol_change"].tolist() == ["文件中的值 → 0.32"]
    taken.text_input(key="reason_back").input("再看一次")
    back = _button(taken, "恢复").click().run()
    history = next(frame.value for frame in back.dataframe if "pol_change" in frame.value)
    assert history["pol_change"].tolist() == ["0.32 → 文件中的值", "文件中的值 → 0.32"]


def test_others_only_look(draw: Draw, driven: Callable[[bool], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    propose_less(monkeypatch)
    shown = draw("delivered", driven(True), role="analyst")
    assert not shown.exception
    assert any("由局长决定" in caption.value for caption in shown.caption)
    assert not shown.button


def _button(shown: AppTest, label: str) -> Button:
    return next(button for button in shown.button if button.label == label)
