"""Imports: all or nothing, nothing twice, nothing overwritten in silence."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from planner.errors import DeploymentError, Overtaken, RequestError
from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.report import ColumnRule, RejectedRow
from planner.model.tables import empty
from planner.store import audit, imports, register
from planner.store.engine import open_engine
from tests.contracts.tables import frames
from tests.store.register import AT, SECRET, Read, save

FIRST, SECOND = "(2026)浙0225执1号", "(2026)浙0225执2号"
LATER = AT + timedelta(days=1)


def known(engine: Engine) -> Read:
    return Read(register.cases(engine), register.parties(engine), register.placed(engine))


def assert_same(one: Read, other: Read) -> None:
    for name in ("cases", "parties", "placed"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_what_was_read_comes_back(engine: Engine, read: Read) -> None:
    saved = save(engine, read, "a")
    assert (saved.changed, saved.outcome.new, saved.outcome.updated) == (True, 2, 0)
    assert_same(known(engine), read)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_register_comes_back(data: st.DataObject) -> None:
    cases = data.draw(frames(CASE_TABLE, least=1))
    of_known = st.sampled_from(sorted(cases["case_id"]))
    parties = data.draw(frames(PARTY_TABLE, case_id=of_known))
    placed = data.draw(frames(PLACED_TABLE, case_id=of_known)).merge(parties[["case_id", "party_no"]])
    engine = open_engine("sqlite://", SECRET)
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
    again = save(engine, read, "a", LATER)
    assert (again.id, again.changed, again.outcome.unchanged) == (first.id, False, 2)
    assert_same(known(engine), read)
    assert len(audit.entries(engine)) == 1


def test_other_files_with_the_same_rows_update_no_case(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    again = save(engine, read, "b", LATER)
    assert (again.changed, again.outcome.new, again.outcome.updated) == (True, 0, 0)
    assert register.history(engine, FIRST) == []


def test_changed_fields_are_kept_as_they_were(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    save(engine, read.but(FIRST, status="closed", closed_on=pd.Timestamp("2026-11-19")), "b", LATER)
    third = save(engine, read.but(FIRST, status="terminated").of([FIRST]), "c", LATER + timedelta(days=1))
    assert third.outcome.updated == 1
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
    assert saved.outcome.updated == 1
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
    assert save(engine, bare, "b", LATER).outcome.updated == 1
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
    with pytest.raises(Exception, match=r"(?i)unique"):
        save(engine, twice, "a")
    assert known(engine).cases.empty
    assert imports.latest_at(engine) is None
    assert audit.entries(engine).empty
    assert save(engine, read, "a").changed  # the digest was not remembered either


def test_same_files_that_mean_something_else_now_are_taken_in(engine: Engine, read: Read) -> None:
    """A column was ruled, or a name learnt, since they were imported."""
    first = save(engine, read, "a")
    again = save(engine, read.but(FIRST, claimed_fen=5), "a", LATER)
    assert again.changed
    assert again.id != first.id
    assert again.outcome.fields == (("claimed_fen", 1),)


def test_outcome_tells_what_moved(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    save(engine, read.but(FIRST, status="closed"), "b", LATER)
    back = save(engine, read.of([FIRST]), "c", LATER).outcome
    assert back.statuses == (("closed", "open", 1),)
    assert (back.reopened, back.no_longer_named, back.unchanged) == (1, 1, 0)
    assert save(engine, read.of([FIRST]), "d", LATER, whole=False).outcome.no_longer_named == 0


def test_latest_import_tells_its_account(engine: Engine, read: Read) -> None:
    assert imports.load(engine) is None
    first = save(engine, read, "a")
    save(engine, read, "b", LATER)
    newest, oldest = imports.load(engine), imports.load(engine, first.id)
    assert newest is not None
    assert oldest is not None
    assert (newest.at, newest.by, newest.report.digest) == (LATER, "示例", "b")
    assert (oldest.report.rows_read, oldest.report.rows_kept, oldest.report.rows_rejected) == (3, 2, 1)
    assert (oldest.outcome.new, newest.outcome.unchanged) == (2, 2)
    with pytest.raises(RequestError) as told:
        imports.load(engine, "nosuch")
    assert told.value.key == "unknown_import"


def test_rejected_rows_wait_until_they_are_mended(engine: Engine, read: Read) -> None:
    rows = (RejectedRow("案件", 5, ("", "示例张三", "石浦镇")), RejectedRow("案件", 9, ("x",)))
    first = save(engine, read, "a", rejected=rows)
    waiting = imports.waiting(engine, first.id)
    assert tuple(waiting.values()) == rows
    one = next(iter(waiting))
    mended = save(
        engine,
        read.but(FIRST, claimed_fen=7),
        "b",
        LATER,
        mended=(one, one, "R1", "R2-00000000", "R" + "9" * 40),
        whole=False,
    )
    assert mended.outcome.mended == 1
    assert list(imports.waiting(engine, first.id)) == [number for number in waiting if number != one]
    assert imports.count_waiting(engine, first.id) == 1
    assert save(engine, read.but(FIRST, claimed_fen=7), "b", LATER, mended=(one,)).outcome.mended == 0


def test_column_rules_are_of_a_court_and_the_latest_word_counts(engine: Engine) -> None:
    amount, unused = ColumnRule("标的", "claimed_fen", "万元"), ColumnRule("标的", "")
    imports.save_rules(engine, "330225", [amount, ColumnRule("住", "residence")], [], at=AT, by="示例")
    imports.save_rules(engine, "330226", [unused], [], at=AT, by="示例")
    assert imports.rules(engine, "330225") == [amount, ColumnRule("住", "residence")]
    imports.save_rules(engine, "330225", [unused], ["住"], at=LATER, by="示例")
    assert imports.rules(engine, "330225") == [unused]
    assert audit.entries(engine)["action"].tolist() == ["columns.ruled"] * 3


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["示例张三", "示例渔业公司", "13900000000", "示例路1号", "甲的备注"])
def test_personal_data_is_nowhere_in_the_clear(engine: Engine, read: Read, name: str) -> None:
    parties = read.parties.assign(phone="13900000000", residence=["示例路1号", None, None])
    personal = Read(read.cases.assign(remark="甲的备注"), PARTY_TABLE.validate(parties), read.placed)
    save(engine, personal, "a", rejected=(RejectedRow("案件", 5, (name,)),))
    save(engine, read, "b", LATER)  # now it stands in the history only
    engine.dispose()
    folder = Path(str(engine.url.database)).parent
    for file in folder.iterdir():
        assert name.encode() not in file.read_bytes(), file
        assert json.dumps(name).encode() not in file.read_bytes(), file
    [(_, before)] = register.history(engine, FIRST)
    assert before["remark"] == "甲的备注"


def test_another_key_opens_nothing(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    other = open_engine(str(engine.url), b"another secret, just as long as the first")
    with pytest.raises(DeploymentError) as told:
        register.parties(other)
    other.dispose()
    assert told.value.key == "sealed_with_another_key"


def test_a_row_that_is_wrong_again_waits_only_once(engine: Engine, read: Read) -> None:
    first = save(engine, read, "a", rejected=(RejectedRow("案件", 5, ("x",)),))
    [mark] = imports.waiting(engine, first.id)
    again = save(
        engine, read, "b", LATER, rejected=(RejectedRow("案件", 2, ("x",)),), rejected_again=(mark,), whole=False
    )
    assert imports.count_waiting(engine) == imports.count_waiting(engine, again.id) == 1
    assert imports.with_waiting(engine) == [again.id]


def test_what_was_read_against_an_older_state_is_not_saved(engine: Engine, read: Read) -> None:
    save(engine, read, "a")
    with pytest.raises(Overtaken):
        save(engine, read.but(FIRST, status="closed"), "b", LATER, after=None)
    assert_same(known(engine), read)


def test_an_amount_that_appears_or_goes_is_counted(engine: Engine, read: Read) -> None:
    save(engine, read.but(FIRST, claimed_fen=pd.NA), "a")
    assert save(engine, read, "b", LATER).outcome.fields == (("claimed_fen", 1),)
