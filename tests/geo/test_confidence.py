"""Confidence is a probability: checked on made-up debtors of known truth, of a seed that no weight was fitted on."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.debtors import parties, write_debtors
from benchmarks.fit_confidence import AGREE, DIFFER, SEEDS, taught
from benchmarks.placing import calibration_error, figures, scored
from planner.geo.confidence import probability, weights
from planner.geo.counties import foreign_units
from planner.geo.place import place_cases
from planner.model.policy import GazetteerPolicy

SEED = 5
ELSEWHERE = pd.DataFrame(
    [
        ("台州市", "路桥区", "新桥镇"), ("宁波市", "宁海县", "长街镇"), ("台州市", "三门县", "健跳镇"),
        ("宁波市", "余姚市", "泗门镇"), ("温州市", "永嘉县", "北城街道"), ("杭州市", "余杭区", "中泰街道"),
    ],
    columns=["city", "county", "township"],
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(region) -> pd.DataFrame:
    debtors, aliases = write_debtors(region, ELSEWHERE, 600, SEED)
    placing = place_cases(parties(debtors, "GCJ-02"), taught(region, aliases), GazetteerPolicy())
    assert placing.datum == "GCJ-02"
    return scored(debtors, placing.table)


def test_what_is_said_to_be_sure_is_right(rows) -> None:
    assert SEED not in SEEDS
    told = figures(rows)
    assert told["wrong_and_sure"] <= 1.0
    assert told["township"] >= 97.0
    assert told["village"] >= 92.0
    assert calibration_error(rows) <= 0.02


def test_what_is_doubtful_is_often_wrong(rows) -> None:
    doubtful = rows[rows["confidence"] < 0.8]
    assert len(doubtful) >= 5
    assert doubtful["right"].mean() < 0.9


def test_agreement_never_lowers_and_contradiction_never_raises() -> None:
    known = weights()
    assert all(known.get(key, 0.0) >= 0 for key in AGREE)
    assert all(known.get(key, 0.0) <= 0 for key in DIFFER)
    full, bare, short = (probability((key,)) for key in ("township_full", "township_bare", "village_short"))
    assert full > short
    assert bare > short


def test_an_ambiguous_name_is_no_surer_than_its_share() -> None:
    assert probability(("township_alias",), 0.4) < 0.4


def test_units_of_china_are_foreign_unless_they_are_ours(region) -> None:
    full, short = foreign_units(region)
    assert {"宁海县", "上海市", "颍上县", "鄞州区", "象山区"} <= full
    assert {"宁海", "鄞州", "丹东振兴", "桂林象山"} <= short
    assert not {"象山县", "宁波市", "浙江省", "象山", "宁波", "浙江"} & (full | short)


def test_weights_say_what_they_were_fitted_on() -> None:
    text = (Path(__file__).parents[2] / "planner" / "geo" / "confidence.toml").read_text(encoding="utf-8")
    assert f"seeds = {list(SEEDS)}" in text
    assert "fitted_on" in text
