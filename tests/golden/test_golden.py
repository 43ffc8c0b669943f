"""Every untidy file gives exactly the tables beside it, which were checked by hand against the file."""

import csv
import hashlib
import hmac
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.register import RegisterRead, read_register

HERE = Path(__file__).resolve().parent
FOLDERS = sorted(path.name for path in HERE.iterdir() if (path / "cases.csv").exists())
EXPECTED = {"cases.csv", "parties.csv", "issues.csv", "sheets.csv"}
KEY = b"golden"

pytestmark = pytest.mark.parametrize("folder", FOLDERS)


def _inputs(folder: str) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted((HERE / folder).iterdir()) if path.name not in EXPECTED]


@cache
def _read(folder: str) -> RegisterRead:
    return read_register(_inputs(folder), KEY)


def _expected(folder: str, name: str) -> list[dict[str, str]]:
    with (HERE / folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _as_text(table: pd.DataFrame, names: list[str]) -> list[dict[str, str]]:
    shown = table.assign(**{n: table[n].dt.strftime("%Y-%m-%d") for n in table.select_dtypes("datetime")})
    return shown[names].astype(object).where(shown[names].notna(), "").astype(str).to_dict("records")


def _hash(number: str) -> str:
    return hmac.new(KEY, number.encode(), hashlib.sha256).hexdigest()[:32] if number else ""


def test_cases(folder: str) -> None:
    expected = _expected(folder, "cases.csv")
    names = list(expected[0])
    cases = _read(folder).cases
    assert _as_text(cases, names) == expected
    untold = [name for name in CASE_TABLE.columns if name not in names]
    assert not cases[untold].astype(object).where(cases[untold].notna(), other=False).any(axis=None)


def test_parties(folder: str) -> None:
    expected = _expected(folder, "parties.csv")
    for row in expected:
        row["id_hash"] = _hash(row.pop("id_number", ""))
    parties = _read(folder).parties
    assert _as_text(parties, list(expected[0])) == expected
    untold = [name for name in PARTY_TABLE.columns if name not in expected[0]]
    assert parties[untold].isna().all(axis=None)


def test_issues(folder: str) -> None:
    found = [
        {name: "" if (value := getattr(issue, name)) is None else str(value) for name in
         ("kind", "sheet", "row", "column", "field", "value", "rejected")}
        for issue in _read(folder).report.issues
    ]  # fmt: skip
    assert found == _expected(folder, "issues.csv")


def test_sheets(folder: str) -> None:
    found = [
        {name: str(value) for name in ("file", "sheet", "kind", "header_row", "rows_read", "rows_kept", "rows_rejected")
         if (value := getattr(use, name)) is not None}
        for use in _read(folder).report.sheets
    ]  # fmt: skip
    assert found == [{k: v for k, v in row.items() if v} for row in _expected(folder, "sheets.csv")]


def test_reading_again_gives_the_same(folder: str) -> None:
    one, other = _read(folder), read_register(_inputs(folder), KEY)
    pd.testing.assert_frame_equal(one.cases, other.cases)
    pd.testing.assert_frame_equal(one.parties, other.parties)
    assert one.report == other.report


def test_generator_still_makes_these_files(folder: str) -> None:
    assert dict(_inputs(folder)) == _generator().goldens()[folder]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_golden", HERE / "make_golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
