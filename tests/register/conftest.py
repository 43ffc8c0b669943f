"""Small registers, made on the spot."""

import csv
import io
from collections.abc import Callable, Sequence

import pytest

Grid = Sequence[Sequence[object]]


@pytest.fixture(scope="session")
def csv_of() -> Callable[[Grid], bytes]:
    def write(rows: Grid) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue().encode()

    return write
