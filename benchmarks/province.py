"""A whole province: import, score and plan of all counties, by processes of this machine and by Dask; seconds, memory,
equal results, and what a killed worker costs.

    python -m benchmarks.province [--data FOLDER] [--cases 100000] [--counties 90] [--seed 7] [--steps 2000]
                                  [--modes local1,local2,dask2] [--kill local2,dask2] [--sizes 10000,100000]
                                  [--plan-counties N] [--json]

The register and the region folders are made up: with ../shared/regions/zhejiang beside the repository on the real
names and outlines of its counties, else invented ones. It is imported once, in the first mode; each mode then scores
and plans a copy of that. ``--sizes``: the cost of one mode (the last) at other numbers of cases. ``--kill``: modes in
which one worker is killed while scoring. ``--data``: where the made register stays, so that it is made once (default:
a temporary folder).
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import psutil

from planner.bootstrap import open_context
from planner.model.province import ProvinceRun
from planner.settings import Settings, read_settings
from planner.usecases.context import Context
from planner.usecases.province import begin_plan, begin_score, work_on
from planner.usecases.province_import import begin_import
from planner.usecases.sweep import PlanRequest
from tests.dask_cluster import cluster

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "regions" / "zhejiang"
AS_OF = date(2026, 11, 20)
KILL_AT = 0.1
"""Share of a run that is done when a worker is killed."""


@dataclass(frozen=True)
class Row:
    """One verb in one mode. ``peak_mb``: the most that one worker process held; ``all_mb``: this process and all that
    work for it together; ``same``: whether every county's result equals that of the first mode."""

    cases: int
    counties: int
    mode: str
    verb: str
    seconds: float
    cpu_seconds: float
    peak_mb: int
    all_mb: int
    failed: int
    same: bool | None
    digest: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--counties", type=int, default=90)
    parser.add_argument("--plan-counties", type=int, help="Plan only so many of them (default: all).")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--modes", default="local1,local2,dask2")
    parser.add_argument("--kill", default="local2,dask2")
    parser.add_argument("--sizes", default="")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder = given.data or Path(tempfile.mkdtemp(prefix="planner-province-"))
    try:
        rows = list(measured(given, folder))
    finally:
        if not given.data:
            shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))


def measured(given: argparse.Namespace, folder: Path) -> Iterator[Row]:
    print("  ".join(f"{name:>11}" for name in Row.__dataclass_fields__ if name != "digest"), flush=True)
    sizes = [int(size) for size in given.sizes.split(",") if size]
    for cases in (*sizes, given.cases):
        modes = given.modes.split(",") if cases == given.cases else given.modes.split(",")[-1:]
        for row in of_size(given, folder / f"{cases}-{given.counties}-{given.seed}", cases, modes):
            shown = {name: value for name, value in asdict(row).items() if name != "digest"}
            print("  ".join(f"{value!s:>11}" for value in shown.values()), flush=True)
            yield row


def of_size(given: argparse.Namespace, folder: Path, cases: int, modes: list[str]) -> Iterator[Row]:
    """Make the register, import it once, then score and plan copies of that."""
    register = made(given, folder / "made", cases)
    first: dict[str, dict[str, str]] = {}
    taken, told = folder / "taken", folder / "imported.json"
    if not told.exists():
        shutil.rmtree(taken, ignore_errors=True)
        with crew(modes[0], taken, register) as ctx:
            imported = list(done(ctx, given, cases, modes[0], "import", first, register))
        told.write_text(json.dumps([asdict(row) for row in imported]))
    yield from (Row(**row) for row in json.loads(told.read_text()))
    kills = [f"{mode}+kill" for mode in given.kill.split(",") if mode in modes]
    for mode in (*modes, *kills):
        data = folder / "now"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(taken, data)
        with crew(mode.removesuffix("+kill"), data, register) as ctx:
            yield from done(ctx, given, cases, mode, "score", first, register)
            if not mode.endswith("+kill"):
                yield from done(ctx, given, cases, mode, "plan", first, register)
        shutil.rmtree(data, ignore_errors=True)


def made(given: argparse.Namespace, folder: Path, cases: int) -> Path:
    if not folder.exists():
        sys.path.insert(0, str(ROOT / "data" / "demo"))
        from make_province import make  # type: ignore[import-not-found]

        real = (SHARED / "townships.csv", SHARED / "counties.geojson") if SHARED.exists() else (None, None)
        began = time.monotonic()
        make(folder, cases, given.counties, given.seed, AS_OF, 0.0005, *real)
        print(f"made {cases} cases in {time.monotonic() - began:.0f} s", flush=True)
    return folder


@contextmanager
def crew(mode: str, data: Path, register: Path) -> Iterator[Context]:
    """``local<n>`` or ``dask<n>``: an installation whose counties so many workers work on."""
    kind, count = mode[:-1], int(mode[-1])
    environment = {
        "PLANNER_DATA_DIR": str(data),
        "PLANNER_REGION": str(ROOT / "data/regions/330225"),
        "PLANNER_PROVINCE": str(register / "regions"),
        "PLANNER_WORKERS": str(count),
    }
    if kind == "local":
        with open_context(read_settings(environment)) as ctx:
            yield ctx
        return
    with cluster(workers=count) as dask:
        settings: Settings = read_settings(environment | {"PLANNER_DASK": dask.address})
        with open_context(settings) as ctx:
            yield ctx


def done(
    ctx: Context,
    given: argparse.Namespace,
    cases: int,
    mode: str,
    verb: str,
    first: dict[str, dict[str, str]],
    register: Path,
) -> Iterator[Row]:
    watch = Watch(kill=mode.endswith("+kill"))
    began = time.monotonic()
    with watch:
        run = work_on(ctx, begun(ctx, given, verb, register), watch.listen, again=True)
    seconds = time.monotonic() - began
    contents = {p.county_code: str(p.outcome.get("content", p.digest)) for p in run.parts if p.state == "done"}
    expected = first.setdefault(verb, contents)
    digest = hashlib.sha256(json.dumps(sorted(contents.items())).encode()).hexdigest()[:12]
    same = None if expected is contents else expected == contents
    cpu, peak = numbers(run, "cpu_seconds"), numbers(run, "peak_mb")
    yield Row(
        cases, len(run.parts), mode, verb, round(seconds, 1), round(sum(cpu), 1), int(max(peak, default=0)),
        watch.most_mb, run.count("failed"), same, digest,
    )  # fmt: skip


def begun(ctx: Context, given: argparse.Namespace, verb: str, register: Path) -> str:
    if verb == "import":
        return begin_import(ctx, sorted(register.glob("*.csv")))
    if verb == "score":
        return begin_score(ctx)
    assert ctx.doors is not None
    codes = [county.code for county in ctx.doors.province.counties][: given.plan_counties]
    return begin_plan(ctx, PlanRequest(steps=given.steps, seed=given.seed), codes)


def numbers(run: ProvinceRun, name: str) -> list[float]:
    return [float(str(part.outcome[name])) for part in run.parts if name in part.outcome]


class Watch:
    """Looks every half second at how much memory this process and its kin hold; kills one worker, if so asked."""

    def __init__(self, kill: bool) -> None:
        self.kill, self.most_mb, self.share = kill, 0, 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def listen(self, stage: str, share: float) -> None:  # noqa: ARG002 - as Progress is
        self.share = share

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def look(self) -> None:
        me = psutil.Process()
        while not self.over.wait(0.5):
            kin = me.children(recursive=True)
            held = sum(memory(process) for process in (me, *kin))
            self.most_mb = max(self.most_mb, held >> 20)
            if self.kill and self.share >= KILL_AT and (victim := busiest(kin)):
                os.kill(victim.pid, signal.SIGKILL)
                self.kill = False


def memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def busiest(kin: list[psutil.Process]) -> psutil.Process | None:
    """The worker: of this process's kin the one that has worked the most and has no children of its own."""
    try:
        leaves = [process for process in kin if not process.children()]
        return max(leaves, key=lambda process: process.cpu_times().user, default=None)
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main()
