"""The coin: anybody can throw it again; its test is exact; its interval is what the test does not refuse."""

import hashlib
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.review.coin import ALL_TRIED, LEAST_PAIRS, Pairs, _p, _signs, analyse, changed, draw, power, smallest

MONDAY = date(2027, 1, 4)
WEEKS = [(MONDAY + timedelta(weeks=2 * n), MONDAY + timedelta(weeks=2 * n + 1)) for n in range(12)]
PAST = np.random.default_rng(4).poisson(80, (100, 2))


def pairs(concentrated: list[int], spread: list[int]) -> Pairs:
    return Pairs(np.array(concentrated), np.array(spread), np.full((len(spread), 2), np.nan))


def test_the_same_seed_draws_the_same_and_anybody_can_draw_it_again() -> None:
    drawn = draw(WEEKS, 7)
    assert drawn == draw(WEEKS, 7)
    assert draw(WEEKS[5:], 7) == drawn[5:]
    for (first, second), chosen in zip(WEEKS, drawn, strict=True):
        even = int(hashlib.sha256(f"7:{first}".encode()).hexdigest(), 16) % 2 == 0
        assert chosen == (first if even else second)


def test_coins_are_fair_and_do_not_hang_together() -> None:
    fell = np.array([[one == first for (first, _), one in zip(WEEKS, draw(WEEKS, s), strict=True)] for s in range(600)])
    assert 0.47 < fell.mean() < 0.53
    assert np.abs(np.corrcoef(fell.T) - np.eye(12)).max() < 0.2


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=5, max_size=7))
def test_under_no_effect_no_more_ways_claim_than_the_level_allows(weeks: list[tuple[int, int]]) -> None:
    """Whatever the weeks count: of all ways in which the coins could fall, at most the share p has a p so small."""
    found = []
    for fell in product((0, 1), repeat=len(weeks)):
        mine = pairs(
            [week[one] for week, one in zip(weeks, fell, strict=True)],
            [week[1 - one] for week, one in zip(weeks, fell, strict=True)],
        )
        found.append(analyse_p(mine))
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.mean(np.array(found) <= level + 1e-12) <= level + 1e-12


def analyse_p(mine: Pairs) -> float:
    return _p(mine, _signs(len(mine.spread), ALL_TRIED, 0), 0.0)


def test_fewer_than_six_pairs_cannot_show_anything_and_six_can() -> None:
    most = pairs([300] * 6, [100] * 6)
    assert analyse(most).p == pytest.approx(2 / 2**LEAST_PAIRS)
    assert analyse(most).verdict == "more"
    five = analyse(pairs([300] * 5, [100] * 5))
    assert five.verdict == "cannot_tell"
    assert (five.low, five.high) == (-np.inf, np.inf)
    assert np.exp(five.log_ratio) == pytest.approx(3, rel=0.01)
    with pytest.raises(ValueError, match="1 pairs"):
        analyse(pairs([3], [1]))


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([-0.5, 0.0, 0.3]))
def test_the_interval_is_what_the_test_does_not_refuse(seed: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    base = rng.poisson(60, (8, 2))
    mine = Pairs(changed(base[:, 0], effect, rng), base[:, 1], np.full((8, 2), np.nan))
    told = analyse(mine)
    assert told.low <= told.log_ratio <= told.high
    for bound, out in ((told.low, -1), (told.high, 1)):
        assert _p(mine, _signs(8, ALL_TRIED, 0), bound) > 0.05
        assert _p(mine, _signs(8, ALL_TRIED, 0), bound + out * 0.01) <= 0.05


def test_per_officer_day_and_mirrored() -> None:
    rng = np.random.default_rng(2)
    base = rng.poisson(90, (10, 2))
    twice = Pairs(2 * base[:, 0], base[:, 1], np.tile([200.0, 100.0], (10, 1)))
    alone = analyse(Pairs(2 * base[:, 0], base[:, 1], np.full((10, 2), np.nan)))
    assert analyse(twice).log_ratio == pytest.approx(alone.log_ratio - np.log(2), abs=0.01)
    mirrored = analyse(Pairs(base[:, 1], 2 * base[:, 0], np.full((10, 2), np.nan)))
    assert mirrored.log_ratio == pytest.approx(-alone.log_ratio, abs=0.01)
    assert mirrored.p == alone.p
    assert (mirrored.verdict, alone.verdict) == ("less", "more")


def test_one_week_far_out_does_not_decide() -> None:
    usual = [100, 104, 97, 102, 99, 101, 103, 98, 100, 96]
    told = analyse(pairs([1000, *usual[1:]], usual[::-1]))
    assert told.verdict == "cannot_tell"
    assert abs(told.log_ratio) < 0.1


def test_power_grows_and_is_the_level_without_an_effect() -> None:
    assert power(PAST, 5, np.log(2)) == 0.0
    assert power(PAST, 10, 0.0, draws=1000) <= 0.08
    small, large = power(PAST, 8, np.log(1.15)), power(PAST, 26, np.log(1.15))
    assert small < large
    assert power(PAST, 12, np.log(1.3)) >= 0.9
    assert power(PAST, 12, np.log(0.7)) >= 0.9
    assert power(PAST, 12, 0.2, seed=1) == power(PAST, 12, 0.2, seed=1)


def test_the_smallest_effect_is_found_with_the_wanted_power() -> None:
    least = smallest(PAST, 12)
    assert least is not None
    assert power(PAST, 12, least) >= 0.8 > power(PAST, 12, least - 0.02)
    assert smallest(PAST, 5) is None
    assert smallest(np.array([[0, 0], [0, 1]]), 6) is None
