"""The search against published best known scores."""

import csv
from pathlib import Path

import pytest

from benchmarks.instances import read_toptw
from planner.routing.engines.mend import holds
from planner.routing.search import finish, run_slice, start_search


@pytest.mark.parametrize(
    ("name", "m", "most_gap"),
    [("c101", 1, 0.0), ("c104", 2, 0.03), ("r104", 1, 0.02), ("rc104", 1, 0.02), ("pr01", 2, 0.02)],
)
def test_near_the_best_known_score(known: Path, name: str, m: int, most_gap: float) -> None:
    """20,000 steps from a fixed seed: under a second each."""
    with (known / "toptw" / "best_known.csv").open(encoding="utf-8") as file:
        best = next(
            int(row["best_known_score"])
            for row in csv.DictReader(file)
            if (row["instance"], row["m"]) == (name, str(m))
        )
    course = read_toptw(known / "toptw" / f"{name}.txt", m)
    search = start_search(course, seed=1)
    for slices in range(100):
        run_slice(search, slices / 100, 200)
    routes = finish(search)
    assert all(holds(course, r, route) for r, route in enumerate(routes))
    score = sum(int(course.prize[list(route)].sum()) for route in routes)
    assert (1 - most_gap) * best <= score <= best
