"""Sweeps of a campaign: the rules always hold, and together is never worse than one at a time."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import RequestError
from planner.model.campaign import Rules
from planner.scoring.rotation import Stock, as_given, greedy, spread_out, sweep_worths, together


def stock_of(seed: int, townships: int = 6, sweeps: int = 4, visits: int = 60, gap: int = 2) -> Stock:
    rng = np.random.default_rng(seed)
    level = rng.gamma(2.0, 40.0, townships)
    town = rng.integers(0, townships, visits)
    season = rng.uniform(0.4, 1.5, (townships, sweeps))
    prize = rng.gamma(1.5, level[town])[:, None] * season[town]
    return Stock(
        town=town.astype(np.int64),
        minutes=rng.uniform(20, 60, visits),
        prize=np.maximum(prize, 1.0),
        p_find=np.clip(rng.uniform(0.2, 0.8, visits)[:, None] * np.ones(sweeps), 0, 0.9),
        capacity=rng.uniform(150, 500, (townships, sweeps)),
        refill=rng.uniform(0.0, 0.1, townships),
        weeks=gap * np.arange(sweeps, dtype=np.int64),
        free_from=rng.integers(0, 2, townships).astype(np.int64),
    )


def one_town(**changed: object) -> Stock:
    """Three visits of 100, 50 and 10 points, 30 minutes each; a sweep has an hour."""
    plain = Stock(
        town=np.zeros(3, np.int64), minutes=np.full(3, 30.0), prize=np.tile([[100.0], [50.0], [10.0]], 2),
        p_find=np.full((3, 2), 0.5), capacity=np.full((1, 2), 60.0), refill=np.zeros(1),
        weeks=np.array([0, 4]), free_from=np.zeros(1, np.int64),
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000), rest=st.integers(1, 5), most=st.integers(1, 3), left=st.sampled_from([0.0, 0.5, 0.8])
)
def test_rules_hold_and_together_is_never_worse_than_greedy(seed: int, rest: int, most: int, left: float) -> None:
    stock, rules = stock_of(seed), Rules(2, rest, most, 0.25, left)
    must = [seed % 6]
    plain = greedy(stock, rules, must)
    try:
        found = together(stock, rules, must, seed)
    except RequestError:
        assert plain is None
        return
    assert plain is None or found.worth >= plain.worth
    assert found.worth <= found.bound + 1e-6
    assert found.worth == pytest.approx(as_given(stock, found.sweeps).worth)
    assert all(len(chosen) == 2 for chosen in found.sweeps)
    assert must[0] in {town for chosen in found.sweeps for town in chosen}
    for town in range(stock.townships):
        weeks = [int(stock.weeks[sweep]) for sweep, chosen in enumerate(found.sweeps) if town in chosen]
        assert len(weeks) <= most
        assert all(later - earlier >= rest for earlier, later in pairwise(weeks))
        assert not weeks or weeks[0] >= stock.free_from[town]


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_no_other_choice_is_worth_more(seed: int) -> None:
    stock, rules = stock_of(seed, townships=4, sweeps=3, visits=30), Rules(1, 2, 3, 0.25, 0.0)
    stock = replace(stock, free_from=np.zeros(4, np.int64))
    best = max(as_given(stock, [[a], [b], [c]]).worth for a in range(4) for b in range(4) for c in range(4))
    assert together(stock, rules, [], seed).worth == pytest.approx(best, rel=1e-3)


def test_a_sweep_takes_the_best_and_leaves_who_was_not_found() -> None:
    stock = one_town()
    # first: the visits of 100 and 50; then half of each is left (30 minutes), and the third fits in the rest
    assert sweep_worths(stock, [[0], [0]]) == [(150.0,), (pytest.approx(75.0 + 10.0),)]
    assert as_given(stock, [[0], []]).worth == 150.0


def test_filings_bring_the_stock_back() -> None:
    slow, fast = (sweep_worths(one_town(refill=np.array([rate])), [[0], [0]])[1][0] for rate in (0.05, 100.0))
    assert 85.0 < slow < 150.0
    assert fast == pytest.approx(150.0)


def test_fishermen_are_swept_while_they_are_ashore() -> None:
    """Two townships of one worth; only the second loses half of it in the later week: it goes first."""
    prize = np.array([[100.0, 100.0], [100.0, 50.0]])
    stock = one_town(
        town=np.array([0, 1]), minutes=np.full(2, 30.0), prize=prize, p_find=np.full((2, 2), 0.5),
        capacity=np.full((2, 2), 60.0), refill=np.zeros(2), free_from=np.zeros(2, np.int64),
    )  # fmt: skip
    assert together(stock, Rules(1, 1, 1), []).sweeps == ((1,), (0,))


def test_none_is_swept_dry_and_season_is_not_taken_for_it() -> None:
    drained = one_town(p_find=np.full((3, 2), 0.9), prize=np.tile([[100.0], [50.0], [0.1]], 2))
    with pytest.raises(RequestError, match="campaign_swept_dry"):
        together(drained, Rules(1, 1, 2, 0.25, 0.5), [])
    season = one_town(prize=np.array([[100.0, 10.0], [50.0, 5.0], [10.0, 1.0]]), refill=np.array([100.0]))
    assert together(season, Rules(1, 1, 2, 0.25, 0.5), []).sweeps == ((0,), (0,))


def test_spreading_gives_every_township_its_even_share() -> None:
    stock = stock_of(3)
    thin = spread_out(stock, 2)
    assert all(len(chosen) == stock.townships for chosen in thin.sweeps)
    assert thin.worth == pytest.approx(as_given(replace(stock, capacity=stock.capacity / 3), thin.sweeps).worth)


@pytest.mark.parametrize(
    ("rules", "must", "key"),
    [
        (Rules(7), [], "too_few_townships"),
        (Rules(4, 4, 1), [], "campaign_too_many_places"),
        (Rules(1, 1, 4), [0, 1, 2, 3, 4], "campaign_too_many_hot"),
        (Rules(1, 1, 4, 0.25, 0.0), [0], "campaign_hot_unreachable"),
        (Rules(6, 1, 4, 0.25, 0.0), [], "campaign_rest_too_long"),
    ],
)
def test_what_cannot_be_says_what_to_relax(rules: Rules, must: list[int], key: str) -> None:
    resting = np.array([99, 0, 0, 0, 0, 0])
    with pytest.raises(RequestError, match=key):
        together(replace(stock_of(1), free_from=resting), rules, must)


def test_the_same_seed_gives_the_same_choice() -> None:
    stock, rules = stock_of(5), Rules(2, 2, 3, 0.25, 0.0)
    assert together(stock, rules, [], 3) == together(stock, rules, [], 3)
