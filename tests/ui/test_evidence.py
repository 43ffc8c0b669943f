"""The page of evidence: empty, with a register, and with a trial that was drawn on it."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.bootstrap import open_context
from planner.i18n import translator
from planner.model.policy import SPREADS
from planner.model.trial import Trial
from planner.model.units import BEIJING
from planner.review.coin import LEAST_PAIRS
from planner.settings import read_settings
from planner.usecases.trial import DrawRequest, draw_trial
from tests.ui.conftest import environment_of, opened

Draw = Callable[..., AppTest]


class Friday(datetime):
    """The calendar of the region knows the weeks after this day."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2026, 11, 20, 17, tzinfo=BEIJING).astimezone(tz)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.bootstrap.datetime", Friday)


def told(shown: AppTest) -> str:
    assert not shown.exception, shown.exception[0].message
    kinds = (shown.info, shown.warning, shown.success, shown.error, shown.caption, shown.markdown, shown.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_an_empty_installation_says_what_is_lacking(draw: Draw) -> None:
    said = told(draw("evidence"))
    assert "还没有研判结果" in said
    assert "还没有导入登记表" in said
    assert "还没有抽过签" in said


def test_an_analyst_reads_and_does_not_draw(draw: Draw, planned_database: Path) -> None:
    shown = draw("evidence", planned_database, role="analyst")
    assert "抽签由局长决定" in told(shown)
    assert not [button for button in shown.button if button.label == "抽签"]


@pytest.mark.parametrize(("language", "label", "after"), [("zh", "抽签", "还没开始"), ("en", "Draw", "Not begun")])
def test_a_coin_is_thrown_after_a_word_and_once(
    draw: Draw, planned_database: Path, language: str, label: str, after: str
) -> None:
    shown = draw("evidence", planned_database, language)
    assert len(shown.metric) == 3
    assert shown.dataframe[0].value.columns.tolist() == ["trial_pairs", "trial_weeks", "trial_power"]
    [button] = [button for button in shown.button if button.label == label]
    assert button.disabled
    shown.number_input[0].set_value(LEAST_PAIRS).run()
    shown.checkbox[0].check().run()
    [button] = [button for button in shown.button if button.label == label]
    assert not button.disabled
    button.click().run()
    said = told(shown)
    assert after in said
    assert "sha256sum" in said
    weeks = next(frame.value for frame in shown.dataframe if "trial_drawn" in frame.value)
    assert len(weeks) == 2 * LEAST_PAIRS
    # The next form begins after the weeks that are taken, and asks for a word again.
    assert shown.date_input[0].value > date.fromisoformat(weeks["trial_week"].iloc[-1])
    assert not shown.checkbox[0].value


def test_a_request_that_cannot_be_drawn_is_told(draw: Draw, planned_database: Path) -> None:
    shown = draw("evidence", planned_database)
    monday = shown.date_input[0].value
    shown.date_input[0].set_value(monday + timedelta(days=1)).run()
    assert "周一" in shown.error[0].value
    assert not shown.checkbox


@pytest.fixture
def drawn_database(planned_database: Path, tmp_path: Path, clock: None) -> tuple[Path, Trial]:
    """An installation whose next week belongs to a trial."""
    folder = tmp_path / "drawn"
    shutil.copytree(planned_database, folder)
    with open_context(read_settings(environment_of(folder))) as ctx:
        return folder, draw_trial(ctx, DrawRequest(date(2026, 11, 23), 6, seed=3))


def test_the_form_of_a_plan_obeys_the_coin(draw: Draw, drawn_database: tuple[Path, Trial]) -> None:
    folder, trial = drawn_database
    shown = opened(draw("plan", folder), "new_plan_open")
    spread = trial.drawn(date(2026, 11, 23))
    assert spread == "spread", "not what the policy would propose"
    assert "2026-11-23 起的一周抽签定为“分散”" in told(shown)
    [chosen] = [box for box in shown.selectbox if box.label == "力量布置"]
    assert chosen.index == SPREADS.index(spread)


def test_a_plan_that_departs_from_the_coin_says_so(
    draw: Draw, drawn_database: tuple[Path, Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = drawn_database
    monkeypatch.setattr("planner.ui.jobs.started", lambda *_: None)
    monkeypatch.setattr("planner.usecases.jobs.start_plan", lambda *_: "job")
    shown = opened(draw("plan", folder), "new_plan_open")
    [chosen] = [box for box in shown.selectbox if box.label == "力量布置"]
    chosen.select_index(SPREADS.index("concentrate"))
    [start] = [button for button in shown.button if button.label == translator("zh")("plan.start")]
    assert "采用它就算偏离" in told(start.click().run())
