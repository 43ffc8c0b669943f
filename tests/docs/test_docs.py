"""Docs are true: what can drift is compared with the code."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _contracts() -> str:
    spec = importlib.util.spec_from_file_location("make_contracts", ROOT / "docs" / "make_contracts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.contracts())


def test_contracts_page_is_what_the_model_says() -> None:
    assert (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8") == _contracts()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_exist(page: Path) -> None:
    named = re.findall(r"`((?:planner|docs|data|tests|benchmarks)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_readme_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(
        re.findall(
            r"make (run|tour|docs|test|check|format|lock|demo)", (ROOT / "README.md").read_text(encoding="utf-8")
        )
    )
    assert {"run", "tour", "docs", "test"} <= used <= targets
