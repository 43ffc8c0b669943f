"""Shared fixtures. Real data lives beside the repository; a test that needs it skips where it is missing."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from planner.bootstrap import open_context
from planner.model.sweep import SweepPlan
from planner.settings import Settings, read_settings
from planner.store import plans
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.plan import plan
from planner.usecases.sweep import PlanRequest

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of a test's
settings.load_profile("untimed")

UNTRACED = ("known", "fuzz")
"""Folders of tests that go over the same lines again and again."""

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

MADE_UP = "示例数据，人物均为虚构\n"
"""The title of a register that may come among the demo's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage doubles a test's time. What repeats lines that others walk, or runs in a browser, is not traced."""
    for item in items:
        repeats = getattr(getattr(item, "obj", None), "is_hypothesis_test", False) or item.path.parent.name in UNTRACED
        if repeats or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.no_cover)


def _shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {name} beside the repository")
    return path


@pytest.fixture
def xiangshan() -> Path:
    """Folder of the real outlines, villages and points of Xiangshan."""
    return _shared("regions/xiangshan")


@pytest.fixture
def known() -> Path:
    """Folder of published instances and answers."""
    return _shared("known")


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A small demo register (400 cases), made by the shipped script."""
    out = tmp_path_factory.mktemp("demo")
    script = ROOT / "data" / "demo" / "make_register.py"
    command = [sys.executable, str(script), "--out", str(out), "--cases", "400", "--seed", "11"]
    subprocess.run(command, check=True, cwd=ROOT)
    return sorted(out.glob("*.xlsx"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A fresh installation for the shipped region."""
    environment = {"PLANNER_DATA_DIR": str(tmp_path / "var"), "PLANNER_REGION": str(ROOT / "data/regions/330225")}
    return read_settings(environment)


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database, for its schema takes as long to make as most tests; copy it."""
    folder = tmp_path_factory.mktemp("empty") / "var"
    environment = {"PLANNER_DATA_DIR": str(folder), "PLANNER_REGION": str(ROOT / "data/regions/330225")}
    with open_context(read_settings(environment)):
        return folder


@pytest.fixture
def ctx(settings: Settings, empty_folder: Path) -> Iterator[Context]:
    """The context of an empty installation."""
    shutil.copytree(empty_folder, settings.data_dir)
    with open_context(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def demo_database(demo_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the small demo register was imported; copy it before writing."""
    folder = tmp_path_factory.mktemp("var")
    environment = {"PLANNER_DATA_DIR": str(folder), "PLANNER_REGION": str(ROOT / "data/regions/330225")}
    with open_context(read_settings(environment)) as opened:
        import_register(opened, [(file.name, file.read_bytes()) for file in demo_files])
    return folder


@pytest.fixture
def demo(settings: Settings, demo_database: Path) -> Iterator[Context]:
    """The context of an installation that holds the small demo register."""
    shutil.copytree(demo_database, settings.data_dir)
    with open_context(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def planned_folder(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small demo register and one plan; copy it before writing."""
    folder = tmp_path_factory.mktemp("planned") / "var"
    shutil.copytree(demo_database, folder)
    environment = {"PLANNER_DATA_DIR": str(folder), "PLANNER_REGION": str(ROOT / "data/regions/330225")}
    with open_context(read_settings(environment)) as opened:
        plan(opened, PlanRequest(seconds=1.0))
    return folder


@pytest.fixture
def planned(settings: Settings, planned_folder: Path) -> Iterator[Context]:
    """The context of an installation that holds the small demo register and one plan."""
    shutil.copytree(planned_folder, settings.data_dir)
    with open_context(settings) as opened:
        yield opened


@pytest.fixture
def made(planned: Context) -> SweepPlan:
    """The plan of ``planned``."""
    return plans.load_plan(planned.engine, plans.list_plans(planned.engine)["id"].iloc[0])[0]
