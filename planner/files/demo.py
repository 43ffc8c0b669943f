"""The made-up register that a region folder may hold for people to learn on; written by data/demo/make_register.py."""

from pathlib import Path

DEMO_FOLDER = "demo"


def demo_workbooks(region: Path) -> list[tuple[str, bytes]]:
    """The workbooks (name, bytes) of a region folder's made-up register; none where it holds none."""
    return [(file.name, file.read_bytes()) for file in sorted((region / DEMO_FOLDER).glob("*.xlsx"))]
