"""A decision belongs to a person and the addresses told of that person."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine

from planner.model.case import PARTY_TABLE
from planner.store import audit, decisions
from planner.store.decisions import Decision
from tests.store.register import AT, Read, save

FIRST, SECOND = "(2026)浙0225执1号", "(2026)浙0225执2号"
LATER = AT + timedelta(days=1)


@pytest.fixture
def told(engine: Engine, read: Read) -> Read:
    """The debtor of the second case stands in the first one too, with the same addresses."""
    names = ["示例张三", "示例李四", "示例李四"]
    people = read.parties.assign(name=names, residence=["甲村", "乙村", "乙村"])
    told = replace(read, parties=PARTY_TABLE.validate(people))
    save(engine, told, "a")
    return told


def decide(engine: Engine, case_id: str, party_no: int, **what: object) -> list[str]:
    return decisions.save_decision(engine, Decision(case_id, party_no, **what), at=LATER, by="示例")  # type: ignore[arg-type]


def standing(engine: Engine, parties: pd.DataFrame) -> list[tuple[str, int, str | None]]:
    found = decisions.decided(engine, parties)
    return [(row.case_id, row.party_no, row.township_code) for row in found.itertuples()]


def test_it_holds_for_every_case_of_that_person(engine: Engine, told: Read) -> None:
    decide(engine, SECOND, 1, township_code="330225101", village_code="330225101001")
    assert standing(engine, told.parties) == [(FIRST, 2, "330225101"), (SECOND, 1, "330225101")]
    assert decisions.same_subject(engine, SECOND, 1) == [FIRST, SECOND]
    assert decisions.same_subject(engine, SECOND, 9) == []


def test_it_survives_another_order_and_falls_with_another_address(engine: Engine, told: Read) -> None:
    decide(engine, FIRST, 2, township_code="330225101")
    turned = told.parties.assign(party_no=pd.array([2, 1, 1], dtype="Int64"))
    assert (FIRST, 1, "330225101") in standing(engine, turned)
    moved = told.parties.assign(residence="丙村")
    assert standing(engine, moved) == []


def test_the_latest_counts_and_all_are_kept(engine: Engine, told: Read) -> None:
    for township in ("330225101", None, "330225105"):
        decide(engine, FIRST, 1, township_code=township)
    assert standing(engine, told.parties) == [(FIRST, 1, "330225105")]
    actions = audit.entries(engine)["action"].tolist()
    assert actions == ["register.imported", *["placing.decided"] * 3]


def test_outside_is_a_decision_too(engine: Engine, told: Read) -> None:
    decide(engine, FIRST, 1)
    found = decisions.decided(engine, told.parties)
    assert found["case_id"].tolist() == [FIRST]
    assert found["township_code"].isna().all()


def test_withdrawing_takes_back_what_it_taught(engine: Engine, told: Read) -> None:
    assert decide(engine, FIRST, 1, township_code="330225101", alias="老街") == ["老街"]
    assert decisions.aliases(engine)[["alias", "township_code"]].values.tolist() == [["老街", "330225101"]]
    assert decide(engine, FIRST, 1, withdrawn=True) == ["老街"]
    assert standing(engine, told.parties) == []
    assert decisions.aliases(engine).empty


def test_nothing_is_taught_of_places_outside(engine: Engine, told: Read) -> None:
    assert decide(engine, FIRST, 1, alias="别处") == []
    assert decisions.aliases(engine).empty
