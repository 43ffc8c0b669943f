"""What is known of cases: the latest state, and every state before it."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.model.case import CASE_TABLE, PARTY_TABLE
from planner.model.place import PLACED_TABLE
from planner.model.region import ALIAS_TABLE
from planner.model.report import ImportReport
from planner.store import frames, schema
from planner.store.audit import note
from planner.store.engine import reading, writing

Row = dict[str, Any]
State = tuple[Row, list[Row]]
"""A case and its parties."""

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
    """Save one import in one transaction: new cases are added, changed ones keep their old state as history.

    Parties and placings are replaced for the cases whose parties this import brings; a register that names none
    for a case leaves those known.
    """
    with writing(engine) as connection:
        known = connection.scalar(sa.select(schema.imports.c.id).where(schema.imports.c.digest == report.digest))
        if known is not None:
            return ImportSaved(known, changed=False, new_cases=0, updated_cases=0)
        import_id = uuid4().hex[:12]
        connection.execute(
            sa.insert(schema.imports).values(
                id=import_id, digest=report.digest, at=at, by=by, report=json.dumps(asdict(report), ensure_ascii=False)
            )
        )
        before = _states(connection)
        changes = _changes(before, cases, parties)
        _keep_history(connection, import_id, changes)
        for table, frame, case_ids in (
            (schema.case_rows, cases, cases["case_id"]),
            (schema.party_rows, parties, parties["case_id"]),
            (schema.placed_rows, placed, parties["case_id"]),
        ):
            frames.forget(connection, table, set(case_ids))
            frames.append(connection, table, frame)
        note(connection, at, by, "register.imported", import_id, f"{report.digest} {len(cases)}")
    return ImportSaved(import_id, True, len(set(cases["case_id"]) - before.keys()), len(changes))


def _states(connection: Connection) -> dict[str, State]:
    """The case and the parties that are known, by case."""
    known = frames.records(frames.read(connection, schema.case_rows, CASE_TABLE))
    parties = _by_case(frames.read(connection, schema.party_rows, PARTY_TABLE))
    return {row["case_id"]: (row, parties.get(row["case_id"], [])) for row in known}


def _by_case(parties: pd.DataFrame) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in frames.records(parties):
        grouped.setdefault(row["case_id"], []).append(row)
    return grouped


def _changes(before: dict[str, State], cases: pd.DataFrame, parties: pd.DataFrame) -> dict[str, Row]:
    """What an import changes: the old values of a case's fields, and its old parties where any differs."""
    after = _by_case(parties)
    changes = {}
    for row in frames.records(cases):
        case_id = row["case_id"]
        old, old_parties = before.get(case_id, (row, after.get(case_id, [])))
        change: Row = {field: value for field, value in old.items() if value != row[field]}
        if case_id in after and sorted(after[case_id], key=_number) != sorted(old_parties, key=_number):
            change["parties"] = old_parties
        if change:
            changes[case_id] = change
    return changes


def _number(party: Row) -> int:
    return int(party["party_no"])


def _keep_history(connection: Connection, import_id: str, changes: dict[str, Row]) -> None:
    rows = [
        {"case_id": case_id, "import_id": import_id, "before": json.dumps(change, default=str, ensure_ascii=False)}
        for case_id, change in changes.items()
    ]
    if rows:
        connection.execute(sa.insert(schema.case_history), rows)


def history(engine: Engine, case_id: str) -> list[tuple[datetime, Row]]:
    """Earlier states of a case, newest first: when an import changed it, and what it said before that.

    A state holds the fields that changed (names of CASE_TABLE), and ``parties`` (rows of PARTY_TABLE) where
    one of them changed. Personal data.
    """
    h, i = schema.case_history, schema.imports.c
    query = sa.select(i.at, h.c.before).join(schema.imports, i.id == h.c.import_id).where(h.c.case_id == case_id)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(h.c.id.desc())).all()
    return [(row.at, json.loads(row.before)) for row in rows]


def cases(engine: Engine) -> pd.DataFrame:
    """CASE_TABLE, the latest state."""
    with reading(engine) as connection:
        return frames.read(connection, schema.case_rows, CASE_TABLE)


def parties(engine: Engine) -> pd.DataFrame:
    """PARTY_TABLE. Personal data."""
    with reading(engine) as connection:
        return frames.read(connection, schema.party_rows, PARTY_TABLE)


def placed(engine: Engine) -> pd.DataFrame:
    """PLACED_TABLE."""
    with reading(engine) as connection:
        return frames.read(connection, schema.placed_rows, PLACED_TABLE)


def latest_import(engine: Engine) -> tuple[datetime, dict[str, object]] | None:
    """When the newest import was made, and its report as plain data."""
    newest = sa.select(schema.imports.c.at, schema.imports.c.report).order_by(schema.imports.c.at.desc()).limit(1)
    with reading(engine) as connection:
        row = connection.execute(newest).one_or_none()
    return (row.at, json.loads(row.report)) if row else None


def decisions(engine: Engine) -> pd.DataFrame:
    """What people decided about places: one row per debtor, the latest decision."""
    d = schema.decisions.c
    with reading(engine) as connection:
        rows = connection.execute(sa.select(*(d[name] for name in DECISION_COLUMNS)).order_by(d.id)).all()
    frame = pd.DataFrame(rows, columns=DECISION_COLUMNS).astype(
        {"case_id": "str", "party_no": "Int64", "township_code": "str", "village_code": "str"}
    )
    return frame.drop_duplicates(["case_id", "party_no"], keep="last", ignore_index=True)


def aliases(engine: Engine) -> pd.DataFrame:
    """ALIAS_TABLE: what decisions have taught the gazetteer."""
    a = schema.learnt_aliases.c
    with reading(engine) as connection:
        rows = connection.execute(sa.select(*(a[name] for name in ALIAS_TABLE.columns)).order_by(a.id)).all()
    frame = pd.DataFrame(rows, columns=list(ALIAS_TABLE.columns))
    return ALIAS_TABLE.validate(frame.drop_duplicates(ALIAS_TABLE.unique, ignore_index=True))


def save_decision(
    engine: Engine, decision: dict[str, object], alias: str | None, placed: pd.DataFrame, at: datetime, by: str
) -> None:
    """Save a person's decision (DECISION_COLUMNS), what it teaches, and the case's new placing."""
    with writing(engine) as connection:
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
