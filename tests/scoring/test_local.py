import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from planner.scoring.empirical_bayes import eb_moran, marshall, smoothed_rates, standardised_rates
from planner.scoring.local import (
    Tails,
    binary_weights,
    fdr,
    gi,
    gi_star,
    hot_and_cold,
    local_moran,
    moran,
    permuted_tails,
)


def lattice(side, wrap=False):
    """Each cell's four neighbours."""
    at = np.arange(side * side).reshape(side, side)
    pairs = [(at[:, :-1], at[:, 1:]), (at[:-1], at[1:])]
    if wrap:
        pairs = [(at, np.roll(at, 1, axis=0)), (at, np.roll(at, 1, axis=1))]
    a = np.concatenate([one.ravel() for one, _ in pairs])
    b = np.concatenate([other.ravel() for _, other in pairs])
    both = np.concatenate([a, b]), np.concatenate([b, a])
    return sparse.csr_array((np.ones(2 * len(a)), both), shape=(side * side, side * side))


def random_weights(rng, n, share):
    dense = np.where(rng.random((n, n)) < share, rng.integers(1, 4, (n, n)), 0).astype(float)
    np.fill_diagonal(dense, 0)
    return dense


def slow_gi(x, w, i):
    """Ord and Getis (1995), formula 6, word for word."""
    others = np.arange(len(x)) != i
    n, mean = len(x), x[others].mean()
    s = np.sqrt((x[others] ** 2).mean() - mean**2)
    total, squares = w[i].sum(), (w[i] ** 2).sum()
    return (w[i] @ x - total * mean) / (s * np.sqrt(((n - 1) * squares - total**2) / (n - 2)))


def slow_gi_star(x, w, i):
    n = len(x)
    total, squares = w[i].sum(), (w[i] ** 2).sum()
    return (w[i] @ x - total * x.mean()) / (x.std() * np.sqrt((n * squares - total**2) / (n - 1)))


@given(st.integers(0, 10**6), st.integers(5, 25))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_closed_forms_are_the_published_formulas(seed, n):
    rng = np.random.default_rng(seed)
    x, w = rng.poisson(4, n) + rng.random(n), random_weights(rng, n, 0.3)
    starred = w + np.diag(np.maximum(w.max(axis=1), (w.max(axis=1) == 0) * 1.0))
    found, found_star = gi(x, sparse.csr_array(w)), gi_star(x, sparse.csr_array(w))
    for i in range(n):
        if 0 < np.count_nonzero(w[i]) < n - 1:
            assert found[i] == pytest.approx(slow_gi(x, w, i), abs=1e-8)
            assert found_star[i] == pytest.approx(slow_gi_star(x, starred, i), abs=1e-8)
    assert gi_star(x, sparse.csr_array(starred)) == pytest.approx(found_star, nan_ok=True)
    assert gi(x, sparse.csr_array(starred)) == pytest.approx(found, nan_ok=True)


def test_conditional_permutations_find_the_exact_tails():
    """Five areas, two neighbours: all pairs of the other four can be counted."""
    x = np.array([9.0, 1.0, 2.0, 4.0, 7.0])
    w = sparse.csr_array(([1.0, 1.0, 2.0, 1.0], ([0, 0, 1, 1], [3, 4, 0, 2])), shape=(5, 5))
    tails = permuted_tails(x, w, 19_999, seed=3)
    assert tails.high[0] == pytest.approx(1 / 6, abs=0.01)  # 4 + 7 is the most of six pairs
    assert tails.low[0] == pytest.approx(1.0)
    # 2 * 9 + 2 = 20 of 2a + b over ordered pairs of 9, 2, 4, 7: above or equal 20 22 25 23 of twelve
    assert tails.high[1] == pytest.approx(4 / 12, abs=0.01)
    assert np.isnan(tails.high[2:]).all()


def test_p_is_about_uniform_where_labels_mean_nothing():
    rng, w = np.random.default_rng(5), lattice(12)
    tails, two_sided, globally = [], [], []
    for seed in range(60):
        x = rng.permutation(rng.normal(size=144))
        tails.append(permuted_tails(x, w, 199, seed).high)
        two_sided.append(local_moran(x, w, 199, seed).p)
        globally.append(moran(x, w, 99, seed).high)
    assert stats.kstest(np.array(tails)[:, ::13].ravel(), "uniform").pvalue > 0.01
    assert stats.kstest(np.array(two_sided)[:, ::13].ravel(), "uniform").pvalue > 0.01
    assert stats.kstest(globally, "uniform").pvalue > 0.01


def test_ties_never_make_a_chance_find():
    """Whole counts tie all the time; p stays at or above what chance allows."""
    rng, w = np.random.default_rng(6), lattice(12)
    p = np.concatenate([permuted_tails(rng.poisson(0.5, 144), w, 199, seed).high for seed in range(40)])
    assert np.mean(p <= 0.05) <= 0.055


def test_a_planted_cluster_is_hot_a_planted_hollow_cold_and_little_else():
    rng, side = np.random.default_rng(8), 30
    mean = np.full((side, side), 10.0)
    mean[4:9, 4:9], mean[20:25, 20:25] = 25.0, 2.0
    x = rng.poisson(mean).ravel()
    called = hot_and_cold(permuted_tails(x, lattice(side), 9_999, seed=1)).reshape(side, side)
    assert (called[5:8, 5:8] == "hot").all()
    assert (called[21:24, 21:24] == "cold").mean() > 0.8
    called[3:10, 3:10] = called[19:26, 19:26] = ""
    assert (called != "").sum() <= 5
    z = gi_star(x, lattice(side)).reshape(side, side)
    assert z[5:8, 5:8].min() > 3
    assert z[21:24, 21:24].max() < -2


def test_two_tails_do_not_share_one_correction():
    p = np.array([0.001, 0.002, 0.9, 0.8, 0.7])
    assert hot_and_cold(Tails(p, 1 - p)).tolist() == ["hot", "hot", "", "", ""]
    assert hot_and_cold(Tails(1 - p, p)).tolist() == ["cold", "cold", "", "", ""]


def test_quadrants():
    """Two high beside each other, two low, and each odd one among the others."""
    x = np.array([9.0, 8.0, 1.0, 0.0, 9.0, 1.0, 5.0])
    w = sparse.csr_array((np.ones(6), ([0, 1, 2, 3, 4, 5], [1, 0, 3, 2, 3, 1])), shape=(7, 7))
    found = local_moran(x, w)
    assert found.quadrant.tolist() == ["HH", "HH", "LL", "LL", "HL", "LH", ""]
    assert np.sign(found.statistic[:6]).tolist() == [1, 1, 1, 1, -1, -1]
    assert np.isnan(found.statistic[6])
    assert np.isnan(found.p[6])


def test_local_moran_sums_to_the_global_one():
    x, w = np.random.default_rng(9).normal(size=49), lattice(7)
    assert local_moran(x, w, 9).statistic.sum() / w.sum() == pytest.approx(moran(x, w, 9).statistic)


def test_a_constant_field_is_neither_hot_nor_cold():
    w, x = lattice(5), np.full(25, 0.1)
    assert np.isnan(gi(x, w)).all()
    assert np.isnan(gi_star(x, w)).all()
    tails = permuted_tails(x, w, 99)
    assert (tails.high == 1).all()
    assert (tails.low == 1).all()
    assert (hot_and_cold(tails) == "").all()
    assert (local_moran(x, w, 99).quadrant == "").all()
    assert np.isnan(moran(x, w, 99).statistic)


def test_islands_have_no_p_and_do_not_weigh_on_the_others():
    w = sparse.block_diag([lattice(5), sparse.csr_array((3, 3))], format="csr")
    x = np.random.default_rng(10).random(28)
    tails = permuted_tails(x, w, 99)
    assert np.isnan(tails.high[25:]).all()
    assert not np.isnan(tails.high[:25]).any()
    assert np.isnan(gi(x, w)[25:]).all()
    assert not np.isnan(gi_star(x, w)).any()
    assert (hot_and_cold(tails)[25:] == "").all()
    assert moran(x, w, 9).statistic * 28 / 25 == pytest.approx(moran(x, w, 9, count_islands=True).statistic)


def test_everybody_a_neighbour_tells_nothing():
    w = sparse.csr_array(np.ones((6, 6)) - np.eye(6))
    x = np.arange(6.0)
    assert np.isnan(gi(x, w)).all()
    assert (permuted_tails(x, w, 49).high == 1).all()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_areas(n):
    x, w = np.arange(float(n)), sparse.csr_array((n, n))
    assert len(gi(x, w)) == len(gi_star(x, w)) == len(permuted_tails(x, w, 9).high) == n
    assert len(hot_and_cold(permuted_tails(x, w, 9))) == n
    assert np.isnan(moran(x, w, 9).statistic)


def test_one_seed_one_answer():
    x, w = np.random.default_rng(11).random(100), lattice(10)
    assert np.array_equal(permuted_tails(x, w, 99, 4).high, permuted_tails(x, w, 99, 4).high)
    assert not np.array_equal(permuted_tails(x, w, 99, 4).high, permuted_tails(x, w, 99, 5).high)


def test_false_discoveries_are_adjusted_among_the_known():
    p = np.array([0.01, np.nan, 0.04, 0.03])
    assert fdr(p) == pytest.approx([0.03, np.nan, 0.04, 0.04], nan_ok=True)
    assert np.isnan(fdr([np.nan])).all()
    assert len(fdr([])) == 0


def test_weights_of_pairs():
    pairs = pd.DataFrame({"a": ["x", "x", "y"], "b": ["y", "z", "elsewhere"], "kind": ["border", "ferry", "border"]})
    assert binary_weights(pairs, ["z", "x", "y"]).toarray().tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_smoothed_rates_lie_between_their_own_and_the_mean():
    events, exposure = np.array([0, 1, 40, 300, 2]), np.array([10.0, 5.0, 400.0, 1000.0, 0.0])
    mean, variance = marshall(events[:4], exposure[:4])
    assert variance > 0
    rates, raw = smoothed_rates(events, exposure), events[:4] / exposure[:4]
    assert ((rates[:4] - mean) * (raw - mean) > 0).all()
    assert (abs(rates[:4] - mean) < abs(raw - mean)).all()
    pulled = abs(rates[:4] - raw) / abs(mean - raw)
    assert pulled.argmin() == 3  # the largest is pulled least
    assert rates[4] == pytest.approx(mean)  # no exposure, no rate of its own


def test_chance_alone_leaves_one_rate():
    events, exposure = np.full(6, 5), np.full(6, 50.0)
    assert marshall(events, exposure) == (pytest.approx(0.1), 0.0)
    assert smoothed_rates(events, exposure) == pytest.approx(0.1)
    assert smoothed_rates(np.zeros(3), np.ones(3)).tolist() == [0, 0, 0]
    assert smoothed_rates(np.zeros(2), np.zeros(2)).tolist() == [0, 0]


def test_rates_of_small_areas_are_not_mistaken_for_clusters():
    rng, w = np.random.default_rng(12), lattice(15, wrap=True)
    exposure = np.where(np.arange(225) < 45, 4.0, 4000.0)  # the small areas lie together
    p = [eb_moran(rng.poisson(exposure * 0.05), exposure, w, 99, seed).high for seed in range(60)]
    assert np.mean(np.array(p) <= 0.05) < 0.12
    exposure[7] = 0
    found = standardised_rates(rng.poisson(exposure * 0.05), exposure)
    assert np.flatnonzero(np.isnan(found)).tolist() == [7]
    assert not np.isnan(eb_moran(rng.poisson(exposure * 0.05), exposure, w, 9).statistic)
