"""Starting over: everything that followed from a made-up register is taken out of the database."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Engine

from planner.errors import Impossible
from planner.store import schema
from planner.store.audit import note
from planner.store.engine import writing
from planner.store.imports import made_up_in
from planner.store.jobs import OPEN
from planner.store.reseal import changeable

KEPT = (schema.accounts, schema.sign_ins, schema.attempts, schema.audit)
"""Who may come in, and who did what: that was no play."""


def start_over(engine: Engine, silence: timedelta, at: datetime, by: str) -> int:
    """Empty every table but those of KEPT, in one transaction; how many cases there were.

    Args:
        silence: a job that has not said that it lives for so long counts as dead.

    Raises:
        Impossible: the register is a real one, there is none, or a job is under way.
    """
    j = schema.jobs.c
    with writing(engine) as connection:
        if not made_up_in(connection):
            raise Impossible("not_made_up")
        if connection.scalar(sa.select(j.id).where(j.state.in_(OPEN), j.heartbeat > at - silence).limit(1)):
            raise Impossible("jobs_under_way")
        cases = connection.scalar(sa.select(sa.func.count()).select_from(schema.case_rows)) or 0
        for table in reversed(schema.metadata.sorted_tables):
            if table not in KEPT:
                with changeable(connection, table):
                    connection.execute(sa.delete(table))
        note(connection, at, by, "demo.removed", "register", str(cases))
    return cases
