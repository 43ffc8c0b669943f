"""Backups, keys, forgetting, the doctor, and what lies in the files of an installation."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from planner.bootstrap import open_context, restore
from planner.errors import FileUnreadable, Impossible, InputError
from planner.settings import read_settings
from planner.store import audit, backup, cards, plans, register, reseal
from planner.store.engine import reading, vault_of_engine, writing
from planner.usecases.audit_log import entries, verify
from planner.usecases.context import Context
from planner.usecases.keep import examine, forget_people, make_backup, rotate_key
from tests.conftest import ROOT
from tests.postgres import cluster


@pytest.fixture
def kept(planned: Context, tmp_path: Path) -> Path:
    """A backup of an installation with a register and a plan."""
    out = tmp_path / "b.zip"
    make_backup(planned, out)
    return out


def settings_at(folder: Path, url: str = "") -> dict[str, str]:
    region = str(ROOT / "data/regions/330225")
    return {"PLANNER_DATA_DIR": str(folder), "PLANNER_REGION": region, "PLANNER_DATABASE_URL": url}


def test_a_backup_comes_back_the_same_on_either_database(planned: Context, kept: Path, tmp_path: Path) -> None:
    with cluster() as running:
        for name, url in (("sqlite", ""), ("postgresql", running.fresh())):
            environment = settings_at(tmp_path / name, url) | {"PLANNER_KEY_FILE": str(planned.settings.key_file)}
            compared = restore(read_settings(environment), io.BytesIO(kept.read_bytes()))
            assert all(one.kept == one.found for one in compared)
            with open_context(read_settings(environment)) as again:
                assert register.parties(again.engine).equals(register.parties(planned.engine))
                assert register.cases(again.engine).equals(register.cases(planned.engine))
                listed = plans.list_plans(planned.engine)
                assert plans.list_plans(again.engine).equals(listed)
                assert (
                    plans.load_plan(again.engine, listed["id"][0])[0]
                    == plans.load_plan(planned.engine, listed["id"][0])[0]
                )
                assert audit.first_broken(again.engine) is None
                out = tmp_path / f"{name}.zip"
                assert make_backup(again, out).tables == backup.verify(io.BytesIO(kept.read_bytes())).tables
                with pytest.raises(Impossible, match="restore_not_empty"):
                    restore(read_settings(environment), io.BytesIO(kept.read_bytes()))


def test_a_damaged_backup_restores_nothing(kept: Path, tmp_path: Path) -> None:
    data = kept.read_bytes()
    changed = io.BytesIO()
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b'"open"', b'"closed"') if name == "case_row.jsonl" else text)
    environment = settings_at(tmp_path / "empty")
    for number, wrong in enumerate((b"", data[: len(data) // 2], changed.getvalue())):
        settings = read_settings(environment | {"PLANNER_DATA_DIR": str(tmp_path / f"empty{number}")})
        with pytest.raises(FileUnreadable):
            restore(settings, io.BytesIO(wrong))
    assert not kept.with_name("b.zip.part").exists()


def test_a_backup_overwrites_nothing(planned: Context, kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(InputError, match="file_exists"):
        make_backup(planned, kept)
    assert kept.read_bytes() == before


def test_rotated_keys_open_everything_and_old_ones_nothing_new(planned: Context) -> None:
    before = register.parties(planned.engine)
    triggers = sa.text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
    with reading(planned.engine) as connection:
        guarded = connection.scalar(triggers)
    number, count = rotate_key(planned)
    assert (number, count > len(before)) == (2, True)
    with open_context(planned.settings) as fresh:
        assert register.parties(fresh.engine).equals(before)
        assert reseal.oldest_key(fresh.engine) == vault_of_engine(fresh.engine).newest == 2
        assert rotate_key(fresh)[0] == 3
        with pytest.raises(Impossible, match="key_file_changed"):
            rotate_key(fresh)
    with reading(planned.engine) as connection:
        assert connection.scalar(triggers) == guarded
    assert planned.settings.key_file.stat().st_mode & 0o077 == 0


def test_forgotten_people_are_in_no_file(planned: Context) -> None:
    with writing(planned.engine) as connection:
        connection.execute(sa.text("UPDATE case_row SET status = 'closed', closed_on = '2020-03-01'"))
    names = set(register.parties(planned.engine)["name"])
    gone = forget_people(planned, date(2021, 1, 1))
    assert gone.people > 0
    assert register.parties(planned.engine).empty
    assert len(register.cases(planned.engine)) == gone.cases
    assert entries(planned, action="people.forgotten")["subject"].tolist() == ["2021-01-01"]
    assert verify(planned).broken is None
    assert names
    with pytest.raises(Impossible):
        forget_people(planned, date(2999, 1, 1))


def test_nobody_s_name_lies_in_the_clear(planned: Context, kept: Path) -> None:
    people = register.parties(planned.engine)
    columns = ("name", "phone", "residence", "service", "domicile")
    texts = {text for column in columns for text in people[column].dropna() if len(text) > 2}
    texts = {text for text in texts if text in set(people["name"]) or re.search(r"\d", text)}  # a village is a place
    assert len(texts) > 400
    with reading(planned.engine) as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(FULL)"))
    unzipped = b"".join(zipfile.ZipFile(kept).read(name) for name in zipfile.ZipFile(kept).namelist())
    files = [file.read_bytes() for file in planned.settings.data_dir.rglob("*") if file.is_file()]
    for data in (*files, unzipped):
        assert not [text for text in texts if text.encode() in data]


def test_the_doctor_tells_what_is_wrong(planned: Context) -> None:
    states = {check.name: check.state for check in examine(planned)}
    assert states == {
        "database": "ok", "key_file": "ok", "sealed": "ok", "old_keys": "ok", "audit_chain": "ok", "space": "ok",
        "identity": "warn", "register": "ok",
    }  # fmt: skip
    planned.settings.key_file.chmod(0o644)
    with writing(planned.engine) as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("UPDATE audit SET detail = 'x' WHERE id = 1"))
        connection.execute(sa.text("UPDATE party_row SET sealed = x'0102'"))
    states = {check.name: check.state for check in examine(planned)}
    assert (states["key_file"], states["audit_chain"], states["sealed"]) == ("warn", "fail", "fail")
    assert verify(planned).broken == 1


def test_keeping_is_for_those_at_the_machine(planned: Context, tmp_path: Path) -> None:
    from planner.access import Actor
    from planner.errors import Denied

    chief = replace(planned, actor=Actor("示例", "chief"))
    for act in (
        lambda: make_backup(chief, tmp_path / "x.zip"),
        lambda: rotate_key(chief),
        lambda: forget_people(chief, date(2020, 1, 1)),
        lambda: examine(chief),
        lambda: verify(chief),
        lambda: entries(chief),
    ):
        with pytest.raises(Denied):
            act()
    assert cards.list_cards(planned.engine).empty
