"""A newcomer's way through the tour in a real browser, by keyboard alone; for the test and for the benchmark."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from planner.i18n import Translate
from tests.browser import PATIENCE
from tests.conftest import ROOT
from tests.ui.conftest import free_port, wait_for

LONG = 10 * PATIENCE
"""What a first plan may take where its search is yet to be compiled, on a busy machine."""


def recipe(target: str) -> list[tuple[dict[str, str], list[str]]]:
    """The commands of a target of the Makefile: (environment, words)."""
    told = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert told is not None, target
    commands = []
    for line in told[1].splitlines():
        words = shlex.split(line)
        settings = [word for word in words if re.match(r"[A-Z_]+=", word)]
        commands.append((dict(word.split("=", 1) for word in settings), words[len(settings) :]))
    return commands


@contextmanager
def toured(folder: Path, **more: str) -> Iterator[str]:
    """What ``make tour`` does once all is installed, in a data folder of its own; the address of its pages."""
    port = free_port()
    *before, (settings, words) = recipe("tour")
    environment = os.environ | settings | {"PLANNER_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)} | more
    for _, command in before:
        subprocess.run(_ours(command, port), check=True, cwd=ROOT, env=environment)
    with (folder / "app.log").open("wb") as log:
        server = subprocess.Popen(_ours(words, port), cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=10)


def _ours(words: list[str], port: int) -> list[str]:
    """A recipe's command with this interpreter and a free port."""
    program, *arguments = words
    assert program == "$(BIN)/planner"
    return [sys.executable, "-m", "planner", *(str(port) if word == "$(PORT)" else word for word in arguments)]


def press(button: Locator, patience: float = PATIENCE) -> None:
    """With the keyboard, once it can be."""
    expect(button).to_be_enabled(timeout=patience)
    button.focus()
    button.page.keyboard.press("Enter")


def panel(shown: Page) -> Locator:
    return shown.locator(".st-key-tour")


def walk(shown: Page, t: Translate) -> Iterator[tuple[str, float]]:
    """The tour from the home page on: (step that is done, seconds it took), each told while its page stands."""
    steps = ("welcome", "account", "ranking", "plan", "route")
    began = time.monotonic()
    for step, following in zip(steps, (*steps[1:], "own"), strict=True):
        press(panel(shown).get_by_role("button", name=t(f"tour.{step}_next"), exact=True), LONG)
        waits = panel(shown).get_by_role("button", name=t(f"tour.{following}_next"), exact=True)
        expect(waits).to_be_enabled(timeout=LONG)
        if following in ("plan", "route"):
            expect(shown.locator(".live canvas").first).to_be_attached(timeout=PATIENCE)
        now = time.monotonic()
        yield step, now - began
        began = now
