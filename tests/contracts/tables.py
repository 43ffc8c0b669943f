"""Random frames that keep a table contract, and all contracts of the model."""

from datetime import UTC, date, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pandas as pd
import pandera.pandas as pa
from hypothesis import strategies as st

from planner import model

CONTRACTS: dict[str, pa.DataFrameSchema] = {
    name: value
    for module in iter_modules(model.__path__)
    for name, value in vars(import_module(f"planner.model.{module.name}")).items()
    if isinstance(value, pa.DataFrameSchema)
}

TEXT = st.text("象山县大徐镇（）(),;\"'\n 0123456789abcXÄ😀", max_size=12)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "datetime64[ns]": st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(pd.Timestamp),
    "datetime64[us, UTC]": st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
}


def cells(column: pa.Column) -> st.SearchStrategy[Any]:
    """Values that one column of a contract allows."""
    said = {name: value for check in column.checks for name, value in check.statistics.items()}
    if "allowed_values" in said:
        values: st.SearchStrategy[Any] = st.sampled_from(sorted(said["allowed_values"]))
    elif str(column.dtype) == "Int64":
        values = st.integers(said.get("min_value", -(2**53)), 2**53)
    elif str(column.dtype) == "float64":
        values = st.floats(said.get("min_value"), said.get("max_value"), allow_nan=False, allow_infinity=False)
    else:
        values = KINDS.get(str(column.dtype), TEXT)
    return st.none() | values if column.nullable else values


@st.composite
def frames(
    draw: st.DrawFn, contract: pa.DataFrameSchema, least: int = 0, most: int = 6, **fixed: st.SearchStrategy[Any]
) -> pd.DataFrame:
    """A frame of ``least`` to ``most`` rows that keeps ``contract``; ``fixed`` narrows the values of some columns."""
    columns = {name: fixed.get(name, cells(column)) for name, column in contract.columns.items()}
    keys = list(contract.unique or [])
    unique = (lambda row: tuple(row[key] for key in keys)) if keys else None
    rows = draw(st.lists(st.fixed_dictionaries(columns), min_size=least, max_size=most, unique_by=unique))
    return contract.validate(pd.DataFrame(rows, columns=list(columns)))
