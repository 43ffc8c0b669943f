"""Every use case asks for permission: whatever takes a context and is called from pages or the command line."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
USECASES = ROOT / "planner" / "usecases"

OPEN = {
    "identify", "sign_in", "sign_in_as", "sign_out", "change_password", "demo_names", "vacant",  # before anybody is in
    "in_force",  # which plan is driven: everybody who sees a page may know it
    "worked_out",  # keeps what pages make of things that they were permitted to have
    "with_policy_of_now",  # everybody works by the same policy
    "made_up",  # that people are made up is said to everybody
    "with_guests",  # and with the same squads
    "run",  # does a job for whoever was permitted to queue it
}  # fmt: skip


def called_from_outside() -> set[str]:
    """Names that pages and the command line import from use cases, or reach through their modules."""
    names = set()
    for folder in ("ui", "cli"):
        for file in (ROOT / "planner" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner.usecases"):
                    names |= {alias.name for alias in node.names}
                elif isinstance(node, ast.Attribute):
                    names.add(node.attr)
    return names


def public_functions() -> dict[str, ast.FunctionDef]:
    found = {}
    for file in USECASES.glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                first = node.args.args[0].annotation if node.args.args else None
                if isinstance(first, ast.Name) and first.id == "Context":
                    found[f"{file.stem}.{node.name}"] = node
    return found


def callees(node: ast.AST) -> set[str]:
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            target = call.func
            names.add(target.id if isinstance(target, ast.Name) else getattr(target, "attr", ""))
    return names


def test_every_use_case_asks_for_permission() -> None:
    functions = public_functions()
    outside = called_from_outside()
    reached = {path for path in functions if path.split(".")[1] in outside}
    assert len(reached) > 60
    everywhere = {
        node.name: callees(node)
        for file in USECASES.glob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    asks = {name for name, called in everywhere.items() if "permit" in called}
    while more := {name for name, called in everywhere.items() if called & asks} - asks:
        asks |= more
    silent = {path for path in reached if path.split(".")[1] not in asks | OPEN}
    assert not silent
