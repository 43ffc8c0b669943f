"""Plans and scores: saved once, never changed."""

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Engine

from planner.errors import DeploymentError, RequestError
from planner.model.hotspot import CLUSTER_TABLE, HOTSPOT_TABLE, Hotspots
from planner.model.score_run import ScoreRun
from planner.model.sweep import SweepPlan
from planner.model.visit import OUT_OF_FIELD_TABLE, VISIT_TABLE
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import reading, writing
from planner.store.frames import pack, unpack
from planner.store.kept import Kept

PLAN = TypeAdapter(SweepPlan)
PLANS, SCORES = Kept(32), Kept(4)
"""Unpacked in memory: a county's plan takes about 1 MB, its score run 3 MB; a province's run 100 MB."""

FACTS = ("horizon_days", "k", "unplaced", "scorer", "params_digest", "seed")


def save_score(
    engine: Engine, hotspots: Hotspots, visits: pd.DataFrame, out_of_field: pd.DataFrame, at: datetime, by: str
) -> ScoreRun:
    """Save a score run and give it back with its id."""
    run = ScoreRun(uuid4().hex[:12], at, hotspots, visits, out_of_field)
    facts = {name: getattr(hotspots, name) for name in FACTS} | {"as_of": hotspots.as_of.isoformat()}
    with writing(engine) as connection:
        connection.execute(
            sa.insert(schema.scores).values(
                id=run.id,
                at=at,
                by=by,
                facts=json.dumps(facts, ensure_ascii=False),
                hotspots=pack(hotspots.table),
                clusters=pack(hotspots.clusters),
                points=pack(hotspots.points),
                visits=pack(visits),
                out=pack(out_of_field),
            )
        )
        note(connection, at, by, "score.made", run.id, "")
    return run


def latest_score(engine: Engine) -> ScoreRun | None:
    s = schema.scores.c
    return _one_score(engine, sa.select(s.id, s.at).order_by(s.at.desc()).limit(1))


def score_of_plan(engine: Engine, plan_id: str) -> ScoreRun:
    """The score run that a plan's areas were chosen from.

    Raises:
        RequestError: no such plan.
    """
    p, s = schema.plans.c, schema.scores.c
    run = _one_score(engine, sa.select(s.id, s.at).join(schema.plans, p.score_id == s.id).where(p.id == plan_id))
    if run is None:
        raise RequestError("unknown_plan", plan_id=plan_id)
    return run


def _one_score(engine: Engine, which: sa.Select[tuple[str, datetime]]) -> ScoreRun | None:
    with reading(engine) as connection:
        found = connection.execute(which).one_or_none()
    if found is None:
        return None
    return SCORES.get(engine, (found.id, found.at), lambda: _score(engine, found.id))


def _score(engine: Engine, score_id: str) -> ScoreRun:
    with reading(engine) as connection:
        row = connection.execute(sa.select(schema.scores).where(schema.scores.c.id == score_id)).one()
    facts = json.loads(row.facts)
    hotspots = Hotspots(
        table=unpack(row.hotspots, HOTSPOT_TABLE),
        clusters=unpack(row.clusters, CLUSTER_TABLE),
        points=unpack(row.points),
        as_of=pd.Timestamp(facts.pop("as_of")),
        **facts,
    )
    return ScoreRun(row.id, row.at, hotspots, unpack(row.visits, VISIT_TABLE), unpack(row.out, OUT_OF_FIELD_TABLE))


def save_plan(engine: Engine, plan: SweepPlan, visits: pd.DataFrame, score_id: str, at: datetime, by: str) -> None:
    """Save a plan with the visits (VISIT_TABLE) as they were valued for it."""
    document, packed = PLAN.dump_json(plan).decode(), pack(visits)
    PLAN.validate_json(document)  # it can never be mended later: what could not be read back (NaN) is not saved
    digest = _digest(document, packed)
    with writing(engine) as connection:
        connection.execute(
            sa.insert(schema.plans).values(
                id=plan.id,
                parent=plan.parent,
                score_id=score_id,
                at=at,
                by=by,
                week_start=plan.week_start,
                spread=plan.spread,
                stops=sum(len(route.stops) for route in plan.routes),
                prize=plan.prize,
                bound=plan.bound,
                document=document,
                visits=packed,
                digest=digest,
            )
        )
        note(connection, at, by, "plan.made", plan.id, f"{plan.spread} {digest}")


def load_plan(engine: Engine, plan_id: str) -> tuple[SweepPlan, pd.DataFrame]:
    """A plan and its visits (VISIT_TABLE).

    Raises:
        RequestError: no such plan. DeploymentError: somebody changed it behind the program's back.
    """
    p = schema.plans.c
    with reading(engine) as connection:
        digest = connection.scalar(sa.select(p.digest).where(p.id == plan_id))
    if digest is None:
        raise RequestError("unknown_plan", plan_id=plan_id)
    plan, visits = PLANS.get(engine, (plan_id, digest), lambda: _plan(engine, plan_id))
    return plan, visits.copy(deep=False)


def _plan(engine: Engine, plan_id: str) -> tuple[SweepPlan, pd.DataFrame]:
    p = schema.plans.c
    with reading(engine) as connection:
        row = connection.execute(sa.select(p.document, p.visits, p.digest).where(p.id == plan_id)).one()
    if _digest(row.document, row.visits) != row.digest:
        raise DeploymentError("plan_tampered", plan_id=plan_id)
    return PLAN.validate_json(row.document), unpack(row.visits, VISIT_TABLE)


def list_plans(engine: Engine) -> pd.DataFrame:
    """One row per plan, newest first: id, parent, week_start, spread, visits, prize, bound, made_at, made_by."""
    p = schema.plans.c
    listed = [p.id, p.parent, p.week_start, p.spread, p.stops, p.prize, p.bound, p.at, p.by]
    with reading(engine) as connection:
        rows = connection.execute(sa.select(*listed).order_by(p.at.desc())).all()
    columns = ["id", "parent", "week_start", "spread", "visits", "prize", "bound", "made_at", "made_by"]
    return pd.DataFrame(rows, columns=columns)


def family(engine: Engine, plan_id: str) -> list[str]:
    """The plans that come from the same first plan by replanning, this one among them, the oldest first."""
    p = schema.plans.c
    with reading(engine) as connection:
        parents = {row.id: row.parent for row in connection.execute(sa.select(p.id, p.parent).order_by(p.at))}

    def root(of: str) -> str:
        while parents.get(of):
            of = parents[of]
        return of

    first = root(plan_id)
    return [other for other in parents if root(other) == first]


def adopt(engine: Engine, plan_id: str, week_start: date, at: datetime, by: str) -> None:
    """From now on this plan is the one that squads drive in its week."""
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.adoptions).values(plan_id=plan_id, week_start=week_start, at=at, by=by))
        note(connection, at, by, "plan.adopted", plan_id, week_start.isoformat())


def undo_adoption(engine: Engine, plan_id: str, at: datetime, by: str) -> bool:
    """Take the last adoption of a week back, so that the one before it holds again, if there is one.

    Returns:
        False, and nothing is changed, where that plan is not the one adopted last for its week.
    """
    with writing(engine) as connection:
        weeks = {week: row for week, row in _standing(connection).items() if row.plan_id == plan_id}
        for week in weeks:
            undone = sa.insert(schema.adoptions).values(plan_id=plan_id, week_start=week, at=at, by=by, undone=True)
            connection.execute(undone)
            note(connection, at, by, "plan.adoption_undone", plan_id, week.isoformat())
        return bool(weeks)


def adopted(engine: Engine) -> pd.DataFrame:
    """One row per week: week_start, plan_id, at, by: the plan that was adopted last for it and not taken back."""
    with reading(engine) as connection:
        rows = [(row.week_start, row.plan_id, row.at, row.by) for row in _standing(connection).values()]
    return pd.DataFrame(rows, columns=["week_start", "plan_id", "at", "by"])


def _standing(connection: sa.Connection) -> dict[date, sa.Row[Any]]:
    """Week -> the row that holds, in the order in which they were written."""
    a = schema.adoptions.c
    stacks: dict[date, list[sa.Row[Any]]] = {}
    rows: sa.CursorResult[Any] = connection.execute(sa.select(schema.adoptions).order_by(a.id))
    for row in rows:
        stack = stacks.setdefault(row.week_start, [])
        if not row.undone:
            stack.append(row)
        elif stack:
            stack.pop()
    held = {week: stack[-1] for week, stack in stacks.items() if stack}
    return dict(sorted(held.items(), key=lambda item: int(item[1].id)))


def _digest(document: str, visits: bytes) -> str:
    return hashlib.sha256(document.encode() + visits).hexdigest()
