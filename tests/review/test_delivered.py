"""Plan against done: each visit once, whatever was said of it, and sums that add up."""

from datetime import date
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.policy import WorthPolicy
from planner.model.sweep import PlannedRoute, PlannedVisit
from planner.review.delivered import TALLY, largest, pace, tally, visit_lines
from tests.review.test_outcomes import table

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NOON = (705, 60)
STOPS = ((8 * 60, 30), (9 * 60, 30), (10 * 60, 30), (13 * 60, 30))
"""Start and minutes of the visits of a morning, ten minutes apart, and one after noon."""


def route(squad: str = "S01", day: date = MONDAY, ids: str = "abcd") -> PlannedRoute:
    stops = [
        PlannedVisit(name, start - 3, start, start + stay) for name, (start, stay) in zip(ids, STOPS, strict=False)
    ]
    return PlannedRoute(squad, day, "330225001", 450, 450, tuple(stops), 900, 900, None, 40)


def valued(ids: str, p_find: float = 0.5) -> pd.DataFrame:
    rows = [
        {"visit_id": name, "case_ids": f"case-{name};other", "township_code": "330225001", "p_find": p_find,
         "expected_fen": 1000_00}
        for name in ids
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"visit_id": "str", "case_ids": "str", "township_code": "str"})


def word(visit: str, minute: int | None = 500, **told: Any) -> dict[str, Any]:
    return {"visit_id": visit, "minute": minute, "day": pd.Timestamp(MONDAY), **told}


def lines_of(*words: dict[str, Any], today: date = TUESDAY) -> pd.DataFrame:
    told = table(*words) if words else table({}).iloc[:0]
    return visit_lines([route()], valued("abcdx"), told, WorthPolicy(), today)


def test_every_planned_visit_says_what_became_of_it() -> None:
    lines = lines_of(
        word("a"), word("b", kinds="not_found"), word("c", kinds="moved_away"), word("d", marks="amount_unclear")
    )
    assert dict(zip(lines["visit_id"], lines["why"], strict=True)) == {
        "a": "found", "b": "not_found", "c": "moved_away", "d": "held",
    }  # fmt: skip
    assert set(lines_of()["why"]) == {"no_word"}
    assert set(lines_of(today=MONDAY)["why"]) == {"to_come"}


def test_a_correction_counts_once_and_a_withdrawn_word_not_at_all() -> None:
    paid = {"kinds": "found;paid"}
    lines = lines_of(
        word("a", paid_fen=500_00, **paid),
        word("a", paid_fen=50_00, corrects="o0", **paid),
        word("b", paid_fen=70_00, **paid),
        word("b", corrects="o2", withdrawn=True),
    )
    total = tally(lines, pace([route()], lines, NOON).legs, []).iloc[0]
    assert (total["planned"], total["made"], total["found"], total["not_made"]) == (4, 1, 1, 3)
    assert total["paid_fen"] == 50_00


def test_a_visit_on_no_plan_is_extra_and_is_not_held_against_the_plan() -> None:
    lines = lines_of(word("x", squad_id="S02", kinds="found;paid", paid_fen=900_00), word("nobody-knows"))
    total = tally(lines, pace([route()], lines, NOON).legs, []).iloc[0]
    assert (total["planned"], total["made"], total["extra"], total["found_on_plan"]) == (4, 2, 2, 0)
    assert total["expected_finds"] == total["expected_fen"] == 0
    by_squad = tally(lines, pace([route()], lines, NOON).legs, ["squad_id"]).set_index("squad_id")
    assert by_squad.loc["S02", "paid_fen"] == 900_00


def test_what_was_foretold_is_of_visits_made_at_the_planned_hour() -> None:
    early = PlannedRoute("S01", MONDAY, "330225001", 360, 360, (PlannedVisit("a", 400, 400, 430),), 500, 500, None, 9)
    lines = visit_lines([early], valued("a"), table(word("a")), WorthPolicy(), TUESDAY)
    total = tally(lines, pace([early], lines, NOON).legs, []).iloc[0]
    assert total["expected_finds"] == 0.5 * 1.3
    assert total["expected_fen"] == 1000_00 * 1.3


def test_money_is_capped_and_the_largest_case_is_named() -> None:
    paid = {"kinds": "found;paid"}
    lines = lines_of(*(word(name, paid_fen=fen, **paid) for name, fen in zip("abc", (100, 100, 9000_00), strict=True)))
    total = tally(lines, pace([route()], lines, NOON).legs, []).iloc[0]
    assert largest(lines) == ("case-c",)
    assert total["paid_fen"] == 9000_00 + 200 > total["paid_capped_fen"] > 200


def test_legs_are_way_and_stay_of_visits_in_a_row() -> None:
    lines = lines_of(word("a", 510), word("b", 590), word("c", 630), word("d", 820))
    told = pace([route()], lines, NOON)
    assert told.legs[["visit_id", "travel", "stay", "told"]].to_numpy().tolist() == [
        ["b", 27, 30, 80],
        ["c", 27, 30, 40],
    ]
    assert told.left_out == 1
    assert told.ratio == 120 / 114
    assert told.off is not None
    assert told.off[1] == 5.0  # the median of 0, 20, 0 and 10 minutes after the planned stays


def test_times_written_down_together_and_other_errands_are_no_legs() -> None:
    together = pace([route()], lines_of(word("a", 900), word("b", 901)), NOON)
    assert (len(together.legs), together.left_out) == (0, 1)
    between = pace([route()], lines_of(word("a", 510), word("x", 530), word("b", 590)), NOON)
    assert (len(between.legs), between.left_out) == (0, 1)
    assert pace([route()], lines_of(word("a", None)), NOON).off is None


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdxyz"), st.sampled_from(["found", "not_found"]), st.integers(0, 1439)), max_size=6
    )
)
def test_sums_by_squad_and_day_are_the_whole(words: list[tuple[str, str, int]]) -> None:
    told = [word(name, minute, kinds=kinds, squad_id="S02" if minute % 2 else "S01") for name, kinds, minute in words]
    lines = lines_of(*told)
    legs = pace([route()], lines, NOON).legs
    total = tally(lines, legs, []).iloc[0]
    assert total["made"] == len({name for name, _, _ in words})
    for by in (["squad_id"], ["day"], ["township_code"], ["squad_id", "day"]):
        parts = tally(lines, legs, by)[list(TALLY)].sum()
        assert (parts.sub(total).abs() < 1e-6).all()
