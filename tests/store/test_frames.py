"""Reading is lean: no contract is asked again, and yet every frame is what the contract would have made of it."""

import pandas as pd
import pandera.pandas as pa
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import DeploymentError
from planner.model.case import PARTY_TABLE
from planner.model.tables import empty
from planner.store.engine import connect, reading, writing
from planner.store.frames import append, read
from planner.store.schema import kept
from tests.contracts.tables import CONTRACTS, frames
from tests.store.register import SECRET

EACH = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
FEW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def personal(contract: pa.DataFrameSchema) -> tuple[str, ...]:
    """The columns that a sealed table of this contract would seal: its texts outside the key."""
    texts = [name for name, column in contract.columns.items() if str(column.dtype.type) == "str"]
    return tuple(name for name in texts if name not in (contract.unique or []))


def kept_and_read(frame: pd.DataFrame, contract: pa.DataFrameSchema, sealed: tuple[str, ...]) -> pd.DataFrame:
    engine = connect("sqlite://", SECRET)
    table = kept("table", contract, sealed=sealed, within=sa.MetaData())
    with writing(engine) as connection:
        table.create(connection)
        append(connection, table, frame)
    with reading(engine) as connection:
        found = read(connection, table, contract)
    engine.dispose()
    return found


@EACH
@FEW
@given(st.data())
def test_a_read_is_what_the_contract_makes_of_it(contract: pa.DataFrameSchema, data: st.DataObject) -> None:
    frame = data.draw(frames(contract))
    key = list(contract.unique or [])
    wanted = contract.validate(frame.sort_values(key, na_position="first", ignore_index=True))
    for sealed in ((), personal(contract)):
        found = kept_and_read(frame, contract, sealed)
        pd.testing.assert_frame_equal(found, wanted, check_column_type="exact", check_index_type="exact")
        pd.testing.assert_frame_equal(contract.validate(found), found)


@EACH
def test_nothing_read_is_the_empty_table(contract: pa.DataFrameSchema) -> None:
    for sealed in ((), personal(contract)):
        pd.testing.assert_frame_equal(kept_and_read(empty(contract), contract, sealed), empty(contract))


def test_more_rows_than_are_read_at_once_come_in_order() -> None:
    row = empty(PARTY_TABLE).reindex(range(1201))
    cases = [f"(2026)浙0225执{n:05d}号" for n in range(1201)]
    told = [None if n % 3 else f"示例人{n}" for n in range(1201)]
    frame = row.assign(case_id=cases, party_no=1, role="debtor", name="示例", is_company=False, phone=told)
    frame = PARTY_TABLE.validate(frame)
    pd.testing.assert_frame_equal(kept_and_read(frame, PARTY_TABLE, ("name", "phone")), frame)


def test_row_put_under_another_key_does_not_open() -> None:
    engine = connect("sqlite://", SECRET)
    table = kept("table", PARTY_TABLE, sealed=("name",), within=sa.MetaData())
    frame = empty(PARTY_TABLE).reindex(range(2))
    frame = frame.assign(case_id=["a", "b"], party_no=1, role="debtor", name=["示例甲", "示例乙"], is_company=False)
    with writing(engine) as connection:
        table.create(connection)
        append(connection, table, PARTY_TABLE.validate(frame))
        of_a = connection.scalar(sa.select(table.c.sealed).where(table.c.case_id == "a"))
        connection.execute(sa.update(table).where(table.c.case_id == "b").values(sealed=of_a))
    with reading(engine) as connection, pytest.raises(DeploymentError):
        read(connection, table, PARTY_TABLE)
    engine.dispose()
