"""An empty database, and one with a small register in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.store.engine import open_engine
from tests.postgres import Cluster, cluster
from tests.store.register import SECRET, Read

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

CASE = {
    "case_type": "执", "filed_on": pd.Timestamp("2026-03-02"), "status": "open", "claimed_fen": 120_000_00,
    "livelihood": False, "group_case": False, "fisher": False, "found_by_sweep": False, "search_planned": False,
    "female_debtor": False, "scope": "field",
}  # fmt: skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'planner.db'}"
    running: Cluster = request.getfixturevalue("postgres")
    return running.fresh()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url, SECRET)
    yield opened
    opened.dispose()


@pytest.fixture
def read() -> Read:
    """Two cases, the first with two debtors."""
    ids = ["(2026)浙0225执1号", "(2026)浙0225执2号"]
    parties = [(ids[0], 1, "示例张三"), (ids[0], 2, "示例李四"), (ids[1], 1, "示例渔业公司")]
    cases = pd.DataFrame([CASE | {"case_id": case_id} for case_id in ids]).reindex(columns=list(CASE_TABLE.columns))
    people = pd.DataFrame(parties, columns=["case_id", "party_no", "name"]).assign(role="debtor", is_company=False)
    placed = people[["case_id", "party_no"]].assign(
        lead=people["party_no"] == 1, township_code="330225105", method="township", confidence=0.9
    )
    return Read(
        CASE_TABLE.validate(cases),
        PARTY_TABLE.validate(people.reindex(columns=list(PARTY_TABLE.columns))),
        PLACED_TABLE.validate(placed.reindex(columns=list(PLACED_TABLE.columns))),
    )
