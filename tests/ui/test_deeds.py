"""Every deed that the audit log may hold has its words."""

import re
from pathlib import Path

from planner.i18n import translator
from planner.ui.pages.audit import _deed

ROOT = Path(__file__).resolve().parents[2]
DEED = re.compile(r"(?:note\(connection|audit\.record\(|record\()[^\"]*\"([a-z_]+\.[a-z_]+)\"", re.S)


def test_every_deed_is_told_in_words() -> None:
    found = {
        deed
        for folder in ("store", "usecases")
        for file in (ROOT / "planner" / folder).glob("*.py")
        for deed in DEED.findall(file.read_text(encoding="utf-8"))
    }
    assert {"plan.made", "names.shown", "sign_in.begun"} <= found
    for language in ("zh", "en"):
        assert all(
            _deed(deed, translator(language)) for deed in [*found, "case.urged", "clue.matched", "placing.decided"]
        )
