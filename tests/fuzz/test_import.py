"""Two hundred damaged registers: each is taken in or refused with a sentence; none hangs or leaves half an import."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from planner.i18n import catalogue
from planner.settings import Settings
from tests.conftest import ROOT

COUNT = 200
HANGS_AFTER = 10.0
"""Seconds for one file; no register of this size needs one."""

TAKE_IN = """
import faulthandler, json, os, sys
import sqlalchemy as sa
from planner.bootstrap import open_context
from planner.errors import PlannerError
from planner.settings import read_settings
from planner.usecases.columns import columns_of
from planner.usecases.import_register import import_register
from tests.fuzz.mutants import mutants

seed, count, hangs_after = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
TABLES = ("case_row", "party_row", "placed_row", "register_import", "rejected_row", "case_history", "audit")

def rows(ctx):
    with ctx.engine.connect() as connection:
        return {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() for name in TABLES}

def attempt(verb):
    try:
        return "done", verb()
    except PlannerError as error:
        return error.key, None

with open_context(read_settings(os.environ)) as ctx:
    for name, data in mutants(seed, count):
        before = rows(ctx)
        faulthandler.dump_traceback_later(hangs_after, exit=True)
        print(json.dumps({"begun": name}), flush=True)
        shown, _ = attempt(lambda: columns_of(ctx, [(name, data)]))
        ended, done = attempt(lambda: import_register(ctx, [(name, data)]))
        faulthandler.cancel_dump_traceback_later()
        after = rows(ctx)
        whole = done is None or done.report.rows_read == done.report.rows_kept + done.report.rows_rejected
        print(json.dumps({"name": name, "ended": ended, "shown": shown, "changed": bool(done and done.changed),
                          "same": before == after, "whole": whole}), flush=True)
"""


@pytest.mark.parametrize("seed", [1])
def test_damaged_registers(settings: Settings, seed: int) -> None:
    environment = os.environ | {
        "PLANNER_DATA_DIR": str(settings.data_dir),
        "PLANNER_REGION": str(settings.region),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-W", "error", "-c", TAKE_IN, str(seed), str(COUNT), str(HANGS_AFTER)]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 0, (lines[-1], ended.stderr[-3000:])
    results = [line for line in lines if "ended" in line]
    assert len(results) == COUNT
    assert [r for r in results if r["ended"] != "done" and not r["same"]] == []  # refused: nothing was written
    assert [r for r in results if not r["whole"]] == []
    texts = catalogue("zh")
    assert {f"error.{r[key]}" for r in results for key in ("ended", "shown") if r[key] != "done"} <= texts.keys()
    kinds = Counter(r["ended"] for r in results)
    assert kinds["done"] > COUNT // 10  # the mutants are not all rubbish,
    assert len(kinds) > 4  # nor all refused for one reason
