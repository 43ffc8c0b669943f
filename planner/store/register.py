"""What is known of cases: the latest state, and every state before it."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.region import ALIAS_TABLE
from planner.model.report import ImportReport
from planner.store import frames, schema
from planner.store.audit import note

DECISION_COLUMNS = ["case_id", "party_no", "township_code", "village_code"]


@dataclass(frozen=True)
class ImportSaved:
    """``changed`` is False where these very files had been imported before."""

    id: str
    changed: bool
    new_cases: int
    updated_cases: int


def save_import(
    engine: Engine,
    cases: pd.DataFrame,
    parties: pd.DataFrame,
    placed: pd.DataFrame,
    report: ImportReport,
    at: datetime,
    by: str,
) -> ImportSaved:
    """Save one import in one transaction: new cases are added, changed ones keep their old state as history."""
    with engine.begin() as connection:
        known = connection.scalar(sa.select(schema.imports.c.id).where(schema.imports.c.digest == report.digest))
        if known is not None:
            return ImportSaved(known, changed=False, new_cases=0, updated_cases=0)
        import_id = uuid4().hex[:12]
        connection.execute(
            sa.insert(schema.imports).values(
                id=import_id, digest=report.digest, at=at, by=by, report=json.dumps(asdict(report), ensure_ascii=False)
            )
        )
        updated = _keep_history(connection, cases, import_id)
        existing = set(connection.scalars(sa.select(schema.case_rows.c.case_id)))
        for table, frame in (
            (schema.case_rows, cases),
            (schema.party_rows, parties),
            (schema.placed_rows, placed),
        ):
            frames.forget(connection, table, cases["case_id"])
            frames.append(connection, table, frame)
        note(connection, at, by, "register.imported", import_id, f"{len(cases)}")
    return ImportSaved(import_id, True, len(set(cases["case_id"]) - existing), updated)


def _keep_history(connection: sa.Connection, cases: pd.DataFrame, import_id: str) -> int:
    """Write down the state of each case that this import changes."""
    before = frames.read(connection, schema.case_rows, CASE_TABLE)
    old = {row["case_id"]: row for row in frames.records(before[before["case_id"].isin(cases["case_id"])])}
    changed = [old[row["case_id"]] for row in frames.records(cases) if old.get(row["case_id"], row) != row]
    if changed:
        connection.execute(
            sa.insert(schema.case_history),
            [
                {
                    "case_id": row["case_id"],
                    "import_id": import_id,
                    "before": json.dumps(row, default=str, ensure_ascii=False),
                }
                for row in changed
            ],
        )
    return len(changed)


def cases(engine: Engine) -> pd.DataFrame:
    """CASE_TABLE, the latest state."""
    with engine.connect() as connection:
        return frames.read(connection, schema.case_rows, CASE_TABLE)


def parties(engine: Engine) -> pd.DataFrame:
    """PARTY_TABLE. Personal data."""
    with engine.connect() as connection:
        return frames.read(connection, schema.party_rows, PARTY_TABLE)


def placed(engine: Engine) -> pd.DataFrame:
    """PLACED_TABLE."""
    with engine.connect() as connection:
        return frames.read(connection, schema.placed_rows, PLACED_TABLE)


def latest_import(engine: Engine) -> tuple[datetime, dict[str, object]] | None:
    """When the newest import was made, and its report as plain data."""
    newest = sa.select(schema.imports.c.at, schema.imports.c.report).order_by(schema.imports.c.at.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(newest).one_or_none()
    return (row.at, json.loads(row.report)) if row else None


def decisions(engine: Engine) -> pd.DataFrame:
    """What people decided about places: one row per debtor, the latest decision."""
    d = schema.decisions.c
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*(d[name] for name in DECISION_COLUMNS)).order_by(d.id)).all()
    frame = pd.DataFrame(rows, columns=DECISION_COLUMNS).astype(
        {"case_id": "str", "party_no": "Int64", "township_code": "str", "village_code": "str"}
    )
    return frame.drop_duplicates(["case_id", "party_no"], keep="last", ignore_index=True)


def aliases(engine: Engine) -> pd.DataFrame:
    """ALIAS_TABLE: what decisions have taught the gazetteer."""
    a = schema.learnt_aliases.c
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*(a[name] for name in ALIAS_TABLE.columns)).order_by(a.id)).all()
    frame = pd.DataFrame(rows, columns=list(ALIAS_TABLE.columns))
    return ALIAS_TABLE.validate(frame.drop_duplicates(ALIAS_TABLE.unique, ignore_index=True))


def save_decision(
    engine: Engine, decision: dict[str, object], alias: str | None, placed: pd.DataFrame, at: datetime, by: str
) -> None:
    """Save a person's decision (DECISION_COLUMNS), what it teaches, and the case's new placing."""
    with engine.begin() as connection:
        connection.execute(sa.insert(schema.decisions).values(**decision, at=at, by=by))
        if alias and decision["township_code"]:
            connection.execute(
                sa.insert(schema.learnt_aliases).values(
                    alias=alias,
                    township_code=decision["township_code"],
                    village_code=decision["village_code"],
                    note=f"{by} {at:%Y-%m-%d}",
                )
            )
        frames.forget(connection, schema.placed_rows, set(placed["case_id"]))
        frames.append(connection, schema.placed_rows, placed)
        note(connection, at, by, "placing.decided", str(decision["case_id"]), "")
