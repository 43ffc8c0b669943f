"""Shared fixtures. Real data lives beside the repository; a test that needs it skips where it is missing."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


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
