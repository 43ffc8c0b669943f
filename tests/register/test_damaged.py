"""Damaged files: whatever a byte does, the answer is a register or an error that a person can read."""

from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.i18n import catalogue
from planner.register import read_register

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
FILES = [
    *GOLDEN.glob("*/*.xlsx"),
    *GOLDEN.glob("*/*.xls"),
    *GOLDEN.glob("*/*.txt"),
    GOLDEN / "gb18030_csv" / "导出.csv",
]


def _damaged(data: bytes, dice: np.random.Generator) -> bytes:
    spoilt = bytearray(data)
    for _ in range(dice.choice([1, 3, 20])):
        at = int(dice.integers(len(spoilt)))
        if dice.random() < 0.7:
            spoilt[at] = int(dice.integers(256))
        else:
            del spoilt[at : at + int(dice.integers(1, 30))]
    return bytes(spoilt)


def _outcome(name: str, data: bytes) -> str:
    try:
        report = read_register([(name, data)], b"key").report
    except InputError as error:
        return f"error.{error.key}"
    return "read" if report.rows_read == report.rows_kept + report.rows_rejected else "rows lost"


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_a_damaged_file_is_read_or_refused_with_a_text(file: Path) -> None:
    whole, dice = file.read_bytes(), np.random.default_rng(5)
    outcomes = {_outcome(file.name, _damaged(whole, dice)) for _ in range(15)}
    assert outcomes <= {"read", *catalogue("zh")}
