"""A small made-up province, and what workers are given to do in tests."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from planner.settings import Settings, read_settings
from planner.usecases.context import Context
from planner.usecases.province_county import score_in_county

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "data" / "demo" / "make_province.py"
COUNTIES = 4


def made(out: Path, cases: int = 900, seed: int = 11) -> Path:
    command = [sys.executable, str(SCRIPT), "--out", str(out), "--cases", str(cases), "--counties", str(COUNTIES)]
    subprocess.run([*command, "--seed", str(seed), "--strange", "0.02"], check=True, cwd=ROOT)
    return out


def files_of(province: Path) -> list[Path]:
    return sorted(province.glob("*.csv"))


def settings_for(data_dir: Path, province: Path, **more: str) -> Settings:
    environment = {
        "PLANNER_DATA_DIR": str(data_dir),
        "PLANNER_REGION": str(ROOT / "data/regions/330225"),
        "PLANNER_PROVINCE": str(province / "regions"),
        "PLANNER_WORKERS": "2",
    }
    return read_settings(environment | {f"PLANNER_{name.upper()}": value for name, value in more.items()})


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


def score_and_die_once(county: Context, request: Any) -> Any:
    """In one county the worker is killed half-way, the first time."""
    mark = county.settings.data_dir / "killed"
    if county.region.code.endswith("02") and not mark.exists():
        mark.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)
    return score_in_county(county, request)
