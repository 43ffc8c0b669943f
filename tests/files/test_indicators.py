"""indicators.toml: the court's formulas, read strictly."""

import shutil
from pathlib import Path

import pytest

from planner.errors import RegionError
from planner.files.indicators import read_indicators
from planner.files.region import load_region
from planner.i18n import LANGUAGES, tell, translator
from planner.model.indicator import INDICATORS, OUTCOME_WORDS
from tests.conftest import ROOT

SHIPPED = ROOT / "data" / "regions" / "330225"
OWN = """
[indicators.completed]
unit = "cases"
above = ["completed"]
below = ["completed", "settled", "terminated"]

[indicators.restored]
name = "恢复案件执行完毕率"
name_en = "Restored cases completed"
help = "越高越好。"
unit = "cases"
above = ["completed"]
case_types = ["执恢"]
headline = false

[[outcome_words]]
outcome = "completed"
words = ["结清"]
"""


def test_what_is_shipped_are_the_usual_formulas(tmp_path: Path) -> None:
    assert read_indicators(SHIPPED / "indicators.toml") == (INDICATORS, OUTCOME_WORDS)
    assert read_indicators(tmp_path / "indicators.toml") == (INDICATORS, OUTCOME_WORDS)


def test_a_region_carries_its_own(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "region"))
    (folder / "indicators.toml").write_text(OWN, encoding="utf-8")
    region = load_region(folder, roads=False)
    completed, restored = region.indicators
    assert completed.below == ("completed", "settled", "terminated")
    assert (restored.name, restored.name_en, restored.help) == (
        "恢复案件执行完毕率", "Restored cases completed", "越高越好。",
    )  # fmt: skip
    assert (restored.case_types, restored.headline) == (("执恢",), False)
    assert region.outcome_words == (("completed", ("结清",)),)


@pytest.mark.parametrize(
    ("old", "new", "name", "allowed"),
    [
        ('unit = "cases"\nabove = ["completed"]\nbelow', 'unit = "yuan"\nabove = ["completed"]\nbelow', "unit", "fen"),
        ('above = ["completed"]\nbelow', 'above = ["ended"]\nbelow', "indicators.completed.above", "settled"),
        ('above = ["completed"]\nbelow', 'above = "completed"\nbelow', "indicators.completed.above", "settled"),
        ('above = ["completed"]\nbelow', "above = []\nbelow", "indicators.completed.above", "settled"),
        ('above = ["completed"]\nbelow', "below", "indicators.completed.above", "settled"),
        ('below = ["completed", ', 'below = ["completed", "completed", ', "indicators.completed.below", "withdrawn"),
        ('case_types = ["执恢"]', 'case_types = ["民初"]', "indicators.restored.case_types", "执监"),
        ("headline = false", 'headline = "no"', "indicators.restored.headline", "true"),
        ('name_en = "Restored cases completed"\n', "", "indicators.restored.name_en", "…"),
        ('help = "越高越好。"', 'help = " "', "indicators.restored.help", "…"),
        ('unit = "cases"', 'name = "别名"\nunit = "cases"', "indicators.completed.name", "unit"),
        ("headline = false", "weight = 2", "indicators.restored.weight", "case_types"),
        ("[indicators.restored]", '[indicators."恢复"]', "indicators.恢复", "a_z_0_9"),
        ('outcome = "completed"', 'outcome = "untold"', "outcome_words.outcome", "settled"),
        ('words = ["结清"]', "words = []", "outcome_words.words", "…"),
        ('words = ["结清"]', 'words = ["结清"]\nmore = 1', "outcome_words", "words"),
        ("[[outcome_words]]", "[[outcomes]]", "outcomes", "outcome_words"),
    ],
)
def test_what_is_not_allowed_is_refused_in_a_sentence(
    tmp_path: Path, old: str, new: str, name: str, allowed: str
) -> None:
    file = tmp_path / "indicators.toml"
    assert old in OWN
    file.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegionError) as caught:
        read_indicators(file)
    for language in LANGUAGES:
        sentence = tell(caught.value, translator(language))
        assert "indicators.toml" in sentence
        assert name in sentence
        assert allowed in sentence


@pytest.mark.parametrize(
    "text", ["", "indicators = 3", '[indicators.completed]\nunit = "cases"\nabove = ["completed"]\nheadline = false']
)
def test_none_and_none_on_top_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "indicators.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RegionError, match=r"indicators\.toml"):
        read_indicators(file)
