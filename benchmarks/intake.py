"""How long a register takes from its bytes to the database, on one core, and how much memory.

    python -m benchmarks.intake --rows 10000 200000 --json

Makes a demo register of about so many rows (cases and parties together), imports it into an empty installation in a
process of its own that is bound to one core, then once more (nothing is new), and prints seconds by stage and the peak
of resident memory. As a peer, the seconds in which pandas alone opens the same workbooks.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.usecases.import_register import import_register

ROOT = Path(__file__).resolve().parents[1]
ROWS_PER_CASE = 3.0
"""Of the demo register: a row of the case itself, and about two of its parties."""


def main() -> None:
    options = _options()
    if options.measure:
        print(json.dumps(_measured(options.measure, Path(options.data))))
        return
    results = [_run(rows, options) for rows in options.rows]
    for result in results:
        print(_table(result))
    if options.json:
        print(json.dumps({"benchmark": "intake", "seed": options.seed, "runs": results}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 200_000])
    parser.add_argument("--data", default=str(ROOT / "data" / "regions" / "330225"), help="Region folder.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="End in one JSON object.")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(rows: int, options: argparse.Namespace) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        make = ROOT / "data" / "demo" / "make_register.py"
        cases = str(round(rows / ROWS_PER_CASE))
        made = ["--out", folder, "--seed", str(options.seed), "--cases", cases, "--as-of", "2026-11-20"]
        subprocess.run([sys.executable, str(make), *made], check=True, cwd=ROOT)
        again = [sys.executable, "-m", "benchmarks.intake", "--measure", folder, "--data", options.data]
        told = subprocess.run(again, check=True, cwd=ROOT, capture_output=True, text=True).stdout
        result: dict[str, object] = json.loads(told.splitlines()[-1])
        return result


def _measured(folder: str, region: Path) -> dict[str, object]:
    """In a process of its own, on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    files = [(path.name, path.read_bytes()) for path in sorted(Path(folder).glob("*.xlsx"))]
    stages: dict[str, float] = {}
    last = [time.perf_counter(), ""]

    def listen(stage: str, share: float) -> None:  # noqa: ARG001 - a Progress
        now = time.perf_counter()
        if last[1]:
            stages[str(last[1])] = stages.get(str(last[1]), 0.0) + now - float(last[0])
        last[:] = [now, stage]

    environment = {"PLANNER_DATA_DIR": str(Path(folder) / "var"), "PLANNER_REGION": str(region)}
    with open_context(read_settings(environment)) as ctx:
        start = time.perf_counter()
        last[0] = start
        done = import_register(ctx, files, listen)
        listen("end", 1.0)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        start = time.perf_counter()
        again = import_register(ctx, files)
        repeated = time.perf_counter() - start
    return {
        "rows": done.report.rows_read,
        "cases": done.outcome.new,
        "seconds": round(seconds, 2),
        "stages": {stage: round(spent, 2) for stage, spent in stages.items()},
        "peak_gb": round(peak, 2),
        "again_seconds": round(repeated, 2),
        "again_changed": again.changed,
        "pandas_opens_seconds": _pandas(Path(folder)),
    }


def _pandas(folder: Path) -> float:
    start = time.perf_counter()
    for path in sorted(folder.glob("*.xlsx")):
        pd.read_excel(path, sheet_name=None, header=None, dtype=str, engine="calamine")
    return round(time.perf_counter() - start, 2)


def _table(result: dict[str, object]) -> str:
    stages = result["stages"]
    assert isinstance(stages, dict)
    lines = [f"{result['rows']:,} rows, {result['cases']:,} cases"]
    lines += [f"  {stage:<16}{seconds:8.2f} s" for stage, seconds in stages.items()]
    lines += [
        f"  {'whole import':<16}{result['seconds']:8.2f} s   peak {result['peak_gb']} GB",
        f"  {'same files again':<16}{result['again_seconds']:8.2f} s   changed: {result['again_changed']}",
        f"  {'pandas, opening':<16}{result['pandas_opens_seconds']:8.2f} s   (peer: the cells alone)",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
