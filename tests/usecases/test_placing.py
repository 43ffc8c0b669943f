import pytest

from planner.errors import RequestError
from planner.store import audit, register
from planner.usecases.context import Context
from planner.usecases.placing import decide_place, placing_queue


def _some_case(ctx: Context) -> tuple[str, int]:
    placed = register.placed(ctx.engine)
    row = placed[placed["lead"] & (placed["method"] == "village")].iloc[0]
    return str(row["case_id"]), int(row["party_no"])


def test_decision_wins_and_is_kept(demo: Context) -> None:
    case_id, party_no = _some_case(demo)
    village = demo.region.villages.iloc[-1]
    decide_place(demo, case_id, party_no, village["township_code"], village["code"])
    placed = register.placed(demo.engine).set_index(["case_id", "party_no"]).loc[(case_id, party_no)]
    assert (placed["township_code"], placed["village_code"]) == (village["township_code"], village["code"])
    assert (placed["method"], placed["confidence"]) == ("decided", 1.0)


def test_alias_is_learnt(demo: Context) -> None:
    case_id, party_no = _some_case(demo)
    village = demo.region.villages.iloc[-1]
    decide_place(demo, case_id, party_no, village["township_code"], village["code"], alias="示例岙")
    assert "示例岙" in set(register.aliases(demo.engine)["alias"])


@pytest.mark.parametrize(
    ("township", "village", "key"),
    [("999999999", None, "unknown_township"), ("330225101", "330225102001", "unknown_village")],
)
def test_decision_for_a_place_that_is_not_there(demo: Context, township: str, village: str | None, key: str) -> None:
    case_id, party_no = _some_case(demo)
    with pytest.raises(RequestError) as told:
        decide_place(demo, case_id, party_no, township, village)
    assert told.value.key == key
    assert register.decisions(demo.engine).empty


def test_opening_the_queue_is_audited(demo: Context) -> None:
    queue = placing_queue(demo)
    assert (queue["confidence"] < demo.policy.gazetteer.queue_below).all()
    assert audit.entries(demo.engine)["action"].iloc[-1] == "names.shown"
