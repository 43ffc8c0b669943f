"""Which of all that was said of visits stands."""

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from planner.model.outcome import OUTCOME_TABLE
from planner.review.outcomes import alive, held, standing, totals

NOW = pd.Timestamp("2026-11-24T02:20:00Z")
BLANK: dict[str, Any] = {
    "at": NOW, "by": "示例", "plan_id": "p", "visit_id": "v", "squad_id": "S01", "day": pd.Timestamp("2026-11-24"),
    "minute": 620, "kinds": "found", "paid_fen": None, "fine_fen": None, "next_step": "none", "note": None,
    "told": None, "marks": "", "corrects": None, "withdrawn": False, "source": "page", "card_id": None,
}  # fmt: skip


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    named = [BLANK | {"outcome_id": f"o{n}"} | row for n, row in enumerate(rows)]
    return OUTCOME_TABLE.validate(pd.DataFrame(named, columns=list(OUTCOME_TABLE.columns)))


def stands(*rows: dict[str, Any]) -> list[str]:
    return standing(table(*rows))["outcome_id"].tolist()


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    assert stands({}, {"corrects": "o0"}, {"corrects": "o1"}) == ["o2"]


def test_to_withdraw_a_correction_lets_the_first_word_stand_again() -> None:
    assert stands({}, {"corrects": "o0"}, {"corrects": "o1", "withdrawn": True}) == ["o0"]
    assert stands({}, {"corrects": "o0", "withdrawn": True}) == []


def test_a_marked_row_puts_nothing_aside_until_a_person_takes_it() -> None:
    marked = {"corrects": "o0", "marks": "amount_unclear"}
    assert stands({}, marked) == ["o0"]
    assert held(table({}, marked))["outcome_id"].tolist() == ["o1"]
    assert stands({}, marked, {"corrects": "o1"}) == ["o2"]
    assert held(table({}, marked, {"corrects": "o1"})).empty
    declined = ({}, marked, {"corrects": "o1", "withdrawn": True})
    assert stands(*declined) == ["o0"]
    assert held(table(*declined)).empty


def test_totals_count_visits_once_and_money_as_it_stands() -> None:
    told = table(
        {"visit_id": "a", "kinds": "found;paid", "paid_fen": 100_00},
        {"visit_id": "a", "kinds": "found;paid;fined", "paid_fen": 300_00, "fine_fen": 50_00, "corrects": "o0"},
        {"visit_id": "b", "kinds": "not_found"},
        {"visit_id": "c", "kinds": "found;paid", "paid_fen": 9_00, "marks": "amount_unclear"},
    )
    found = totals(told)
    assert (found.visits, found.found, found.paid_fen, found.fine_fen, found.held) == (2, 1, 300_00, 50_00, 1)
    assert {kind: count for kind, count in found.kinds.items() if count} == {
        "not_found": 1, "found": 1, "paid": 1, "fined": 1,
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans(), st.sampled_from("ab")), max_size=8))
def test_what_stands_of_a_visit_depends_on_the_words_on_that_visit_alone(
    words: list[tuple[int, bool, bool, str]],
) -> None:
    told = table(
        *(
            {"corrects": f"o{of}" if of < n else None, "withdrawn": of < n and gone, "visit_id": visit}
            | {"marks": "told_twice" if mark else ""}
            for n, (of, gone, mark, visit) in enumerate(words)
        )
    )
    whole = alive(told)
    for visit in "ab":
        mine = alive(told[told["visit_id"] == visit])
        pd.testing.assert_frame_equal(mine, whole[whole["visit_id"] == visit])
    assert whole.loc[whole["stands"], "outcome_id"].tolist() == standing(told)["outcome_id"].tolist()
    assert whole.loc[~whole["stands"], "outcome_id"].tolist() == held(told)["outcome_id"].tolist()


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=8))
def test_every_first_word_stands_or_was_put_aside_by_a_later_one(words: list[tuple[int, bool, bool]]) -> None:
    rows = [
        {"corrects": f"o{of}" if of < n else None, "withdrawn": of < n and gone, "marks": "told_twice" if mark else ""}
        for n, (of, gone, mark) in enumerate(words)
    ]
    told = table(*rows)
    stand, wait = set(standing(told)["outcome_id"]), set(held(told)["outcome_id"])
    assert not stand & wait
    for row in told.to_dict("records"):
        later = told[(told["corrects"] == row["outcome_id"]) & ((told["marks"] == "") | told["withdrawn"])]
        if later.empty and not row["withdrawn"]:
            assert (row["outcome_id"] in stand) != bool(row["marks"]) or row["outcome_id"] in _chained(told)


def _chained(told: pd.DataFrame) -> set[str]:
    """What stands below something that was corrected: put aside with it."""
    return set(told.loc[told["corrects"].notna(), "corrects"]) | {str(below) for below in told["corrects"].dropna()}
