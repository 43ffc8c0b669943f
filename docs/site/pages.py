"""Pages of the docs site that no file in docs/ holds: the README as its front, the changelog, one page a public module.

A hook of MkDocs (mkdocs.yml): it also lists decisions and modules in the navigation.
"""

import ast
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "planner"
MOVED = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}
DECISIONS, MODULES = "决定 Decisions", "模块 Modules"
NOT_TOLD = ("planner/store/migrations/", "planner/ui/door/script.py", "planner/__main__.py")
ROOMS = {
    "planner": "配线 Wiring", "model": "名词 Nouns", "register": "登记表 Register", "geo": "地理 Places",
    "scoring": "研判 Scoring", "routing": "编排 Routing", "review": "回顾 Review",
    "usecases": "用例 Use cases", "store": "存储 Store", "files": "文件 Files", "ui": "页面 Pages",
    "cli": "命令行 Command line", "i18n": "文字 Words",
}  # fmt: skip
"""Rooms of the house, in the order of reading; one that is new stands at the end under its own name."""


def modules() -> list[Path]:
    """The public modules that have something to say, relative to the repository."""
    found = (file.relative_to(ROOT) for file in sorted(PACKAGE.rglob("*.py")))
    return [file for file in found if not file.as_posix().startswith(NOT_TOLD) and _told(ROOT / file)]


def page_of(module: Path) -> str:
    """planner/usecases/plan.py -> modules/usecases/plan.md"""
    inner = module.relative_to("planner").with_suffix("")
    return f"modules/{inner.as_posix()}.md".replace("__init__", "index")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Decisions and modules at the end of the navigation."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    listed = [{_title(file): f"decisions/{file.name}"} for file in decisions]
    config.nav = [*(config.nav or []), {DECISIONS: listed}, {MODULES: _rooms()}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made here."""
    for name, page in MOVED.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_linked(text)))
    for module in modules():
        dotted = ".".join(module.with_suffix("").parts).removesuffix(".__init__")
        text = f"# {dotted}\n\n`{module.as_posix()}`\n\n::: {dotted}\n"
        files.append(File.generated(config, page_of(module), content=text))
    return files


def _linked(text: str) -> str:
    """Links of a page that stood at the root of the repository."""
    for name, page in MOVED.items():
        text = text.replace(f"]({name})", f"]({page})")
    return re.sub(r"\]\(docs/decisions/?\)", "](decisions/0001-one-way-through-the-house.md)", text).replace(
        "](docs/", "]("
    )


def _told(file: Path) -> bool:
    return bool(ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))))


def _title(file: Path) -> str:
    """0001 + the heading without its number."""
    heading = file.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
    return f"{file.name[:4]} {re.sub(r'^[0-9]+[.]? *', '', heading)}"


def _rooms() -> list[dict[str, Any]]:
    by_room: dict[str, list[dict[str, str]]] = {room: [] for room in ROOMS}
    for module in modules():
        inner = module.relative_to("planner")
        room = inner.parts[0] if len(inner.parts) > 1 else "planner"
        name = ".".join(inner.with_suffix("").parts[1:] or inner.with_suffix("").parts).replace("__init__", room)
        by_room.setdefault(room, []).append({name: page_of(module)})
    return [{ROOMS.get(room, room): pages} for room, pages in by_room.items() if pages]
