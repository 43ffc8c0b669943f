import numpy as np
import pandas as pd
import pytest

from planner.scoring.clusters import cluster, find_clusters


def heap(centre, count, spread, seed):
    return np.array(centre) + np.random.default_rng(seed).normal(0, spread, (count, 2))


def test_two_heaps_and_a_few_strays():
    strays = np.array([[20_000.0, 0], [0, 20_000], [-15_000, 3_000]])
    xy = np.vstack([heap((0, 0), 30, 150, 1), heap((5_000, 0), 20, 150, 2), strays])
    labels, persistence = cluster(xy, 10)
    assert len(set(labels[:30])) == len(set(labels[30:50])) == 1
    assert labels[0] != labels[30]
    assert (labels[50:] == -1).all()
    assert (persistence > 0.5).all()


def test_cases_tied_at_village_points_are_finite_and_persistence_tells_near_from_far():
    def villages(gap):
        return np.repeat([[0.0, 0.0], [gap, 0.0]], [20, 15], axis=0)

    (near, low), (far, high) = cluster(villages(400.0), 10), cluster(villages(8_000.0), 10)
    for labels in (near, far):
        assert set(labels[:20]) != set(labels[20:])
        assert (labels >= 0).all()
    assert ((low > 0) & (low < high) & (high < 1)).all()


def test_one_village_alone_is_one_cluster():
    labels, persistence = cluster(np.zeros((25, 2)), 10)
    assert (labels == 0).all()
    assert persistence == pytest.approx([1.0])


def test_one_village_among_strays_is_taken_without_them():
    strays = np.array([[3_000.0 * i, 9_000.0] for i in range(5)])
    labels, _ = cluster(np.vstack([np.zeros((25, 2)), strays]), 10)
    assert (labels[:25] == 0).all()
    assert (labels[25:] == -1).all()


def test_an_even_sprinkle_and_too_few_cases_have_no_cluster():
    grid = np.stack(np.meshgrid(np.arange(6), np.arange(6)), axis=-1).reshape(-1, 2) * 3_000.0
    assert (cluster(grid, 12)[0] == -1).all()
    assert len(cluster(np.zeros((5, 2)), 10)[1]) == 0


def test_order_does_not_matter_when_points_are_tied():
    xy = np.repeat([[0.0, 0.0], [700.0, 0.0], [6_000.0, 0.0], [6_500.0, 300.0]], [15, 9, 8, 14], axis=0)
    order = np.random.default_rng(4).permutation(len(xy))
    labels, persistence = cluster(xy, 10)
    mixed, again = cluster(xy[order], 10)
    groups = {frozenset(np.flatnonzero(labels == label)) for label in set(labels)}
    assert groups == {frozenset(order[mixed == label]) for label in set(mixed)}
    assert sorted(persistence) == pytest.approx(sorted(again))


def points_at(region, villages):
    """Points of cases at villages of the first township: (village number, cases)."""
    rows = [region.villages.iloc[number] for number, count in villages for _ in range(count)]
    table = pd.DataFrame(rows).reset_index(drop=True)
    return pd.DataFrame(
        {
            "case_id": [f"c{i:03d}" for i in range(len(table))],
            "township_code": table["township_code"],
            "village_code": table["code"],
            "lon": table["lon"],
            "lat": table["lat"],
            "point_source": "village",
        }
    )


def test_clusters_are_named_by_their_villages_the_largest_first(region):
    located, clusters = find_clusters(points_at(region, [(0, 14), (4, 20), (13, 3)]), region, 12)
    assert clusters["label"].tolist() == ["乙1之5村", "乙1之1村"]
    assert clusters["cases"].tolist() == [20, 14]
    assert located["cluster_id"].value_counts().to_dict() == {1: 20, 2: 14, 0: 3}
    assert clusters["radius_m"].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert clusters["lon"][0] == pytest.approx(region.villages["lon"][4])


def test_cases_known_by_township_only_make_no_false_cluster_at_the_seat(region):
    points = points_at(region, [(0, 30)]).assign(point_source="township", village_code=None)
    located, clusters = find_clusters(points, region, 12)
    assert clusters.empty
    assert (located["cluster_id"] == 0).all()


def test_a_cluster_of_bare_coordinates_takes_the_townships_name(region):
    points = points_at(region, [(0, 20)]).assign(
        point_source="coordinates", village_code=pd.Series([None] * 20, dtype="string")
    )
    assert find_clusters(points, region, 12)[1]["label"].tolist() == ["甲1镇"]
