"""The whole way: how long from the demo register's files to a plan, and until a page with its map stands.

    python -m benchmarks.way [--files FOLDER] [--seconds 10] [--seeds 7] [--json]

FOLDER holds the register's workbooks (default: var/demo, made by data/demo/make_register.py).
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from planner.bootstrap import open_context
from planner.geo.place import place_cases
from planner.register import read_register
from planner.routing.solve import solve
from planner.settings import read_settings
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.plan import plan, require_sound
from planner.usecases.score import score
from planner.usecases.sweep import PlanRequest, pose, prepare

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
AIMS = {"import_to_plan": 60.0, "first_feasible_plan": 2.0, "page_warm": 3.0}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def seconds_of(work: Callable[[], object]) -> float:
    return timed(work)[1]


def first_feasible(ctx: Context, request: PlanRequest) -> float:
    """From chosen areas to a plan that passes the checker, the search given next to no time."""
    sweep = prepare(ctx, request)

    def work() -> None:
        problem, _ = pose(ctx, sweep)
        require_sound(problem, solve(problem, request.seed, 0.1, time.monotonic))

    return seconds_of(work)


def page_warm(environment: dict[str, str], path: str) -> float:
    """A page asked for the second time, until its map is drawn."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "planner", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            page = browser.new_page()
            _until_served(port)

            def visit() -> None:
                page.goto(f"http://127.0.0.1:{port}/{path}")
                page.wait_for_selector("iframe", timeout=60_000)
                page.frame_locator("iframe").first.locator("path.leaflet-interactive, canvas").first.wait_for()

            visit()
            return seconds_of(visit)
    finally:
        server.terminate()
        server.wait()


def _until_served(port: int, limit: float = 60.0) -> None:
    start = time.monotonic()
    while time.monotonic() - start < limit:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


def measure(files: list[Path], seconds: float, seed: int) -> dict[str, Any]:
    """Seconds of each step for one seed."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PLANNER_DATA_DIR": folder, "PLANNER_REGION": str(ROOT / "data" / "regions" / "330225")}
        request = PlanRequest(seconds=seconds, seed=seed)
        with open_context(read_settings(environment)) as ctx:
            register = [(file.name, file.read_bytes()) for file in files]
            read, reading = timed(lambda: read_register(register, b"benchmark"))
            _, placing = timed(lambda: place_cases(read.parties, ctx.region, ctx.policy.gazetteer))
            times = {
                "import": seconds_of(lambda: import_register(ctx, register)),
                "score": seconds_of(lambda: score(ctx)),
            }
            times |= {"read": reading, "place": placing}
            times["plan"] = seconds_of(lambda: plan(ctx, request))
            times["first_feasible_plan"] = first_feasible(ctx, request)
        times["import_to_plan"] = times["import"] + times["score"] + times["plan"]
        times["page_warm"] = page_warm(environment, "plan")
    return {"seed": seed, **times}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=Path, default=ROOT / "var" / "demo")
    options.add_argument("--seconds", type=float, default=10.0, help="time for the search")
    options.add_argument("--seeds", type=int, nargs="+", default=[7])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    files = sorted(chosen.files.glob("*.xlsx"))
    if not files:
        options.error(f"{chosen.files} holds no workbook; make them with python data/demo/make_register.py")
    rows = [measure(files, chosen.seconds, seed) for seed in chosen.seeds]
    print(f"{'step':<22}{'aim, s':>8}" + "".join(f"{'seed ' + str(row['seed']):>10}" for row in rows))
    for step in ("read", "place", "import", "score", "plan", "import_to_plan", "first_feasible_plan", "page_warm"):
        aim = f"{AIMS[step]:g}" if step in AIMS else ""
        print(f"{step:<22}{aim:>8}" + "".join(f"{row[step]:>10.2f}" for row in rows))
    if chosen.json:
        print(json.dumps({"aims": AIMS, "runs": rows}))


if __name__ == "__main__":
    main()
