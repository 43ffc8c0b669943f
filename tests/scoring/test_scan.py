import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from planner.scoring import scan as scan_module
from planner.scoring.scan import LANES, circles, scan


def slow_best(events, exposure, xy, share, hot=True, cold=False):
    """The best ratio over all circles, straight from the definition."""
    total, people = events.sum(), exposure.sum()
    best = 0.0
    for centre in xy:
        away = np.hypot(*(xy - centre).T)
        for radius in away:
            inside = away <= radius * (1 + 1e-9)
            c, e = events[inside].sum(), exposure[inside].sum() * total / people
            looked_for = (hot and c > e) or (cold and c < e)
            if exposure[inside].sum() <= share * people * (1 + 1e-9) and looked_for and e < total * (1 - 1e-9):
                near = c * math.log(c / e) if c else 0.0
                far = (total - c) * math.log((total - c) / (total - e)) if c < total else 0.0
                best = max(best, near + far)
    return best


def county(seed, n, on_grid=False):
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 5, (n, 2)).astype(float) if on_grid else rng.random((n, 2))
    exposure = rng.gamma(1.0, 100.0, n) * (rng.random(n) > 0.1)
    exposure[0] = 50.0
    return rng.poisson(exposure * rng.gamma(2.0, 0.05, n)), exposure, xy


@given(
    st.integers(0, 10**6), st.integers(2, 25), st.booleans(), st.sampled_from([0.1, 0.5, 1.0]),
    st.sampled_from([(True, False), (False, True), (True, True)]),
)  # fmt: skip
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_best_circle_is_the_best_by_definition(seed, n, on_grid, share, kinds):
    events, exposure, xy = county(seed, n, on_grid)
    hot, cold = kinds
    found = scan(events, exposure, xy, share=share, hot=hot, cold=cold, permutations=0)
    best = slow_best(events, exposure, xy, share, hot, cold) if events.sum() else 0.0
    assert (found[0].llr if found else 0.0) == pytest.approx(best, abs=1e-8)
    areas = [area for cluster in found for area in cluster.areas]
    assert len(areas) == len(set(areas))
    assert [c.llr for c in found] == sorted((c.llr for c in found), reverse=True)


@pytest.mark.parametrize("kinds", [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("total", [1, 7, 300, 20_000])
def test_the_short_cut_over_random_maps_loses_nothing(kinds, total):
    rng = np.random.default_rng(total)
    exposure, xy = rng.gamma(1.0, 1.0, 30), rng.random((30, 2))
    zones = circles(exposure, xy, 0.5, total)
    chance = scan_module._chance(zones, exposure, total, kinds, LANES + 3, 5)
    maps = np.random.default_rng(5).multinomial(total, exposure / exposure.sum(), size=LANES + 3)
    assert chance == pytest.approx([slow_best(each, exposure, xy, 0.5, *kinds) for each in maps], abs=1e-8)


def test_a_planted_cluster_is_found_again():
    rng = np.random.default_rng(1)
    xy = rng.random((300, 2)) * 10_000
    exposure = rng.gamma(2.0, 500.0, 300)
    planted = np.hypot(*(xy - (3_000, 6_000)).T) < 1_200
    hollow = np.hypot(*(xy - (8_000, 2_000)).T) < 1_200
    events = rng.poisson(exposure * 0.02 * np.where(planted, 3.0, np.where(hollow, 0.15, 1.0)))
    best, second = scan(events, exposure, xy, cold=True)[:2]
    assert (best.kind, second.kind) == ("hot", "cold")
    for cluster, truth in ((best, planted), (second, hollow)):
        found = set(cluster.areas)
        both = len(found & set(np.flatnonzero(truth)))
        assert both / truth.sum() > 0.85
        assert both / len(found) > 0.85
        assert cluster.p == 0.001
    assert best.relative_risk == pytest.approx(3.0, rel=0.25)
    assert best.observed == events[list(best.areas)].sum()
    assert best.expected == pytest.approx(exposure[list(best.areas)].sum() / exposure.sum() * events.sum())
    assert best.radius <= 1_500
    assert scan(events, exposure, xy)[0].areas == best.areas
    assert all(cluster.kind == "hot" for cluster in scan(events, exposure, xy, permutations=9))


def test_p_is_about_uniform_where_all_rates_are_alike():
    rng = np.random.default_rng(2)
    xy, exposure = rng.random((40, 2)), rng.gamma(2.0, 100.0, 40)
    p = []
    for seed in range(150):
        events = rng.multinomial(200, exposure / exposure.sum())
        p.append(scan(events, exposure, xy, permutations=99, seed=seed, most=1)[0].p)
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) <= 0.05) < 0.10


def test_areas_at_one_place_are_never_parted():
    xy = np.array([[0.0, 0], [0, 0], [5, 0], [6, 0], [9, 0]])
    found = scan([30, 0, 5, 5, 5], [10.0] * 5, xy, permutations=9)
    assert found[0].areas[:2] == (0, 1)


def test_nothing_to_find():
    xy = np.random.default_rng(3).random((6, 2))
    assert scan(np.zeros(6), np.ones(6), xy) == ()
    assert scan(np.ones(6), np.zeros(6), xy) == ()
    assert scan([], [], np.zeros((0, 2))) == ()
    assert scan(np.full(6, 4), np.ones(6), xy) == ()  # all alike
    assert scan([1, 2, 3], np.ones(3), xy[:3], share=0.01) == ()  # no circle so small


def test_areas_without_exposure_count_for_nothing():
    events, exposure, xy = county(4, 30)
    exposure[5], events[5] = 0.0, 100
    found = scan(events, exposure, xy, share=0.3, permutations=49)
    events[5] = 0
    assert found == scan(events, exposure, xy, share=0.3, permutations=49)


def test_all_events_at_one_place_have_an_infinite_relative_risk():
    found = scan([9, 0, 0, 0], [1.0] * 4, [[0, 0], [1, 0], [2, 0], [4, 0]], permutations=99)
    assert found[0].areas == (0,)
    assert found[0].relative_risk == math.inf
    assert found[0].p <= 0.05


def test_one_seed_one_answer():
    events, exposure, xy = county(6, 40)
    assert scan(events, exposure, xy, seed=1) == scan(events, exposure, xy, seed=1)
