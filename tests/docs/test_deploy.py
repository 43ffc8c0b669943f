"""The compose file names settings that exist, and commands that this environment has."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from planner.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_settings_of_a_service_exist_and_are_allowed(name: str) -> None:
    environment = SERVICES[name]["environment"]
    settings = read_settings(environment)
    assert settings.province == Path("/srv/planner/regions")
    assert bool(settings.dask) == (name == "planner")


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_options_of_a_dask_command_exist(name: str) -> None:
    command = SERVICES[name]["command"].split()
    told = subprocess.run(
        [str(Path(sys.executable).with_name("dask")), command[1], "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert [option for option in command if option.startswith("--") and option not in told] == []


def test_workers_work_on_one_county_at_a_time() -> None:
    assert "--nthreads 1" in SERVICES["worker"]["command"]
    assert SERVICES["worker"]["environment"]["NUMBA_NUM_THREADS"] == "1"
