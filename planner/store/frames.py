"""Frames into rows and back, by their contracts."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pandas as pd
import pandera.pandas as pa
import sqlalchemy as sa
from pandas.api.types import is_datetime64_any_dtype

CHUNK = 500


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain Python values: NA as None, dates as ``date``."""
    plain = {str(name): _plain(column) for name, column in frame.items()}
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    values = column.dt.date if is_datetime64_any_dtype(column.dtype) else column
    missing = column.isna().tolist()
    return [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]


def read(connection: sa.Connection, table: sa.Table, contract: pa.DataFrameSchema) -> pd.DataFrame:
    """All rows of a table as a frame that keeps its contract, ordered by its key."""
    columns = [table.c[name] for name in contract.columns]
    rows = connection.execute(sa.select(*columns).order_by(*table.primary_key)).all()
    return contract.validate(pd.DataFrame(rows, columns=list(contract.columns)))


def append(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    if rows := records(frame):
        connection.execute(sa.insert(table), rows)


def forget(connection: sa.Connection, table: sa.Table, case_ids: Iterable[str]) -> None:
    """Remove the rows of some cases, a few hundred at a time (databases limit the number of parameters)."""
    ids = sorted(case_ids)
    for start in range(0, len(ids), CHUNK):
        connection.execute(sa.delete(table).where(table.c.case_id.in_(ids[start : start + CHUNK])))


def pack(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet."""
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def unpack(blob: bytes, contract: pa.DataFrameSchema | None = None) -> pd.DataFrame:
    frame = pd.read_parquet(BytesIO(blob))
    return contract.validate(frame) if contract is not None else frame
