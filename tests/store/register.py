"""What one import brings, and saving it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.model.place import Placing
from planner.model.report import ImportReport, SheetUse
from planner.store import imports
from planner.store.register import ImportSaved, Incoming, save_import

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
APPEND_ONLY = (sa.exc.IntegrityError, sa.exc.ProgrammingError)
"""What SQLite and PostgreSQL raise where a row must not be changed."""


def unlock(connection: sa.Connection, table: str) -> None:
    """Take the triggers of an append-only table away."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
    else:
        for verb in ("update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER {table}_no_{verb}"))


SECRET = b"the secret of a deployment in tests"


@dataclass(frozen=True)
class Read:
    """CASE_TABLE, PARTY_TABLE and PLACED_TABLE of one import."""

    cases: pd.DataFrame
    parties: pd.DataFrame
    placed: pd.DataFrame

    def but(self, case_id: str, **fields: object) -> "Read":
        """The same with other values in one case."""
        cases = self.cases.copy()
        cases.loc[cases["case_id"] == case_id, list(fields)] = list(fields.values())
        return replace(self, cases=cases)

    def of(self, case_ids: list[str]) -> "Read":
        """Some of its cases only."""
        return Read(
            *(
                frame[frame["case_id"].isin(case_ids)].reset_index(drop=True)
                for frame in (self.cases, self.parties, self.placed)
            )
        )


def incoming(read: Read, digest: str, **more: Any) -> Incoming:
    rows = len(read.cases)
    sheet = SheetUse("登记表.xlsx", "案件", "cases", 1, rows + 1, rows, 1)
    report = ImportReport(digest, ("登记表.xlsx",), (sheet,), (), ())
    return Incoming(read.cases, read.parties, Placing(read.placed, None, 0.0, 0), report, **more)


def save(engine: Engine, read: Read, digest: str, at: datetime = AT, **more: Any) -> ImportSaved:
    after = imports.newest(engine)
    return save_import(engine, incoming(read, digest, **{"after": after} | more), at=at, by="示例")
