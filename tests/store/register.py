"""What one import brings, and saving it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import Engine

from planner.model.report import ImportReport, SheetUse
from planner.store.register import ImportSaved, save_import

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


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


def save(engine: Engine, read: Read, digest: str, at: datetime = AT) -> ImportSaved:
    rows = len(read.cases)
    sheet = SheetUse("登记表.xlsx", "案件", "cases", 1, rows + 1, rows, 1)
    report = ImportReport(digest, ("登记表.xlsx",), (sheet,), (), ())
    return save_import(engine, read.cases, read.parties, read.placed, report, at=at, by="示例")
