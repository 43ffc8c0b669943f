"""Every page with an empty installation, with a register, with plans."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from planner.access import Actor
from planner.bootstrap import open_context
from planner.i18n import translator
from planner.settings import read_settings
from planner.ui.words import literal
from planner.usecases.policy import decide_policy
from planner.usecases.sign_in import Known
from tests.conftest import ROOT
from tests.ui.conftest import environment_of, opened

Draw = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("import_register", "还没有导入过登记表"),
        ("profile", "还没有导入过登记表"),
        ("hotspots", "还没有研判结果"),
        ("plan", "还没有研判结果"),
        ("routes", "还没有方案"),
        ("my_route", "还没有方案"),
        ("duty", "还没有方案"),
        ("clues", "还没有收到线索"),
        ("triage", "还没有研判结果"),
        ("indicators", "还没有已结案件"),
    ],
)
def test_an_empty_installation_says_what_to_do(draw: Draw, page: str, says: str) -> None:
    shown = draw(page)
    assert not shown.exception
    assert says in shown.info[0].value


def test_scoring_an_empty_register_is_told_not_thrown(draw: Draw) -> None:
    shown = draw("hotspots").button[0].click().run()
    _require_sound(shown)
    assert "还没有任何案件" in shown.error[0].value


def _require_sound(shown: AppTest) -> None:
    assert not shown.exception, shown.exception[0].message


def test_register_is_accounted_for(draw: Draw, demo_database: Path) -> None:
    shown = draw("import_register", demo_database)
    _require_sound(shown)
    figures = {metric.label: int(metric.value.replace(",", "")) for metric in shown.metric}
    assert figures["新增案件（件）"] == 400
    assert figures["读入（行）"] == figures["收下（行）"] + figures["退回（行）"]
    assert any("退回的行" in heading.value for heading in shown.subheader)


def test_names_of_files_and_people_are_words_and_no_markup(draw: Draw, hostile_database: Path) -> None:
    shown = draw("import_register", hostile_database)
    _require_sound(shown)
    [files] = [caption.value for caption in shown.caption if "example" in caption.value]
    assert files == r"\!\[x\]\(http\://e\.example/x\.png\)\.csv"
    asked = _button(draw("places", None), "开始复核").click().run()
    _require_sound(asked)
    assert any(r"\!\[示例\]" in heading.value for heading in asked.markdown)
    assert all("<b>" not in element.value for element in asked.markdown)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_register_has_a_profile(draw: Draw, demo_database: Path, language: str) -> None:
    shown = draw("profile", demo_database, language)
    _require_sound(shown)
    assert shown.metric[0].value == "400"
    by_cause, by_amount, by_township = (table.value for table in shown.dataframe if "open_cases" in table.value)
    assert by_cause["cases"].is_monotonic_decreasing
    assert by_amount["cases"].sum() == by_township["cases"].sum() == 400


def test_doubtful_places_are_listed_without_names_and_asked_on_demand(draw: Draw, doubtful_database: Path) -> None:
    shown = draw("places", doubtful_database)
    _require_sound(shown)
    assert "某处无名路" not in str([element.value for element in shown.dataframe])
    _require_sound(_button(shown, "开始复核").click().run())
    assert "示例甲" in str([element.value for element in shown.markdown])
    _require_sound(_button(shown, "不在本县").click().run())
    assert "示例乙" in str([element.value for element in shown.markdown])
    _require_sound(_button(shown, "撤销上一个决定").click().run())
    assert "示例甲" in str([element.value for element in shown.markdown])


def _button(shown: AppTest, label: str) -> Button:
    return next(button for button in shown.button if button.label.startswith(label))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hotspots_are_ranked_with_reasons(draw: Draw, planned_database: Path, language: str) -> None:
    shown = draw("hotspots", planned_database, language)
    _require_sound(shown)
    ranking = shown.dataframe[0].value
    assert len(ranking) == 18
    assert list(ranking["rank"]) == sorted(ranking["rank"])
    chosen = list(ranking.loc[ranking["chosen"] == "✓", "name"])
    assert all(name in shown.markdown[0].value for name in chosen)
    assert len(chosen) == 3


def test_a_township_may_be_put_on_the_list_by_hand(draw: Draw, planned_database: Path) -> None:
    shown = draw("hotspots", planned_database)
    last = shown.dataframe[0].value.iloc[-1]
    _require_sound(shown.multiselect[0].select(_code_of(shown, last["name"])).run())
    assert last["name"] in shown.markdown[0].value
    assert "指定必去" in shown.markdown[1].value


def test_another_weighing_redraws_the_order(draw: Draw, planned_database: Path) -> None:
    shown = draw("hotspots", planned_database)
    assert not any("moved" in frame.value for frame in shown.dataframe)
    shown.session_state["open_section_zh"] = translator("zh")("section.weights")
    _require_sound(shown.run())

    def order() -> pd.DataFrame:
        return next(frame.value for frame in shown.dataframe if "moved" in frame.value)

    assert set(order()["moved"]) == {"—"}
    for slider in shown.slider:
        slider.set_value(100 if slider.key == "weight_part_backlog" else 0)
    _require_sound(shown.run())
    alone = order()
    assert alone["score"].to_numpy() == pytest.approx(alone["part_backlog"].to_numpy())
    for slider in shown.slider:
        slider.set_value(0)
    _require_sound(shown.run())
    assert any("至少要有一项" in info.value for info in shown.info)


def test_the_past_is_told(draw: Draw, planned_database: Path) -> None:
    shown = draw("hotspots", planned_database)
    assert not any("lead" in frame.value for frame in shown.dataframe)
    for section in ("past", "crowds", "trends", "elsewhere"):
        shown.session_state["open_section_zh"] = translator("zh")(f"section.{section}")
        _require_sound(shown.run())
        assert any("lead" in frame.value for frame in shown.dataframe) == (section == "past")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_indicators_are_told_by_any_grouping_with_what_they_are_made_of(
    draw: Draw, demo_database: Path, language: str
) -> None:
    t = translator(language)
    shown = draw("indicators", demo_database, language)
    _require_sound(shown)
    assert [metric.label for metric in shown.metric][-2:] == [
        literal(t(f"indicator.{n}")) for n in ("completed", "first_terminated")
    ]
    for grouping in ("base", "team"):
        shown.session_state["grouping"] = grouping
        _require_sound(shown.run())
        assert any(heading.value == t(f"indicator.by_{grouping}") for heading in shown.subheader)
    _require_sound(shown.selectbox[0].select("first_terminated").run())
    groups, path = (table.value for table in shown.dataframe)
    assert groups["made_of"].str.contains("÷|/").all()
    assert len(path) == 24
    _require_sound(shown.date_input[0].set_value(shown.date_input[0].min).run())
    assert any("—" in caption.value for caption in shown.caption)


def _code_of(shown: AppTest, name: str) -> str:
    """Options of the list are names; its values are codes."""
    from planner.ui.shell import context

    townships = context().region.townships
    return str(townships.set_index("name")["code"][name])


def test_plan_is_shown_with_its_bound_and_interval(draw: Draw, planned_database: Path) -> None:
    shown = draw("plan", planned_database)
    _require_sound(shown)
    assert "独立核验通过" in shown.success[0].value
    figures = {metric.label: metric for metric in shown.metric}
    assert "90 % 区间" in figures["预计到位（元）"].delta
    grid = shown.dataframe[0].value
    assert next(iter(grid.columns)).endswith("周一")
    assert grid.stack().str.contains("户").sum() > 5


@pytest.mark.parametrize("language", ["zh", "en"])
def test_plan_says_what_to_ask_for_and_how_the_load_lies(draw: Draw, planned_database: Path, language: str) -> None:
    shown = opened(draw("plan", planned_database, language), "papers_open", "bailiffs_open", "load_open")
    frames = [frame.value for frame in shown.dataframe]
    [papers] = [frame for frame in frames if "goes_to" in frame]
    [bailiffs] = [frame for frame in frames if "own_bailiffs" in frame]
    [load] = [frame for frame in frames if "loan_days" in frame]
    planned = int(next(metric.value for metric in shown.metric if "(" not in metric.value).replace(",", ""))
    assert len(papers) >= load["visits"].iloc[:-1].sum() == planned
    assert bailiffs["bailiffs"].min() >= 1


def test_two_plans_stand_side_by_side(draw: Draw, planned_database: Path) -> None:
    shown = draw("plan", planned_database)
    beside = next(box for box in shown.selectbox if box.label == "与另一方案并排")
    _require_sound(beside.select_index(0).run())
    table = shown.dataframe[0].value
    assert table.shape[1] == 3
    assert any(column.startswith("平铺") for column in table.columns)
    assert any("震慑" in caption.value for caption in shown.caption)


def test_the_rest_of_a_week_is_planned_again_from_the_page(draw: Draw, planned_database: Path) -> None:
    shown = opened(draw("plan", planned_database), "replan_open")
    settled = next(area for area in shown.text_area if area.label == "已了结的案号")
    settled.set_value("不是案号")
    _require_sound(_button(shown, "改排").click().run())
    assert "不是案号" in shown.error[0].value
    next(area for area in shown.text_area if area.label == "已了结的案号").set_value("")
    absent = next(box for box in shown.multiselect if box.label == "不能出勤的小组")
    absent.select(absent.options[0] if absent.options[0].startswith("S") else _first_squad())
    _require_sound(_button(shown, "改排").click().run())
    assert any("由方案" in element.value for element in shown.markdown)


@pytest.mark.parametrize(("language", "told"), [("zh", "参数有调整"), ("en", "policy was changed")])
def test_a_ranking_by_an_older_policy_says_so(
    draw: Draw, planned_database: Path, tmp_path: Path, language: str, told: str
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(planned_database, folder)
    with open_context(read_settings(environment_of(folder))) as ctx:
        decide_policy(ctx, "worth.p_find", 0.3, "示例理由")
    shown = draw("hotspots", folder, language)
    _require_sound(shown)
    assert any(told in warning.value for warning in shown.warning)


def test_a_form_is_drawn_from_its_first_opening_on(draw: Draw, planned_database: Path) -> None:
    """The browser forgets what was typed into a form that is drawn no more."""

    def drawn() -> bool:
        return any(area.label == "已了结的案号" for area in shown.text_area)

    shown = draw("plan", planned_database)
    assert not drawn()
    shown = opened(shown, "replan_open")
    assert drawn()
    shown.session_state["replan_open"] = False
    _require_sound(shown.run())
    assert drawn()


def _first_squad() -> str:
    from planner.ui.shell import context

    return context().region.squads[0].id


def stops(shown: AppTest) -> list[str | None]:
    """Of each stop of a route, the people told."""
    [told] = [found[1] for found in re.finditer(r'<ol class="stops">(.*)</ol>', html(shown))]
    return [
        words[1] if (words := re.search("<p>(.+?)</p>", stop)) else None for stop in re.findall("<li.*?</li>", told)
    ]


def html(shown: AppTest) -> str:
    return "".join(element.proto.body for element in shown.get("html"))


def test_route_hides_people_until_asked(draw: Draw, planned_database: Path) -> None:
    shown = draw("routes", planned_database)
    _require_sound(shown)
    visits = int(next(metric.value for metric in shown.metric if metric.label == "走访（户）"))
    assert stops(shown) == [None] * visits
    _require_sound(shown.toggle[0].set_value(True).run())
    assert len(stops(shown)) == visits
    assert all(stops(shown))


SHELL = str(ROOT / "planner" / "ui" / "door" / "script.py")


def test_home_tells_the_next_step(draw: Draw, planned_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the shell, because the front page links to the others."""
    draw("plan", planned_database)
    chief = Known(Actor("示例", "chief"), "digest", "demo", must_change=False)
    monkeypatch.setattr("planner.ui.shell.identify", lambda *_: chief)
    shown = AppTest.from_file(SHELL, default_timeout=30).run()
    _require_sound(shown)
    assert "登记表截至" in " ".join(words.value for words in shown.markdown)


@pytest.mark.parametrize("known", [None, Known(Actor("示例", "chief"), "digest", "users", must_change=True)])
def test_the_shell_shows_nothing_to_nobody(
    draw: Draw, planned_database: Path, monkeypatch: pytest.MonkeyPatch, known: Known | None
) -> None:
    draw("plan", planned_database)
    monkeypatch.setattr("planner.ui.shell.identify", lambda *_: known)
    shown = AppTest.from_file(SHELL, default_timeout=30).run()
    _require_sound(shown)
    assert [error.value for error in shown.error] == [translator("zh")("door.nobody")]
    assert not shown.markdown


def test_my_route_tells_the_day_and_what_is_missing(draw: Draw, planned_database: Path) -> None:
    shown = draw("my_route", planned_database)
    _require_sound(shown)
    visits = [button for button in shown.button if button.label == "记录结果"]
    assert shown.metric[1].value == f"0 / {len(visits)}"
    assert "未备" in shown.warning[-1].value


def test_a_plan_is_adopted_and_its_papers_are_marked(draw: Draw, planned_database: Path) -> None:
    shown = _button(draw("plan", planned_database), "采用此方案").click().run()
    _require_sound(shown)
    assert any("本周执行的就是此方案" in caption.value for caption in shown.caption)
    shown = opened(shown, "papers_open")
    assert [button.disabled for button in shown.button if "标为" in button.label] == [True, True]
