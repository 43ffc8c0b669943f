"""Work over the counties of a province: one row a run, one row a county of it, changed as counties come back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from planner.errors import RequestError
from planner.model.province import PROVINCE_TOWNSHIP_TABLE, Part, ProvinceRun
from planner.model.tables import empty
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing
from planner.store.frames import about, pack, unpack, vault_of

R, P = schema.province_runs, schema.province_parts


def begin(
    engine: Engine,
    kind: str,
    request: str,
    counties: Iterable[str] | Mapping[str, str],
    at: datetime,
    by: str,
    strays: bytes = b"",
    run_id: str | None = None,
) -> str:
    """Write down what is to be done in which counties (perhaps with digests of what each is given); the run's id.

    ``strays``: a zip of the rows that belong to no county.
    """
    run_id = run_id or uuid4().hex[:12]
    digests = counties if isinstance(counties, Mapping) else dict.fromkeys(counties)
    nothing = {"state": "waiting", "attempts": 0, "kept": False, "outcome": "{}"}
    waiting = [{"run_id": run_id, "county_code": code, "digest": digest, **nothing} for code, digest in digests.items()]
    with writing(engine) as connection:
        shut = vault_of(connection).seal(strays, about(R, run_id)) if strays else None
        values = {"id": run_id, "kind": kind, "request": request, "at": at, "by": by, schema.SEALED: shut}
        connection.execute(sa.insert(R).values(values))
        connection.execute(sa.insert(P), waiting)
        note(connection, at, by, f"province.{kind}", run_id, f"{len(waiting)}")
    return run_id


def load(engine: Engine, run_id: str) -> ProvinceRun:
    """Raises RequestError: no such run."""
    with reading(engine) as connection:
        found = _runs(connection, R.c.id == run_id)
    if not found:
        raise RequestError("unknown_province_run", run_id=run_id)
    return found[0]


def listed(engine: Engine, kind: str | None = None, most: int = 20) -> list[ProvinceRun]:
    """The newest runs, of one kind or of all, the newest first."""
    with reading(engine) as connection:
        newest = sa.select(R.c.id).order_by(R.c.at.desc(), R.c.id).limit(most)
        ids = list(connection.scalars(newest.where(R.c.kind == kind) if kind else newest))
        return _runs(connection, R.c.id.in_(ids))


def newest_parts(engine: Engine, kind: str | None = None, done: bool = True) -> dict[str, tuple[str, Part]]:
    """county code -> kind and part: of one kind or of any, the newest that was done, or the newest at all."""
    query = sa.select(R.c.kind, P).join(R, R.c.id == P.c.run_id).order_by(R.c.at, R.c.id)
    query = query.where(R.c.kind == kind) if kind else query
    query = query.where(P.c.state == "done") if done else query
    with reading(engine) as connection:
        return {row.county_code: (row.kind, _part(row)) for row in connection.execute(query)}


def stamp(engine: Engine) -> str:
    """Changes with every run that begins and every part that comes back."""
    with reading(engine) as connection:
        runs = connection.execute(sa.select(sa.func.count(), sa.func.max(R.c.at)).select_from(R)).one()
        attempts = sa.select(sa.func.sum(P.c.attempts), sa.func.max(P.c.at))
        return " ".join(map(str, (*runs, *connection.execute(attempts).one())))


def _runs(connection: Connection, where: sa.ColumnElement[bool]) -> list[ProvinceRun]:
    runs = connection.execute(sa.select(R).where(where).order_by(R.c.at.desc(), R.c.id)).all()
    parts: dict[str, list[Part]] = {run.id: [] for run in runs}
    wanted = sa.select(P).where(P.c.run_id.in_(parts)).order_by(P.c.run_id, P.c.county_code)
    for row in connection.execute(wanted):
        parts[row.run_id].append(_part(row))
    return [ProvinceRun(run.id, run.kind, run.request, run.at, run.by, tuple(parts[run.id])) for run in runs]


def _part(row: Any) -> Part:
    return Part(
        county_code=row.county_code,
        state=row.state,
        attempts=row.attempts,
        digest=row.digest,
        result=row.result,
        kept=row.kept,
        outcome=json.loads(row.outcome),
        error_key=row.error_key,
        error_params=json.loads(row.error_params or "{}"),
        at=row.at,
    )


def save_part(engine: Engine, run_id: str, part: Part, townships: bytes | None = None) -> None:
    """What came back of one county. ``townships``: as :func:`packed` gives it."""
    values = {
        "state": part.state,
        "attempts": part.attempts,
        "digest": part.digest,
        "result": part.result,
        "kept": part.kept,
        "outcome": json.dumps(part.outcome, ensure_ascii=False),
        "townships": townships,
        "error_key": part.error_key,
        "error_params": json.dumps(part.error_params, default=str, ensure_ascii=False),
        "at": part.at,
    }
    with writing(engine) as connection:
        one = (P.c.run_id == run_id) & (P.c.county_code == part.county_code)
        connection.execute(sa.update(P).where(one).values(values))


def done_before(engine: Engine, kind: str) -> dict[str, str]:
    """county code -> digest of the newest part of a kind that was done."""
    query = sa.select(P.c.county_code, P.c.digest).join(R, R.c.id == P.c.run_id)
    with reading(engine) as connection:
        rows = connection.execute(query.where((R.c.kind == kind) & (P.c.state == "done")).order_by(P.c.at)).all()
    return {row.county_code: row.digest for row in rows}


def earlier(engine: Engine, county_code: str, digest: str) -> tuple[Part, bytes | None]:
    """The newest part of a county that was done from the same things, and its townships.

    Raises:
        RequestError: there is none.
    """
    same = (P.c.county_code == county_code) & (P.c.digest == digest) & (P.c.state == "done")
    with reading(engine) as connection:
        row = connection.execute(sa.select(P).where(same).order_by(P.c.at.desc()).limit(1)).one_or_none()
    if row is None:
        raise RequestError("unknown_province_run", run_id=f"{county_code} {digest}")
    return _part(row), row.townships


def packed(townships: pd.DataFrame) -> bytes:
    """PROVINCE_TOWNSHIP_TABLE as bytes."""
    return pack(PROVINCE_TOWNSHIP_TABLE.validate(townships))


def townships(engine: Engine, kinds: Sequence[str], run_id: str | None = None) -> pd.DataFrame:
    """PROVINCE_TOWNSHIP_TABLE of one run, or of each county the newest of some kinds, in the order of the codes."""
    query = sa.select(P.c.county_code, P.c.townships).join(R, R.c.id == P.c.run_id).order_by(P.c.at)
    told = (P.c.state == "done") & P.c.townships.is_not(None) & R.c.kind.in_(kinds)
    with reading(engine) as connection:
        rows = connection.execute(query.where(told & (P.c.run_id == run_id) if run_id else told)).all()
    newest = {row.county_code: row.townships for row in rows}
    if not newest:
        return empty(PROVINCE_TOWNSHIP_TABLE)
    frames = [unpack(newest[code]) for code in sorted(newest)]
    return PROVINCE_TOWNSHIP_TABLE.validate(pd.concat(frames, ignore_index=True))


def strays(engine: Engine, run_id: str) -> bytes:
    """Rows of an import that belong to no county, as a zip; empty where there are none. Personal data."""
    with reading(engine) as connection:
        shut = connection.scalar(sa.select(R.c[schema.SEALED]).where(R.c.id == run_id))
        return vault_of(connection).unseal(shut, about(R, run_id)) if shut else b""


def stands(engine: Engine) -> tuple[str, bool]:
    """Of a county's database: what it holds of cases and of people's words, as one text that changes with them; and
    whether any of these words may run out."""
    newest = {
        "import": schema.imports.c.at, "decision": schema.decisions.c.id, "alias": schema.learnt_aliases.c.id,
        "outcome": schema.outcomes.c.number, "clue": schema.clues.c.number, "word": schema.clue_words.c.number,
        "action": schema.case_actions.c.number, "loans": schema.county_loans.c.id,
    }  # fmt: skip
    with reading(engine) as connection:
        found = {name: connection.scalar(sa.select(sa.func.max(column))) for name, column in newest.items()}
    return repr(found), any(found[name] is not None for name in ("clue", "action"))
