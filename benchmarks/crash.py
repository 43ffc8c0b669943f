"""Pulling the plug: a process that imports, plans, records or replans is killed (kill -9) at a random moment.

    python -m benchmarks.crash [--times 200] [--seed 0] [--databases sqlite postgresql] [--json]

Each child does one kind of work again and again and says what was acknowledged; some moment later it is killed. Of
PostgreSQL every tenth time the whole server is killed too, and started again. Then: does the database say of itself
that it is whole (integrity check, foreign keys), is the audit chain whole, is all that was acknowledged there, and
is nothing there by half (a plan without its score, an import without its rows)?
"""

import argparse
import io
import json
import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from datetime import time as day_time
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from planner.bootstrap import open_context, restore
from planner.model.units import BEIJING
from planner.settings import read_settings
from planner.store import audit, imports, outcomes, plans
from planner.store.engine import reading
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.keep import make_backup
from planner.usecases.plan import plan
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.replan import ReplanRequest, replan
from planner.usecases.sweep import PlanRequest
from tests.postgres import cluster

WORK = ("import", "plan", "record", "replan")
LONGEST = {"import": 3.0, "plan": 6.0, "record": 1.0, "replan": 6.0}
"""Seconds after its first word within which a child is killed."""

DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=32MB")
REGION = "data/regions/330225"
HEADERS = ("案号", "立案日期", "申请执行标的", "被执行人", "户籍地")


@dataclass(frozen=True)
class Row:
    database: str
    work: str
    killed: int
    acknowledged: int
    lost: int
    broken: int
    half: int


def register_file(rng: random.Random, cases: int) -> bytes:
    rows = [
        (f"(2026)浙0225执{n}号", "2026-01-02", rng.randrange(1_000, 900_000), f"示例{n}", "石浦镇示例路1号")
        for n in range(1, cases + 1)
    ]
    buffer = io.BytesIO()
    pd.DataFrame(rows, columns=list(HEADERS)).to_csv(buffer, index=False)
    return buffer.getvalue()


def work_on(environment: dict[str, str], work: str, seed: int, said: Connection) -> None:
    """In the child: do it again and again, and say what was acknowledged."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    with open_context(read_settings(environment)) as ctx:
        first = plans.list_plans(ctx.engine)["id"].iloc[-1]
        made, _ = plans.load_plan(ctx.engine, first)
        route = max(made.routes, key=lambda route: len(route.stops))
        evening = replace(ctx, clock=lambda: datetime.combine(route.day, day_time(20), BEIJING))

        def recorded() -> str:
            name = f"o{seed}-{rng.getrandbits(40):x}"
            told = OutcomeTold(name, rng.choice(route.stops).visit_id, ("not_found",), f"{route.day}T10:20")
            record_outcomes(evening, made.id, route.squad_id, route.day, [told], "page")
            return name

        does: dict[str, Callable[[], str]] = {
            "import": lambda: import_register(ctx, [("台账.csv", register_file(rng, 300))]).id,
            "plan": lambda: plan(ctx, PlanRequest(seconds=1.0, seed=rng.getrandbits(20))).id,
            "record": recorded,
            "replan": lambda: replan(ctx, ReplanRequest(made.id, made.days[1], 620, seconds=1.0)).id,
        }
        said.send("")
        while True:
            said.send(does[work]())


def known(ctx: Context, work: str) -> set[str]:
    if work == "record":
        return set(outcomes.outcomes(ctx.engine)["outcome_id"])
    if work == "import":
        with reading(ctx.engine) as connection:
            return set(connection.scalars(sa.text("SELECT id FROM register_import")))
    return set(plans.list_plans(ctx.engine)["id"])


def whole(ctx: Context) -> bool:
    """The database's own checks, and the audit chain."""
    with reading(ctx.engine) as connection:
        if ctx.engine.dialect.name == "sqlite":
            if connection.scalar(sa.text("PRAGMA integrity_check")) != "ok":
                return False
            if connection.execute(sa.text("PRAGMA foreign_key_check")).all():
                return False
    return audit.first_broken(ctx.engine) is None


def halves(ctx: Context) -> int:
    """What stands by half: plans that do not load, an import whose account is not that of the cases."""
    for plan_id in plans.list_plans(ctx.engine)["id"]:
        plans.load_plan(ctx.engine, plan_id)
        plans.score_of_plan(ctx.engine, plan_id)
    orphans = (
        "SELECT count(*) FROM party_row WHERE case_id NOT IN (SELECT case_id FROM case_row)",
        "SELECT count(*) FROM placed_row p WHERE NOT EXISTS (SELECT 1 FROM party_row q WHERE q.case_id = p.case_id "
        "AND q.party_no = p.party_no)",
    )
    with reading(ctx.engine) as connection:
        found = sum(connection.scalar(sa.text(query)) or 0 for query in orphans)
    return found + (imports.load(ctx.engine) is None)


@contextmanager
def database(kind: str, kept: Path, folder: Path, key: Path) -> Iterator[tuple[dict[str, str], Callable[[], None]]]:
    """A restored installation on a kind of database; and how to kill and restart its server."""
    environment = {"PLANNER_DATA_DIR": str(folder), "PLANNER_REGION": REGION, "PLANNER_KEY_FILE": str(key)}
    if kind == "sqlite":
        with kept.open("rb") as file:
            restore(read_settings(environment), file)
        yield environment, lambda: None
        return
    with cluster(DURABLE) as running:
        environment["PLANNER_DATABASE_URL"] = running.fresh()
        with kept.open("rb") as file:
            restore(read_settings(environment), file)

        def again() -> None:
            running.stop("immediate")
            running.start()

        yield environment, again


def run(kind: str, kept: Path, folder: Path, key: Path, times: int, seed: int) -> Iterator[Row]:
    rng, forked = random.Random(seed), multiprocessing.get_context("fork")  # noqa: S311 - no secret
    counts = {work: [0, 0, 0, 0, 0] for work in WORK}
    with database(kind, kept, folder, key) as (environment, restart_server):
        for number in range(times):
            work = WORK[number % len(WORK)]
            ours, theirs = forked.Pipe(duplex=False)
            child = forked.Process(target=work_on, args=(environment, work, seed * 1_000_000 + number, theirs))
            child.start()
            theirs.close()
            ours.recv()
            time.sleep(rng.uniform(0, LONGEST[work]))
            child.kill()
            child.join()
            if number % 10 == 9:
                restart_server()
            acknowledged = heard(ours)
            with open_context(read_settings(environment)) as ctx:
                lost = len(acknowledged - known(ctx, work))
                told = [1, len(acknowledged), lost, int(not whole(ctx)), halves(ctx)]
            counts[work] = [a + b for a, b in zip(counts[work], told, strict=True)]
    for work, told in counts.items():
        yield Row(kind, work, *told)


def heard(pipe: Connection) -> set[str]:
    """What had been said before the end."""
    found = set()
    try:
        while pipe.poll():
            found.add(pipe.recv())
    except (EOFError, OSError):
        pass
    pipe.close()
    return found - {""}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows: list[Row] = []
    folder = Path(tempfile.mkdtemp(prefix="planner-crash-"))
    try:
        key, kept = folder / "first" / "id.key", folder / "first.zip"
        environment = {"PLANNER_DATA_DIR": str(folder / "first"), "PLANNER_REGION": REGION}
        with open_context(read_settings(environment)) as ctx:
            first = random.Random(given.seed)  # noqa: S311 - no secret
            import_register(ctx, [("台账.csv", register_file(first, 300))])
            plan(ctx, PlanRequest(seconds=1.0))
            make_backup(ctx, kept)
        for kind in given.databases:
            for row in run(kind, kept, folder / kind, key, given.times, given.seed):
                rows.append(row)
                print(asdict(row))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table = pd.DataFrame([asdict(row) for row in rows])
    print(table.to_string(index=False))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
