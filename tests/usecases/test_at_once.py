"""Two chiefs plan, ten officers report, one imports, at once, on both databases: nothing is lost."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest

from planner.bootstrap import open_context, restore
from planner.errors import Overtaken
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.settings import read_settings
from planner.store import audit, outcomes, plans
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.keep import make_backup
from planner.usecases.plan import plan
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.sweep import PlanRequest
from tests.conftest import MADE_UP, ROOT
from tests.postgres import cluster

EACH = 5


def at_once(ctx: Context, made: SweepPlan) -> list[object]:
    route = max(made.routes, key=lambda route: len(route.stops))
    evening = replace(ctx, clock=lambda: datetime.combine(route.day, time(20), BEIJING))

    def report(officer: int) -> list[str]:
        names = []
        for n in range(EACH):
            told = OutcomeTold(f"o{officer}-{n}", route.stops[n % len(route.stops)].visit_id, ("not_found",),
                               f"{route.day}T10:20")  # fmt: skip
            record_outcomes(evening, made.id, route.squad_id, route.day, [told], "page")
            names.append(told.outcome_id)
        return names

    def chief(seed: int) -> str:
        return plan(ctx, PlanRequest(seconds=1.0, seed=seed)).id

    def take_in() -> str:
        text = (
            f"{MADE_UP}案号,立案日期,申请执行标的,被执行人,户籍地\n(2026)浙0225执9001号,2026-01-02,9000,示例新,石浦镇\n"
        )
        return import_register(ctx, [("台账.csv", text.encode())]).id

    work: list[Callable[[], object]] = [lambda seed=seed: chief(seed) for seed in (1, 2)]  # type: ignore[misc]
    work += [lambda officer=officer: report(officer) for officer in range(10)]  # type: ignore[misc]
    work.append(take_in)
    with ThreadPoolExecutor(len(work)) as pool:
        ended = [pool.submit(job) for job in work]
    return [future.exception() or future.result() for future in ended]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost(planned: Context, made: SweepPlan, tmp_path: Path, kind: str) -> None:
    make_backup(planned, tmp_path / "b.zip")
    kept = io.BytesIO((tmp_path / "b.zip").read_bytes())
    environment = {
        "PLANNER_DATA_DIR": str(tmp_path / "copy"),
        "PLANNER_REGION": str(ROOT / "data/regions/330225"),
        "PLANNER_KEY_FILE": str(planned.settings.key_file),
    }
    with cluster() as running:
        if kind == "postgresql":
            environment["PLANNER_DATABASE_URL"] = running.fresh()
        restore(read_settings(environment), kept)
        with open_context(read_settings(environment)) as ctx:
            told = at_once(ctx, made)
            faults = [one for one in told if isinstance(one, BaseException)]
            assert all(isinstance(fault, Overtaken) for fault in faults), faults
            done = [one for one in told if not isinstance(one, BaseException)]
            reported = {name for one in done if isinstance(one, list) for name in one}
            assert len(reported) == 10 * EACH
            assert reported <= set(outcomes.outcomes(ctx.engine)["outcome_id"])
            made_now = {one for one in done[:2] if isinstance(one, str)}
            assert made_now & set(plans.list_plans(ctx.engine)["id"])
            assert audit.first_broken(ctx.engine) is None
