import dataclasses
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PolicyError
from planner.files.policy import CLOCKS, RANGES, load_policy, policy_digest, policy_from_json, policy_json
from planner.i18n import LANGUAGES, tell, translator
from planner.model.policy import DutyPolicy, Policy, SweepPolicy

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "regions" / "330225" / "policy.toml"


def keys_of(tree: dict) -> set[str]:
    return {f"{table}.{key}" for table, rows in tree.items() for key in rows}


def test_no_file_means_the_defaults() -> None:
    assert load_policy(None) == Policy()


def test_the_shipped_policy_writes_out_every_value() -> None:
    assert keys_of(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))) == keys_of(dataclasses.asdict(Policy()))
    assert load_policy(SHIPPED) == Policy()


def test_every_number_of_a_policy_has_a_range_and_keeps_it() -> None:
    tables = dataclasses.asdict(Policy())
    numbers = {
        f"{table}.{key}": value
        for table, rows in tables.items()
        for key, value in rows.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    assert set(RANGES) == set(numbers)
    assert all(RANGES[key][0] <= value <= RANGES[key][1] for key, value in numbers.items())
    assert set(CLOCKS) <= set(numbers)


@given(st.integers(1, 50), st.sampled_from(["concentrate", "spread", "mixed"]), st.floats(0, 1))
def test_json_there_and_back(townships: int, spread: str, share: float) -> None:
    policy = Policy(sweep=SweepPolicy(townships=townships, spread=spread, mixed_share=share))
    assert policy_from_json(policy_json(policy)) == policy


def test_the_digest_follows_the_values() -> None:
    assert policy_digest(Policy()) == policy_digest(load_policy(SHIPPED))
    assert policy_digest(Policy()) != policy_digest(Policy(duty=DutyPolicy(start=7 * 60)))
    assert len(policy_digest(Policy())) == 64


def test_times_may_be_clock_or_minutes(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[duty]\nstart = "07:30"\nend = 1080\n', encoding="utf-8")
    assert load_policy(tmp_path / "p.toml").duty == DutyPolicy(start=450, end=1080)


@pytest.mark.parametrize(
    ("content", "key", "told"),
    [
        ("[scores]\n", "policy_key", "scores"),
        ("[score]\nhalflife = 3\n", "policy_key", "score.halflife"),
        ("[score]\nhalf_life_weeks = 0\n", "policy_value", "1 … 520"),
        ('[score]\nhalf_life_weeks = "26"\n', "policy_value", "half_life_weeks"),
        ("[score]\nhorizon_days = 7.5\n", "policy_value", "horizon_days"),
        ("[score]\ndraws = true\n", "policy_value", "draws"),
        ("[worth]\np_find = 1.2\n", "policy_value", "worth.p_find"),
        ("[worth]\np_find = nan\n", "policy_value", "worth.p_find"),
        ("[sweep]\nsquad_size_least = 1\n", "policy_value", "squad_size_least"),
        ('[sweep]\nspread = "thin"\n', "policy_value", "concentrate"),
        ('[sweep]\nmarket_days = "concentrate"\n', "policy_value", "avoid | ignore"),
        ("[sweep]\nvillages_once = 1\n", "policy_value", "true"),
        ('[duty]\nstart = "8 Uhr"\n', "policy_value", "duty.start"),
        ('[duty]\nstart = "18:00"\n', "policy_order", "duty.end"),
        ('[duty]\nbreak_start = "16:30"\n', "policy_order", "duty.break_start"),
        ('[duty]\nlate_start = "22:30"\n', "policy_order", "duty.late_end"),
        ("[duty]\nearly_share = 0.6\nlate_share = 0.5\n", "policy_shares", "0.6"),
        ('[gazetteer]\naddress_order = ["residence"]\n', "policy_value", "domicile"),
        ("score = 3\n", "policy_value", "[score]"),
        (
            "[score]\nweight_filings = 0\nweight_worth = 0\nweight_livelihood = 0\nweight_backlog = 0\n",
            "policy_weights",
            "0",
        ),
        ("[score\n", "policy_damaged", "p.toml"),
    ],
)
def test_every_fault_names_the_key_and_what_is_allowed(tmp_path: Path, content: str, key: str, told: str) -> None:
    (tmp_path / "p.toml").write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "p.toml")
    assert caught.value.key == key
    for language in LANGUAGES:
        assert told in tell(caught.value, translator(language))


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "none.toml")
    assert caught.value.key == "policy_missing"
