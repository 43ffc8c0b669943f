"""What stands behind a score, from a register to sentences."""

from dataclasses import replace

import pandas as pd
import pytest

from planner.errors import Denied
from planner.i18n import LANGUAGES, translator
from planner.model.hotspot import PARTS
from planner.model.score_run import ScoreRun
from planner.usecases import findings
from planner.usecases.context import Context
from planner.usecases.explain import (
    backtest_score,
    explain_score,
    order_under,
    over_plausible_weights,
    policy_weights,
)
from planner.usecases.score import ScoreRequest, score


@pytest.fixture
def run(demo: Context) -> ScoreRun:
    return score(demo)


def test_every_township_is_explained_once(demo: Context, run: ScoreRun) -> None:
    told = explain_score(demo, run)
    assert sorted(told.townships["township_code"]) == sorted(run.hotspots.table["township_code"])
    assert sum(told.mix.values()) == pytest.approx(1)
    kinds = set(told.pairs["kind"])
    assert "ferry" in kinds, "the islands have neighbours by ferry"
    assert set(told.pairs[["a", "b"]].to_numpy().ravel()) == set(told.townships["township_code"])


def test_an_explanation_of_an_earlier_day_knows_nothing_later(demo: Context, run: ScoreRun) -> None:
    early = score(demo, ScoreRequest(as_of=(run.hotspots.as_of - pd.Timedelta(days=200)).date()))
    told = explain_score(demo, early)
    rows = told.portrait[told.portrait["feature"] == "livelihood"]
    assert rows["denominator"].sum() == early.hotspots.table["open_cases"].sum()
    later = explain_score(demo, run).portrait
    assert later.loc[later["feature"] == "livelihood", "denominator"].sum() != rows["denominator"].sum()


def test_the_past_is_tested_or_said_to_be_too_short(demo: Context, run: ScoreRun) -> None:
    tested = backtest_score(demo, run, 3)
    assert tested is not None
    assert tested.periods["last"].iloc[-1] == run.hotspots.as_of
    zh = translator("zh")
    sentence = findings.backtest_sentence(tested, zh)
    assert f"{100 * tested.table['pei'].iloc[0]:.0f} %" in sentence
    first = tested.periods["first"].iloc[0]
    early = score(demo, ScoreRequest(as_of=first.date()))
    assert backtest_score(demo, early, 3) is None


def test_weights_move_the_order_and_nothing_is_saved(demo: Context, run: ScoreRun) -> None:
    usual = order_under(demo, run, policy_weights(demo.policy.score))
    assert usual["rank"].tolist() == usual["before"].tolist()
    backlog = order_under(demo, run, {part: float(part == "part_backlog") for part in PARTS})
    assert backlog["part_backlog"].sum() == pytest.approx(100)
    found = over_plausible_weights(demo, run, 3)
    assert found.table["in_top"].sum() == pytest.approx(3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_can_be_read_out(demo: Context, run: ScoreRun, language: str) -> None:
    t, told = translator(language), explain_score(demo, run)
    names = run.hotspots.table.set_index("township_code")["name"]
    lines = [findings.mix_sentence(told, t), findings.links_sentence(told, names, t)]
    lines += [*findings.crowd_lines(told, names, t), *findings.kind_lines(told, names, t)]
    for _, row in run.hotspots.table.iterrows():
        lines += findings.portrait_lines(run, row, told, t)
    assert len(lines) > 3 * len(names)
    assert not any("nan" in line.lower() or "None" in line or "{" in line for line in lines)
    rows = findings.township_rows(run, told, t)
    assert rows["name"].tolist() == names.tolist()


def test_only_who_may_see_scores(demo: Context, run: ScoreRun) -> None:
    clerk = replace(demo, actor=replace(demo.actor, role="contact_clerk"))
    for verb in (
        lambda: explain_score(clerk, run),
        lambda: backtest_score(clerk, run, 3),
        lambda: order_under(clerk, run, policy_weights(demo.policy.score)),
        lambda: over_plausible_weights(clerk, run, 3),
    ):
        with pytest.raises(Denied):
            verb()
