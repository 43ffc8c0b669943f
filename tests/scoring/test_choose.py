from dataclasses import replace

import pandas as pd
import pytest

from planner.errors import RequestError
from planner.i18n import LANGUAGES, tell, translator
from planner.model.hotspot import HOTSPOT_TABLE, Hotspots
from planner.model.policy import SweepPolicy
from planner.scoring.choose import choose

POLICY = SweepPolicy(townships=3)


@pytest.fixture(scope="module")
def hotspots():
    """Townships a to f by rank; c, d and e are too close to call."""
    codes = list("abcdef")
    numbers = {name: 0.0 for name, column in HOTSPOT_TABLE.columns.items() if column.dtype.type is not str}
    table = pd.DataFrame({**numbers, "township_code": codes, "name": [f"{code}镇" for code in codes]})
    table = table.assign(
        rank=range(1, 7),
        score=[40.0, 25, 12, 11, 10, 2],
        tie_group=[1, 2, 3, 3, 3, 4],
        p_top=[1.0, 0.99, 0.40, 0.33, 0.28, 0.0],
        workable_fen=123_456_00,
    )
    table = HOTSPOT_TABLE.validate(table[list(HOTSPOT_TABLE.columns)])
    nothing = pd.DataFrame()
    return Hotspots(table, nothing, nothing, pd.Timestamp("2024-06-16"), 28, 3, {}, "s", "d", 7)


def reasons(selection):
    return [(choice.township_code, choice.reason) for choice in selection.choices]


def test_the_hottest_with_the_close_call_named(hotspots):
    selection = choose(hotspots, POLICY)
    assert reasons(selection) == [("a", "highest_score"), ("b", "highest_score"), ("c", "too_close_to_call")]
    assert dict(selection.choices[2].params)["ties_with"] == "d镇、e镇"


def test_a_place_that_is_sure_is_no_close_call_though_ranks_are_tied(hotspots):
    one_group = replace(hotspots, table=hotspots.table.assign(tie_group=1))
    assert [reason for _, reason in reasons(choose(one_group, POLICY))] == [*["highest_score"] * 2, "too_close_to_call"]
    # P(in the top 3) says nothing about the top 2
    assert {reason for _, reason in reasons(choose(one_group, SweepPolicy(townships=2)))} == {"too_close_to_call"}


def test_a_tie_that_is_taken_whole_leaves_nothing_to_call(hotspots):
    assert {reason for _, reason in reasons(choose(hotspots, SweepPolicy(townships=5)))} == {"highest_score"}
    selection = choose(hotspots, POLICY, never=["d", "e"])
    assert reasons(selection)[2] == ("c", "highest_score")
    assert selection.left_out == ("d", "e")


def test_must_comes_first_and_takes_a_place(hotspots):
    selection = choose(hotspots, POLICY, must=["f"], never=["a"])
    assert reasons(selection) == [("f", "must_visit"), ("b", "highest_score"), ("c", "too_close_to_call")]


def test_exploration_takes_the_least_sure_of_the_rest(hotspots):
    assert reasons(choose(hotspots, POLICY, explore=1)) == [
        ("a", "highest_score"),
        ("b", "highest_score"),
        ("c", "exploration"),
    ]
    assert reasons(choose(hotspots, POLICY, must=list("abf"), explore=2)) == [(code, "must_visit") for code in "abf"]


def test_spread_goes_everywhere_but_never(hotspots):
    selection = choose(hotspots, SweepPolicy(spread="spread"), must=["f"], never=["b"])
    assert reasons(selection) == [(code, "every_township") for code in "acdef"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_said(hotspots, language):
    t = translator(language)
    spread = choose(hotspots, SweepPolicy(spread="spread"))
    chosen = choose(hotspots, SweepPolicy(townships=5), must=["f"], never=["b"], explore=1)
    close = choose(hotspots, POLICY)
    said = {
        choice.reason: t(f"reason.{choice.reason}", **dict(choice.params))
        for selection in (spread, chosen, close)
        for choice in selection.choices
    }
    assert set(said) == {"must_visit", "highest_score", "too_close_to_call", "exploration", "every_township"}
    assert all("123,456" in sentence for sentence in said.values())
    assert "d镇、e镇" in said["too_close_to_call"]


@pytest.mark.parametrize(
    ("policy", "lists", "key"),
    [
        (POLICY, {"must": ["x"]}, "choice_unknown_township"),
        (POLICY, {"never": ["x"]}, "choice_unknown_township"),
        (POLICY, {"must": ["a"], "never": ["a"]}, "choice_must_and_never"),
        (POLICY, {"must": list("abcd")}, "choice_too_many_must"),
        (POLICY, {"never": list("abcd")}, "choice_too_few_left"),
        (SweepPolicy(townships=0), {}, "choice_too_few_left"),
        (SweepPolicy(townships=7), {}, "choice_too_few_left"),
        (POLICY, {"explore": -1}, "choice_explore_negative"),
        (SweepPolicy(spread="spread"), {"never": list("abcdef")}, "choice_nothing_left"),
    ],
)
def test_what_cannot_be_chosen_is_said(hotspots, policy, lists, key):
    with pytest.raises(RequestError) as told:
        choose(hotspots, policy, **lists)
    assert told.value.key == key
    for language in LANGUAGES:
        assert "{" not in tell(told.value, translator(language))
