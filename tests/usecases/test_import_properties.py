"""What holds for every register on its way into the database: twice is once, the order of rows is nothing, no ID
number stands in the clear in any file of the installation."""

import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from hypothesis import given, settings

from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.store import imports, register
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from tests.conftest import ROOT
from tests.register.test_properties import CASE_HEADER, PARTY_HEADER, Row, as_csv, fewer, registers, shufflers

Register = tuple[list[Row], list[Row]]

DIGITS = re.compile(rb"(?<!\d)[1-9]\d{5}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
"""An ID number of 18 places: area, birthday, number. The digest of one column beside the date in the next may be 18
digits too, but hardly with a birthday in them."""


@contextmanager
def _installation() -> Iterator[Context]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PLANNER_DATA_DIR": folder, "PLANNER_REGION": str(ROOT / "data" / "regions" / "330225")}
        with open_context(read_settings(environment)) as ctx:
            yield ctx


def _files(rows: Register) -> list[tuple[str, bytes]]:
    return [("案件.csv", as_csv(CASE_HEADER, rows[0])), ("当事人.csv", as_csv(PARTY_HEADER, rows[1]))]


def _state(ctx: Context) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return register.cases(ctx.engine), register.parties(ctx.engine), register.placed(ctx.engine)


@fewer
@given(registers)
def test_twice_is_once(rows: Register) -> None:
    with _installation() as ctx:
        first = import_register(ctx, _files(rows))
        before = _state(ctx)
        again = import_register(ctx, _files(rows)[::-1])
        assert not again.changed
        assert (again.id, again.report.rows_read) == (first.id, first.report.rows_read)
        assert all(one.equals(other) for one, other in zip(before, _state(ctx), strict=True))
        record = imports.load(ctx.engine)
        assert record is not None
        assert record.report.rows_read == record.report.rows_kept + record.report.rows_rejected


@fewer
@given(registers, shufflers)
def test_order_of_rows_changes_no_case(rows: Register, shuffler: random.Random) -> None:
    shuffled = (shuffler.sample(rows[0], len(rows[0])), shuffler.sample(rows[1], len(rows[1])))
    with _installation() as ctx:
        import_register(ctx, _files(rows))
        cases = register.cases(ctx.engine)
        import_register(ctx, _files(shuffled))
        pd.testing.assert_frame_equal(cases, register.cases(ctx.engine))


@settings(fewer, max_examples=15)
@given(registers)
def test_no_id_number_is_in_the_clear_in_any_file(rows: Register) -> None:
    with _installation() as ctx:
        import_register(ctx, _files(rows))
        ctx.engine.dispose()
        for file in ctx.settings.data_dir.rglob("*"):
            if file.is_file() and file != ctx.settings.key_file:
                assert not DIGITS.search(file.read_bytes()), file
                told = _told(rows)
                assert not [number for number in told if number.encode() in file.read_bytes()], file


def _told(rows: Register) -> list[str]:
    """Every run of 15 digits or more that the register holds."""
    text = "\n".join(cell for both in rows for row in both for cell in row)
    return re.findall(r"\d{15,}", text, re.ASCII)


def test_the_search_itself_works(tmp_path: Path) -> None:
    assert DIGITS.search("证件号330225199001011234。".encode())
