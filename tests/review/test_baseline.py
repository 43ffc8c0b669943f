"""What is to be expected without a sweep: shares, dispersion and untouched weeks."""

import numpy as np
import pytest

from planner.review.baseline import QUARTER, YEAR, Baseline, learn

TOWNSHIPS = 18


def steady(rng: np.random.Generator, weeks: int, lively: float | None = None) -> np.ndarray:
    """Poisson counts around levels that never move; ``lively``: negative binomial of this size."""
    level = np.tile(rng.gamma(4.0, 1.5, TOWNSHIPS), (weeks, 1))
    return rng.poisson(level) if lively is None else rng.negative_binomial(lively, lively / (lively + level))


def mean_of(found: list[Baseline], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in found]))


def test_levels_that_never_move_are_kept_and_not_pulled() -> None:
    found = [learn(steady(np.random.default_rng(seed), 156), 156) for seed in range(20)]
    assert mean_of(found, "keep") > 0.9
    assert mean_of(found, "pull") < 0.25
    assert mean_of(found, "spread") < 0.01
    assert all(one.dispersion[0] < 1.25 for one in found)


def test_levels_drawn_anew_each_quarter_are_drawn_to_the_county() -> None:
    """Nothing of a township's past tells of its future: both shares are near nothing."""
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        level = np.repeat(rng.gamma(4.0, 1.5, (12, TOWNSHIPS)), QUARTER, axis=0)
        found.append(learn(rng.poisson(level), 12 * QUARTER))
    assert mean_of(found, "keep") < 0.45
    assert mean_of(found, "spread") > 0.1


def test_lively_weeks_make_large_townships_less_sure() -> None:
    found = [learn(steady(np.random.default_rng(seed), 156, lively=4.0), 156).dispersion for seed in range(10)]
    steep = np.mean([clumped for _, clumped in found])
    assert steep == pytest.approx(1 / 4, rel=0.35)


def test_weeks_under_another_sweep_teach_nothing_and_belong_to_no_level() -> None:
    counts = steady(np.random.default_rng(1), 130)
    touched = np.zeros(counts.shape, bool)
    touched[100:113, :3] = True
    swollen = np.where(touched, counts * 10, counts)
    clean = learn(counts, 130, touched=touched)
    assert learn(swollen, 130, touched=touched).keep == clean.keep
    assert (clean.expected(swollen, 130, touched) == clean.expected(counts, 130, touched)).all()
    assert clean.expected(swollen, 130)[:3].sum() > 1.5 * clean.expected(counts, 130)[:3].sum()


def test_a_quarter_wholly_under_a_sweep_takes_the_level_of_the_year() -> None:
    counts = steady(np.random.default_rng(2), YEAR + QUARTER)
    touched = np.zeros(counts.shape, bool)
    touched[-QUARTER:, 0] = True
    base = Baseline(1.0, 1.0, 0.0, (1.0, 0.0), 1)
    told = base.expected(counts, len(counts), touched)
    assert np.isfinite(told).all()
    assert told[0] > 0


def test_without_a_past_it_starts_from_a_guess() -> None:
    assert learn(steady(np.random.default_rng(3), 60), 60).origins == 0
