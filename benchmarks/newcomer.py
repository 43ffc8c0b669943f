"""A newcomer's tour, from an empty installation to a plan on the map and a squad's day: seconds of every step.

    python -m benchmarks.newcomer [--data FOLDER] [--seeds N] [--seconds 180] [--cold] [--language zh] [--json]

FOLDER takes the data folders (default: a temporary one). ``--seeds`` is how often the tour is walked, each time on an
empty installation; ``--seconds`` is the aim. ``--cold``: the search is not compiled yet, as in a fresh clone.
A page's first answer to the newcomer counts, the start of the server does not. The peer is the same way by the command
line, every command a process of its own, without reading anything.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from planner.i18n import LANGUAGES, translator
from tests.browser import chromium, open_page, watched
from tests.conftest import ROOT
from tests.newcomer import LONG, toured, walk

STEPS = ("home", "welcome", "account", "ranking", "plan", "route")
COMMANDS = (("demo", "load"), ("score",), ("plan", "--seconds", "5"))


def tour(folder: Path, language: str, compiled: dict[str, str]) -> dict[str, float]:
    """Seconds until each step was done."""
    with toured(folder, **compiled) as address, chromium() as browser, watched(browser) as seen:
        began = time.monotonic()
        shown = open_page(seen, address, "", language, LONG)
        took = {"home": time.monotonic() - began}
        took |= dict(walk(shown, translator(language)))
    return took


def by_command(folder: Path, compiled: dict[str, str]) -> float:
    """Seconds of the same way by the command line."""
    environment = os.environ | compiled | {"PLANNER_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    for words in COMMANDS:
        command = [sys.executable, "-m", "planner", *words]
        subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path)
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--seconds", type=float, default=180.0)
    options.add_argument("--cold", action="store_true")
    options.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    runs, peers = [], []
    for _ in range(chosen.seeds):
        with tempfile.TemporaryDirectory(dir=chosen.data) as name:
            folder = Path(name)
            compiled = {"NUMBA_CACHE_DIR": str(folder / "numba")} if chosen.cold else {}
            for part in ("pages", "commands"):
                (folder / part).mkdir()
            runs.append(tour(folder / "pages", chosen.language, compiled))
            peers.append(by_command(folder / "commands", compiled))
    load = os.getloadavg()[0]
    print(f"{'step':<12}" + "".join(f"{f'walk {n}':>10}" for n in range(1, len(runs) + 1)))
    for step in STEPS:
        print(f"{step:<12}" + "".join(f"{run[step]:>10.1f}" for run in runs))
    totals = [sum(run.values()) for run in runs]
    print(f"{'all, s':<12}" + "".join(f"{total:>10.1f}" for total in totals) + f"   aim {chosen.seconds:g}")
    print(f"{'commands, s':<12}" + "".join(f"{peer:>10.1f}" for peer in peers) + f"   load {load:.1f}")
    if chosen.json:
        told = {
            "aim": chosen.seconds,
            "cold": chosen.cold,
            "load": load,
            "runs": runs,
            "totals": totals,
            "commands": peers,
        }
        print(json.dumps(told))


if __name__ == "__main__":
    main()
