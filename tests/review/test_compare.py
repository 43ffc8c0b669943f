"""The comparison itself: exact where it can be, inverted where it says so, and honest about what weakens it."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.generators import events, levels
from benchmarks.review import as_sweep
from planner.review.compare import Sweep, compare, expected_path, pool, smallest_effect

LEVEL = 0.05


def null(seed: int, townships: int = 7, swept: tuple[int, ...] = (0, 1)) -> Sweep:
    counts = np.random.default_rng(seed).poisson(4.0, (104 + 13, townships))
    flags = np.zeros(townships, bool)
    flags[list(swept)] = True
    return Sweep(counts, flags, 104, 13)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_over_all_choices_exactly_the_promised_share_is_refused(seed: int) -> None:
    """The level is exact: of all townships that could have been swept, p <= 5 % holds for 5 % at the most."""
    every = [compare(null(seed, swept=pair)).p for pair in combinations(range(7), 2)]
    assert sorted(every)[0] >= 1 / len(every) - 1e-12
    assert np.mean(np.array(every) <= 0.2) <= 0.2 + 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_the_interval_holds_what_the_permutation_does_not_refuse(seed: int) -> None:
    sweep = as_sweep(levels(seed, float(np.log(1.5))))
    told = compare(sweep)
    assert told.low < told.log_ratio < told.high
    assert (told.p <= LEVEL) == (not told.low <= 0 <= told.high)
    assert told.verdict == ("cannot_tell" if told.p > LEVEL else "more" if told.log_ratio > 0 else "less")


def test_counts_of_the_whole_county_cancel() -> None:
    """Twice as much everywhere after the start is no effect of the sweep."""
    sweep = as_sweep(levels(1))
    double = sweep.counts.copy()
    double[sweep.start :] *= 2
    assert compare(replace(sweep, counts=double)).log_ratio == pytest.approx(compare(sweep).log_ratio, abs=0.02)


def test_a_large_effect_is_seen_and_estimated() -> None:
    told = compare(as_sweep(events(5, float(np.log(2.0)))))
    assert told.verdict == "more"
    assert told.low <= np.log(2.0) <= told.high
    assert told.choices == 816


def test_several_sweeps_are_surer_than_one() -> None:
    sweeps = [as_sweep(levels(seed, float(np.log(1.3)))) for seed in range(6)]
    together = pool(sweeps)
    assert together.error < min(compare(sweep).error for sweep in sweeps)
    assert together.high - together.low < min(compare(sweep).high - compare(sweep).low for sweep in sweeps)


def test_what_weakens_it_is_said() -> None:
    sweep = null(1)
    assert compare(sweep).caveats == ()
    short = compare(replace(sweep, counts=sweep.counts[30:], start=74))
    assert "short_history" in short.caveats
    touched = np.zeros(sweep.counts.shape, bool)
    touched[80:90, 0] = True
    assert compare(replace(sweep, touched=touched)).caveats == ("treated_before",)
    few = compare(replace(sweep, counts=np.minimum(sweep.counts, 1) * (np.arange(117) % 9 == 0)[:, None]))
    assert "small_counts" in few.caveats
    assert abs(few.log_ratio) < 4


def test_nothing_at_all_is_no_effect() -> None:
    told = compare(replace(null(1), counts=np.zeros((117, 7), np.int64)))
    assert told.verdict == "cannot_tell"
    assert told.log_ratio == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "wrong", [{"start": 40}, {"weeks": 20}, {"swept": np.zeros(7, bool)}, {"swept": np.ones(7, bool)}]
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="start"):
        compare(replace(null(1), **wrong))  # type: ignore[arg-type]


def test_the_smallest_effect_is_larger_where_less_is_counted() -> None:
    sweep = null(3)
    rarer = replace(sweep, counts=np.random.default_rng(3).poisson(0.6, sweep.counts.shape))
    assert 0 < smallest_effect(sweep) < smallest_effect(rarer)


def test_the_band_holds_nine_weeks_of_ten() -> None:
    inside = []
    for seed in range(20):
        sweep = null(seed)
        told, low, high = expected_path(sweep)
        seen = sweep.counts[sweep.start :]
        assert told.shape == low.shape == high.shape == seen.shape
        inside.append(((low <= seen) & (seen <= high)).mean())
    assert 0.85 <= np.mean(inside) <= 0.97
