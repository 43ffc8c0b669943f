import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.hotspot import PARTS
from planner.scoring.sensitivity import reweighted, sensitivity

WEIGHTS = dict(zip(PARTS, (0.45, 0.35, 0.10, 0.10), strict=True))


def scored(shares: np.ndarray, weights: dict[str, float] = WEIGHTS) -> pd.DataFrame:
    points = 100 * shares * np.array([weights[part] for part in PARTS])
    table = pd.DataFrame(points, columns=list(PARTS)).assign(score=points.sum(axis=1))
    table = table.assign(township_code=[f"t{i}" for i in range(len(table))], name="甲镇")
    table = table.sort_values("score", ascending=False, kind="stable", ignore_index=True)
    return table.assign(rank=np.arange(1, len(table) + 1))


@pytest.fixture
def table() -> pd.DataFrame:
    return scored(np.random.default_rng(1).dirichlet(np.ones(18), 4).T)


def test_the_policys_own_weights_change_nothing(table):
    again = reweighted(table, WEIGHTS)
    assert again["township_code"].tolist() == table["township_code"].tolist()
    assert again["score"].to_numpy() == pytest.approx(table["score"].to_numpy())


@given(st.lists(st.floats(0.01, 10), min_size=4, max_size=4))
def test_any_weights_share_a_hundred_points(weights):
    table = scored(np.random.default_rng(1).dirichlet(np.ones(18), 4).T)
    again = reweighted(table, dict(zip(PARTS, weights, strict=True)))
    assert again["score"].sum() == pytest.approx(100)
    assert again[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(again["score"].to_numpy())
    assert again[list(PARTS)].sum().to_numpy() == pytest.approx(100 * np.array(weights) / sum(weights))


def test_one_part_alone_ranks_by_it(table):
    alone = reweighted(table, {**dict.fromkeys(PARTS, 0.0), "part_backlog": 2.0})
    by_backlog = table.sort_values("part_backlog", ascending=False)["township_code"]
    assert alone["township_code"].tolist() == by_backlog.tolist()
    assert alone["before"].tolist() != alone["rank"].tolist()


def test_no_weight_at_all_is_refused(table):
    for weights in (dict.fromkeys(PARTS, 0.0), {**WEIGHTS, "part_worth": -1.0}):
        with pytest.raises(ValueError, match="part_"):
            reweighted(table, weights)
    with pytest.raises(ValueError, match="part_"):
        reweighted(table.assign(part_backlog=0.0), {**dict.fromkeys(PARTS, 0.0), "part_backlog": 1.0})


def test_a_township_that_leads_in_every_part_never_leaves():
    shares = np.array([[0.4, 0.4, 0.4, 0.4], [0.3, 0.1, 0.3, 0.3], [0.1, 0.4, 0.1, 0.1], [0.2, 0.1, 0.2, 0.2]])
    found = sensitivity(scored(shares), WEIGHTS, k=2, seed=1)
    told = found.table.set_index("township_code")
    assert told.loc["t0", ["in_top", "best_rank", "worst_rank"]].tolist() == [1.0, 1, 1]
    assert told["in_top"].sum() == pytest.approx(2)
    assert found.may_leave == found.table.loc[found.table["rank"] == 2, "township_code"].tolist()
    assert len(found.may_enter) == 1
    assert told["in_top"]["t3"] == 0


def test_the_draws_repeat_with_the_seed(table):
    one, two, other = (sensitivity(table, WEIGHTS, 3, seed).table for seed in (1, 1, 2))
    assert one.equals(two)
    assert not one.equals(other)
