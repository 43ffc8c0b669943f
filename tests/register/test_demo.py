"""The demo register: the same from the same seed, as untidy as a real one, and read without loss."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from planner.register import RegisterRead, read_register

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "data" / "demo" / "make_register.py"
WORKBOOKS = ("案件登记表.xlsx", "当事人登记表.xlsx")
CASES = 1500


def _make(out: Path, *more: str) -> Path:
    command = [sys.executable, str(SCRIPT), "--out", str(out), "--cases", str(CASES), *more]
    subprocess.run(command, check=True, cwd=ROOT)
    return out


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _make(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def read(demo: Path) -> RegisterRead:
    return read_register([(name, (demo / name).read_bytes()) for name in WORKBOOKS], b"demo")


def test_same_seed_same_bytes(demo: Path, tmp_path: Path) -> None:
    again = _make(tmp_path)
    for name in (*WORKBOOKS, "truth.csv"):
        assert (again / name).read_bytes() == (demo / name).read_bytes()


def test_every_made_case_is_read_and_every_mess_is_told(demo: Path, read: RegisterRead) -> None:
    truth = pd.read_csv(demo / "truth.csv", dtype=str)
    assert set(read.cases["case_id"]) == set(truth["case_id"])
    assert len(truth) == CASES
    assert read.report.rows_read == read.report.rows_kept + read.report.rows_rejected
    kinds = {issue.kind for issue in read.report.issues}
    assert {"total_row", "bad_case_number", "no_filing_date", "bad_date", "duplicate_row", "duplicate_case",
            "orphan_party", "id_unreadable"} <= kinds  # fmt: skip
    assert [sheet.kind for sheet in read.report.sheets] == ["cases", "hidden", "ignored", "parties"]


def test_the_wages_of_107_workers(read: RegisterRead) -> None:
    series = read.cases.groupby("series")
    largest = series.get_group(series.size().idxmax())
    assert (len(largest), largest["claimed_fen"].sum()) == (107, 68_000_000)
    assert largest["group_case"].all()
    assert largest["livelihood"].all()


def test_nobody_in_it_can_be_real(read: RegisterRead) -> None:
    parties = read.parties
    assert parties["name"].str.contains("示例").all()
    assert parties["phone"].dropna().str.startswith("000-").all()


def test_every_kind_of_case_is_there(read: RegisterRead) -> None:
    cases = read.cases
    flags = ["livelihood", "group_case", "fisher", "found_by_sweep", "search_planned", "female_debtor"]
    assert cases[flags].any().all()
    assert set(cases["scope"]) == {"field", "online_control", "unable", "bankrupt"}
    assert set(cases["status"]) == {"open", "closed", "terminated"}
    assert cases.loc[cases["status"] == "terminated", "clue_on"].notna().any()
    debtors = read.parties[read.parties["role"] == "debtor"]
    assert debtors["id_hash"].duplicated().any()


def test_an_earlier_register_tells_nothing_of_later(read: RegisterRead, tmp_path: Path) -> None:
    out, day = _make(tmp_path, "--until", "2026-08-14"), pd.Timestamp("2026-08-14")
    before = read_register([(name, (out / name).read_bytes()) for name in WORKBOOKS], b"demo").cases
    assert (before[["filed_on", "closed_on", "clue_on"]].max() <= day).all()
    assert set(before["case_id"]) == set(read.cases.loc[read.cases["filed_on"] <= day, "case_id"])
    both = before.merge(read.cases, on="case_id", suffixes=("", "_now"))
    assert (both["handler"] == both["handler_now"]).all()
    ended = both["closed_on"].notna()
    assert (both.loc[ended, "closed_on"] == both.loc[ended, "closed_on_now"]).all()
    assert (both["status"] == "open").sum() > (both["status_now"] == "open").sum()
