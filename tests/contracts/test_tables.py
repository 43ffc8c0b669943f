"""What every table contract promises."""

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.model.tables import empty
from planner.store.frames import pack, records, unpack
from tests.contracts.tables import CONTRACTS, frames

EACH = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
REFUSED = (pa.errors.SchemaError, pa.errors.SchemaErrors)


def test_the_borders_are_all_here() -> None:
    assert {"CASE_TABLE", "PARTY_TABLE", "PLACED_TABLE", "HOTSPOT_TABLE", "VISIT_TABLE"} <= CONTRACTS.keys()


@EACH
@FEW
@given(st.data())
def test_types_do_not_depend_on_the_values(contract: pa.DataFrameSchema, data: st.DataObject) -> None:
    pd.testing.assert_series_equal(data.draw(frames(contract)).dtypes, empty(contract).dtypes)


@EACH
def test_column_too_many_or_too_few_is_refused(contract: pa.DataFrameSchema) -> None:
    frame = empty(contract)
    for other in (frame.assign(extra="x"), frame.iloc[:, :-1], frame.iloc[:, ::-1]):
        with pytest.raises(REFUSED):
            contract.validate(other)


@EACH
@FEW
@given(st.data())
def test_same_key_twice_is_refused(contract: pa.DataFrameSchema, data: st.DataObject) -> None:
    frame = data.draw(frames(contract, least=1))
    assert contract.unique
    with pytest.raises(REFUSED):
        contract.validate(pd.concat([frame, frame.head(1)], ignore_index=True))


@EACH
@FEW
@given(st.data())
def test_parquet_gives_back_the_same_table(contract: pa.DataFrameSchema, data: st.DataObject) -> None:
    frame = data.draw(frames(contract))
    pd.testing.assert_frame_equal(unpack(pack(frame), contract), frame)


@EACH
@FEW
@given(st.data())
def test_records_are_plain_values_of_the_same_table(contract: pa.DataFrameSchema, data: st.DataObject) -> None:
    frame = data.draw(frames(contract))
    rows = records(frame)
    pd.testing.assert_frame_equal(contract.validate(pd.DataFrame(rows, columns=list(frame))), frame)
    assert {type(value).__name__ for row in rows for value in row.values()} <= {
        "str", "int", "float", "bool", "date", "datetime", "NoneType",
    }  # fmt: skip
