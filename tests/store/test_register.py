"""Imports: all or nothing, nothing twice, nothing overwritten in silence."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.tables import empty
from planner.store import audit, register
from planner.store.engine import open_engine
from tests.contracts.tables import frames
from tests.store.register import AT, Read, save

FIRST, SECOND = "(2026)浙0225执1号", "(2026)浙0225执2号"
LATER = AT + timedelta(days=1)


def known(engine: Engine) -> Read:
    return Read(register.cases(engine), register.parties(engine), register.placed(engine))


def assert_same(one: Read, other: Read) -> None:
    for name in ("cases", "parties", "placed"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_what_was_read_comes_back(engine: Engine, read: Read) -> None:
    saved = save(engine, read, "a")
    assert (saved.changed, saved.new_cases, saved.updated_cases) == (True, 2, 0)
    assert_same(known(engine), read)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_register_comes_back(data: st.DataObject) -> None:
    cases = data.draw(frames(CASE_TABLE, least=1))
    of_known = st.sampled_from(sorted(cases["case_id"]))
    parties = data.draw(frames(PARTY_TABLE, case_id=of_known))
    placed = data.draw(frames(PLACED_TABLE, case_id=of_known)).merge(parties[["case_id", "party_no"]])
    engine = open_engine("sqlite://")
    save(engine, Read(cases, parties, placed), "a")
    found = known(engine)
    engine.dispose()
    for frame, wanted, key in (
        (found.cases, cases, ["case_id"]),
        (found.parties, parties, ["case_id", "party_no"]),
        (found.placed, placed, ["case_id", "party_no"]),
    ):
        pd.testing.assert_frame_equal(frame, wanted.sort_values(key, ignore_index=True))


def test_same_files_twice_change_nothing(engine: Engine, read: Read) -> None:
    first = save(engine, read, "a")
    again = save(engine, read.but(FIRST, status="closed"), "a", LATER)
    assert (again.id, again.changed, again.new_cases, again.updated_cases) == (first.id, False, 0, 0)
    assert_same(known(engine), read)
    assert len(audit.entries(engine)) == 1


def test_other_files_with_the_same_rows_update_no_case(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    again = save(engine, read, "b", LATER)
    assert (again.changed, again.new_cases, again.updated_cases) == (True, 0, 0)
    assert register.history(engine, FIRST) == []


def test_changed_fields_are_kept_as_they_were(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    save(engine, read.but(FIRST, status="closed", closed_on=pd.Timestamp("2026-11-19")), "b", LATER)
    third = save(engine, read.but(FIRST, status="terminated").of([FIRST]), "c", LATER + timedelta(days=1))
    assert third.updated_cases == 1
    assert register.history(engine, FIRST) == [
        (LATER + timedelta(days=1), {"status": "closed", "closed_on": "2026-11-19"}),
        (LATER, {"status": "open", "closed_on": None}),
    ]
    assert register.history(engine, SECOND) == []
    assert len(register.cases(engine)) == 2


def test_changed_parties_are_kept_as_they_were(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    moved = read.parties.assign(residence=["象山县大徐镇", None, None])
    saved = save(engine, replace(read, parties=PARTY_TABLE.validate(moved)), "b", LATER)
    assert saved.updated_cases == 1
    [(at, before)] = register.history(engine, FIRST)
    assert at == LATER
    assert [(party["name"], party["residence"]) for party in before["parties"]] == [
        ("示例张三", None),
        ("示例李四", None),
    ]
    assert register.parties(engine)["residence"].tolist()[0] == "象山县大徐镇"


def test_import_without_parties_leaves_those_known(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    bare = Read(read.but(FIRST, status="closed").cases, empty(PARTY_TABLE), empty(PLACED_TABLE))
    assert save(engine, bare, "b", LATER).updated_cases == 1
    pd.testing.assert_frame_equal(register.parties(engine), read.parties)
    pd.testing.assert_frame_equal(register.placed(engine), read.placed)


def test_party_that_left_the_case_is_gone_with_its_place(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    alone = Read(read.cases, *(frame[frame["party_no"] == 1] for frame in (read.parties, read.placed)))
    save(engine, alone, "b", LATER)
    assert register.parties(engine)["name"].tolist() == ["示例张三", "示例渔业公司"]
    assert register.placed(engine)["party_no"].tolist() == [1, 1]
    assert len(register.history(engine, FIRST)[0][1]["parties"]) == 2


def test_import_that_breaks_a_key_leaves_nothing(engine: Engine, read: Read) -> None:
    twice = replace(read, placed=pd.concat([read.placed, read.placed]))
    with pytest.raises(Exception, match="UNIQUE"):
        save(engine, twice, "a")
    assert known(engine).cases.empty
    assert register.latest_import(engine) is None
    assert audit.entries(engine).empty
    assert save(engine, read, "a").changed  # the digest was not remembered either


def test_latest_import_tells_its_account(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    save(engine, read, "b", LATER)
    newest = register.latest_import(engine)
    assert newest is not None
    at, report = newest
    assert at == LATER
    assert (report["digest"], report["files"]) == ("b", ["登记表.xlsx"])
    assert [(sheet["rows_read"], sheet["rows_kept"], sheet["rows_rejected"]) for sheet in report["sheets"]] == [
        (3, 2, 1)
    ]


def test_latest_decision_counts_and_all_are_kept(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    key = {"case_id": FIRST, "party_no": 1}
    for township, village, alias in (
        ("330225101", "330225101001", "老街"),
        (None, None, "别处"),
        ("330225105", None, None),
    ):
        decision = key | {"township_code": township, "village_code": village}
        placed = read.placed.assign(method="decided").query("case_id == @FIRST")
        register.save_decision(engine, decision, alias, placed, at=LATER, by="示例")
    [decided] = register.decisions(engine).to_dict("records")
    assert decided["township_code"] == "330225105"
    assert pd.isna(decided["village_code"])
    assert audit.entries(engine)["action"].tolist() == ["register.imported", *["placing.decided"] * 3]
    assert set(register.placed(engine).query("case_id == @FIRST")["method"]) == {"decided"}
    assert set(register.placed(engine).query("case_id == @SECOND")["method"]) == {"township"}


def test_alias_is_learnt_only_where_a_township_was_decided(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    for township, alias in (("330225101", "老街"), (None, "别处"), ("330225101", "老街")):
        decision = {"case_id": FIRST, "party_no": 1, "township_code": township, "village_code": None}
        register.save_decision(engine, decision, alias, read.placed.head(2), at=LATER, by="示例")
    learnt = register.aliases(engine)
    assert learnt[["alias", "township_code"]].values.tolist() == [["老街", "330225101"]]
    assert learnt["note"].tolist() == ["示例 2026-11-21"]
