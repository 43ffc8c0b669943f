"""Many at once: sessions that look at pages with maps, and writers that report, on one served installation.

    python -m benchmarks.load [--data var] [--sessions 50] [--writers 10] [--seconds 300] [--think 10]
        [--pages routes plan hotspots my_route] [--solving]

The installation of ``--data`` is copied and served as a demo on a free port, and each of ``--pages`` opened once.
Every session signs in, opens the web socket as a browser does, draws one of ``--pages``, fetches its map where its
address is new, and draws again after about ``--think`` seconds. Every writer records outcomes in a process of its
own. With ``--solving`` one plan after the other is searched meanwhile, each in a process of its own as the pages
start it. Printed: seconds from asking to drawn, of a session's first page (sessions come in over ``--think`` seconds)
and of those that follow (p50, p95, worst), errors, writes acknowledged and lost, plans made. Other options: --seed,
--json.
"""

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from datetime import time as day_time
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import httpx2
import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from planner.bootstrap import open_context
from planner.model.units import BEIJING
from planner.settings import read_settings
from planner.store import outcomes, plans
from planner.ui.door.gate import COOKIE
from planner.usecases import jobs
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.sweep import PlanRequest
from planner.usecases.users import add_demo_users

REGION = "data/regions/330225"
CHIEF = "示例院长"
STARTS_WITHIN = 60
MOST_BYTES = 64_000_000


@dataclass
class Seen:
    firsts: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)
    maps: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    sessions: int
    writers: int
    seconds: int
    solving: bool
    plans: int
    first_p95: float
    reruns: int
    p50: float
    p95: float
    worst: float
    map_p95: float
    errors: int
    written: int
    lost: int


async def session(address: str, page: str, until: float, think: float, rng: random.Random, seen: Seen) -> None:
    async with httpx2.AsyncClient(base_url=address, headers={"Origin": address}, timeout=60) as client:
        await client.post("/login", data={"name": CHIEF})
        cookie = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
        place = address.replace("http", "ws") + "/_stcore/stream"
        options = {"origin": address, "additional_headers": cookie, "subprotocols": ["streamlit"]}
        async with connect(place, max_size=MOST_BYTES, **options) as wire:  # type: ignore[arg-type]
            known: set[str] = set()
            hashes: list[str] = []
            await asyncio.sleep(rng.uniform(0, think))
            while True:
                began = time.monotonic()
                ask = BackMsg(rerun_script={"page_name": page, "query_string": "", "cached_message_hashes": hashes})
                await wire.send(ask.SerializeToString())
                again, frames = bool(hashes), await drawn(wire, seen, hashes)
                (seen.reruns if again else seen.firsts).append(time.monotonic() - began)
                for frame in set(frames) - known:
                    known.add(frame)
                    began = time.monotonic()
                    answer = await client.get(frame)
                    seen.maps.append(time.monotonic() - began)
                    if answer.status_code != httpx2.codes.OK:
                        seen.errors.append(f"map {answer.status_code}")
                await asyncio.sleep(rng.uniform(0.5, 1.5) * think)
                if time.monotonic() >= until:
                    return


async def drawn(wire: object, seen: Seen, hashes: list[str]) -> list[str]:
    """Read until the page is drawn; the addresses of its maps. ``hashes``: of messages that need not come again."""
    frames = []
    while True:
        data = await wire.recv()  # type: ignore[attr-defined]
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if message.hash:
            hashes.append(message.hash)
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            seen.errors.append(message.delta.new_element.exception.message)
        if (
            kind == "delta"
            and message.delta.new_element.WhichOneof("type") == "bidi_component"
            and (found := re.search(rb"/files/[0-9a-f]{32}", data))
        ):
            frames.append(found[0].decode())
        if kind == "script_finished":
            return frames


def solve(environment: dict[str, str], ready: Barrier, stop: Event, told: "multiprocessing.Queue[int]") -> None:
    """Queue plans, each when the one before has ended, as a page does; how many were made."""
    made = 0
    with open_context(read_settings(environment)) as ctx:
        ready.wait()
        while not stop.is_set():
            job_id = jobs.start_plan(ctx, PlanRequest(seconds=60.0, spread="spread"))
            while not (job := jobs.state(ctx, job_id)).ended and not stop.wait(1.0):
                pass
            if not job.ended:
                jobs.cancel(ctx, job_id)
            made += job.result is not None
    told.put(made)


def write(
    environment: dict[str, str], ready: Barrier, seed: int, stop: Event, told: "multiprocessing.Queue[list[str]]"
) -> None:
    """Record outcomes until told to stop; give back the ids that were acknowledged."""
    rng, mine = random.Random(seed), []  # noqa: S311 - no secret
    with open_context(read_settings(environment)) as ctx:
        made, _ = plans.load_plan(ctx.engine, plans.list_plans(ctx.engine)["id"].iloc[0])
        route = rng.choice([route for route in made.routes if route.stops])
        ready.wait()
        evening = replace(ctx, clock=lambda: datetime.combine(route.day, day_time(20), BEIJING))
        while not stop.wait(rng.uniform(0.5, 1.5)):
            name = f"w{seed}-{len(mine)}"
            one = OutcomeTold(name, rng.choice(route.stops).visit_id, ("not_found",), f"{route.day}T10:20")
            record_outcomes(evening, made.id, route.squad_id, route.day, [one], "page")
            mine.append(name)
    told.put(mine)


async def opened(address: str, pages: list[str]) -> None:
    """Open each page once, as somebody has on any day before fifty come."""
    for page in pages:
        await session(address, page, 0.0, 0.0, random.Random(0), Seen())  # noqa: S311


async def look(address: str, given: argparse.Namespace, seen: Seen) -> None:
    until = time.monotonic() + given.seconds
    rng = random.Random(given.seed)  # noqa: S311 - no secret
    people = [
        session(address, page, until, given.think, random.Random(rng.random()), seen)  # noqa: S311
        for page, _ in zip(itertools.cycle(given.pages), range(given.sessions), strict=False)
    ]
    for told in await asyncio.gather(*people, return_exceptions=True):
        if isinstance(told, BaseException):
            seen.errors.append(repr(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("var"))
    parser.add_argument("--pages", nargs="+", default=["routes", "plan", "hotspots", "my_route"])
    for name, default in (("sessions", 50), ("writers", 10), ("seconds", 300), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--think", type=float, default=10.0)
    parser.add_argument("--solving", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="planner-load-"))
    try:
        row, errors = measured(given, folder / "var")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("  ".join(f"{name} {value}" for name, value in asdict(row).items()))
    for error in errors[:5]:
        print("error:", error)
    if given.json:
        print(json.dumps(asdict(row)))


def measured(given: argparse.Namespace, folder: Path) -> tuple[Row, list[str]]:
    shutil.copytree(given.data, folder)
    environment = {"PLANNER_DATA_DIR": str(folder), "PLANNER_REGION": REGION, "PLANNER_IDENTITY": "demo"}
    with open_context(read_settings(environment)) as ctx:
        add_demo_users(ctx)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "app.log").open("wb") as log:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        address, seen = f"http://127.0.0.1:{port}", Seen()
        spawn = multiprocessing.get_context("spawn")
        stop, told, plans_made = spawn.Event(), spawn.Queue(), spawn.Queue()
        try:
            reachable(address)
            ready = spawn.Barrier(given.writers + given.solving + 1)
            writers = [
                spawn.Process(target=write, args=(environment, ready, n, stop, told)) for n in range(given.writers)
            ]
            solvers = [
                spawn.Process(target=solve, args=(environment, ready, stop, plans_made)) for _ in range(given.solving)
            ]
            for process in (*writers, *solvers):
                process.start()
            ready.wait()  # else their start, which no installation has, would be measured
            asyncio.run(opened(address, given.pages))
            asyncio.run(look(address, given, seen))
            stop.set()
            acknowledged = {name for _ in writers for name in told.get(timeout=60)}
            made = sum(plans_made.get(timeout=120) for _ in solvers)
            for process in (*writers, *solvers):
                process.join()
        finally:
            server.terminate()
            server.wait(timeout=20)
    with open_context(read_settings(environment)) as ctx:
        lost = acknowledged - set(outcomes.outcomes(ctx.engine)["outcome_id"])
    if not seen.reruns:
        raise SystemExit(
            f"no page was drawn twice in {given.seconds} s; first draws {seen.firsts}, errors {seen.errors[:5]}"
        )
    p50, p95, worst = np.quantile(seen.reruns, [0.5, 0.95, 1.0]).round(3)
    map_p95 = float(np.quantile(seen.maps, 0.95).round(3)) if seen.maps else float("nan")
    first = float(np.quantile(seen.firsts, 0.95).round(3))
    numbers = (
        given.solving,
        made,
        first,
        len(seen.reruns),
        float(p50),
        float(p95),
        float(worst),
        map_p95,
        len(seen.errors),
        len(acknowledged),
    )
    return Row(given.sessions, given.writers, given.seconds, *numbers, len(lost)), seen.errors


def reachable(address: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            httpx2.get(f"{address}/login", timeout=2)
            return
        except httpx2.TransportError:
            time.sleep(0.3)
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
