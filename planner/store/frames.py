"""Frames into rows and back, by their contracts; what is personal is sealed on the way."""

import json
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import sqlalchemy as sa
from pandas.api.types import is_datetime64_any_dtype

from planner.store.schema import SEALED
from planner.store.vault import Vault

CHUNK = 500
WRITTEN_AT_ONCE = 20_000
READ_AT_ONCE = 500
"""Rows alive at once as Python objects: of thousands, the search for garbage costs more than the reading."""

Row = dict[str, Any]

DAY = "datetime64[ns]"
ARROW_TYPES = {
    "str": arrow.large_string(),
    "Int64": arrow.int64(),
    "float64": arrow.float64(),
    "bool": arrow.bool_(),
    DAY: arrow.date32(),
    "datetime64[us, UTC]": arrow.timestamp("us", "UTC"),
}
"""How the types of contracts (planner/model/tables.py) travel from rows to frames."""

PANDAS_TYPES = {arrow.large_string(): pd.StringDtype(na_value=np.nan), arrow.int64(): pd.Int64Dtype()}
"""Where Arrow's own way to pandas is another than the contracts'."""


def records(frame: pd.DataFrame) -> list[Row]:
    """Rows as plain Python values: NA as None, dates as ``date``."""
    plain = {str(name): _plain(column) for name, column in frame.items()}
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    missing = column.isna().tolist()
    return [None if gone else value for value, gone in zip(_python(column), missing, strict=True)]


def _python(column: pd.Series) -> list[Any]:
    """Dates as ``date``, moments as aware ``datetime``."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return [moment.to_pydatetime() for moment in column]
    dated = is_datetime64_any_dtype(column.dtype)
    return (column.dt.date if dated else column).tolist()


def read(
    connection: sa.Connection,
    table: sa.Table,
    contract: pa.DataFrameSchema,
    where: sa.ColumnElement[bool] | None = None,
    order: sa.ColumnElement[Any] | None = None,
) -> pd.DataFrame:
    """The rows of a table (all, or some) as a frame that keeps its contract, ordered by its key or ``order``.

    What was checked on its way in is not checked again: the types come from the contract, the values from the rows.
    """
    sealed: tuple[str, ...] = table.info[SEALED]
    names = [*(name for name in contract.columns if name not in sealed), *([SEALED] if sealed else [])]
    query = sa.select(*(table.c[name] for name in names))
    query = query.order_by(*(table.primary_key if order is None else [order]))
    result = connection.execute(query if where is None else query.where(where))
    columns: dict[str, list[Any]] = {name: [] for name in contract.columns}
    for rows in result.partitions(READ_AT_ONCE):
        part = dict(zip(names, zip(*rows, strict=True), strict=True))
        if sealed:
            part |= _unsealed(part, table, sealed, vault_of(connection))
        for name, column in columns.items():
            column.extend(part[name])
    return typed(columns, contract)


def typed(columns: Mapping[str, Sequence[Any]], contract: pa.DataFrameSchema) -> pd.DataFrame:
    """Plain Python values (as of :func:`records`) by column -> the frame that ``contract`` would make of them."""
    kinds = {name: str(column.dtype.type) for name, column in contract.columns.items()}
    table = arrow.table(dict(columns), schema=arrow.schema({name: ARROW_TYPES[kind] for name, kind in kinds.items()}))
    frame: pd.DataFrame = table.to_pandas(types_mapper=PANDAS_TYPES.get, date_as_object=False)
    return frame.astype({name: kind for name, kind in kinds.items() if kind == DAY})


def append(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame, numbered: int | None = None) -> None:
    """Add rows, a part at a time: rows as Python values take ten times the memory of a frame.

    ``numbered``: the ``number`` of the first row, where the table counts its rows.
    """
    sealed: tuple[str, ...] = table.info[SEALED]
    for start in range(0, len(frame), WRITTEN_AT_ONCE):
        rows = records(frame.iloc[start : start + WRITTEN_AT_ONCE])
        if sealed:
            _seal(rows, table, sealed, vault_of(connection))
        if numbered is not None:
            rows = [row | {"number": numbered + start + n} for n, row in enumerate(rows)]
        connection.execute(sa.insert(table), rows)


def append_numbered(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    """Add rows to a table that numbers them in the order of their coming."""
    last = connection.scalar(sa.select(sa.func.max(table.c.number))) or 0
    append(connection, table, frame, numbered=last + 1)


def read_numbered(
    connection: sa.Connection,
    table: sa.Table,
    contract: pa.DataFrameSchema,
    where: sa.ColumnElement[bool] | None = None,
) -> pd.DataFrame:
    """The rows in the order of their coming."""
    return read(connection, table, contract, where, order=table.c.number)


def vault_of(connection: sa.Connection) -> Vault:
    """The vault that came with the database when it was opened."""
    vault: Vault = connection.get_execution_options()["vault"]
    return vault


def about(table: sa.Table, *key: object) -> str:
    """What a sealed value belongs to."""
    return "/".join((table.name, *map(str, key)))


def _seal(rows: Sequence[Row], table: sa.Table, sealed: Sequence[str], vault: Vault) -> None:
    key = [column.name for column in table.primary_key]
    for row in rows:
        personal = [row.pop(name) for name in sealed]
        told = any(value is not None for value in personal)
        text = json.dumps(personal, ensure_ascii=False).encode()
        row[SEALED] = vault.seal(text, about(table, *(row[name] for name in key))) if told else None


def _unsealed(
    part: Mapping[str, Sequence[Any]], table: sa.Table, sealed: Sequence[str], vault: Vault
) -> dict[str, Sequence[Any]]:
    """The sealed columns of some rows, their texts read as one document: a tenth of the cost of one a row."""
    keys = zip(*(part[column.name] for column in table.primary_key), strict=True)
    told = (
        vault.unseal(shut, about(table, *key)) if shut is not None else b"null"
        for shut, key in zip(part[SEALED], keys, strict=True)
    )
    nothing = (None,) * len(sealed)
    personal = zip(*(row or nothing for row in json.loads(b"[%s]" % b",".join(told))), strict=True)
    return dict(zip(sealed, personal, strict=True))


def forget(connection: sa.Connection, table: sa.Table, case_ids: Iterable[str]) -> None:
    """Remove the rows of some cases, a few hundred at a time (databases limit the number of parameters)."""
    ids = sorted(case_ids)
    for start in range(0, len(ids), CHUNK):
        connection.execute(sa.delete(table).where(table.c.case_id.in_(ids[start : start + CHUNK])))


def fingerprints(frame: pd.DataFrame) -> "pd.Series[int]":
    """One number per case that changes when any of its rows does, whatever their order (sum of 64-bit row hashes)."""
    plain = frame.astype(dict.fromkeys(frame.select_dtypes("Int64"), "float64"))  # exact: all below 2**53
    hashes = pd.util.hash_pandas_object(plain, index=False)
    return hashes.groupby(frame["case_id"].to_numpy()).sum()


def pack(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet."""
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def unpack(blob: bytes, contract: pa.DataFrameSchema | None = None) -> pd.DataFrame:
    frame = pd.read_parquet(BytesIO(blob))
    return contract.validate(frame) if contract is not None else frame
