"""One contract for every way of working on many items at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.errors import Cancelled, DeploymentError
from planner.model.work import Done, Failed
from planner.parallel import Crew, each
from tests.dask_cluster import Cluster, cluster
from tests.parallel.works import die_always, die_once, stumble, twice


@pytest.fixture(scope="module")
def dask() -> Iterator[Cluster]:
    with cluster(workers=2) as running:
        yield running


@pytest.fixture(params=["here", "processes", "dask"])
def crew(request: pytest.FixtureRequest) -> Crew:
    if request.param == "here":
        return Crew(workers=0)
    return Crew(workers=2) if request.param == "processes" else Crew(address=request.getfixturevalue("dask").address)


def nothing() -> None:
    """Nobody wants to stop."""


def test_every_item_comes_back_once_with_its_answer_and_its_cost(crew: Crew) -> None:
    items = [(str(n), n) for n in range(7)]
    came = list(each(crew, twice, items, nothing))
    assert sorted(name for name, _ in came) == [name for name, _ in items]
    for name, answer in came:
        assert isinstance(answer, Done)
        assert answer.value == 2 * int(name)
        assert answer.peak_mb > 10


def test_a_fault_of_one_stops_no_other_and_is_told_without_its_words(crew: Crew) -> None:
    came = dict(each(crew, stumble, [(str(n), n) for n in range(5)], nothing))
    fault = came.pop("3")
    assert isinstance(fault, Failed)
    assert fault.key == "county_fault"
    assert fault.params["kind"] == "ZeroDivisionError"
    assert str(fault.params["where"]).startswith("works.py:")
    assert all(isinstance(answer, Done) for answer in came.values())


def test_nothing_to_do_is_soon_done(crew: Crew) -> None:
    assert list(each(crew, twice, [], nothing)) == []


def test_who_waits_can_stop_it(crew: Crew) -> None:
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats > 2:
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        list(each(crew, twice, [(str(n), n) for n in range(50)], beat))


def test_what_a_dead_process_held_is_done_again(tmp_path: Path) -> None:
    came = dict(each(Crew(workers=2), die_once, [(str(n), (n, str(tmp_path))) for n in range(5)], nothing))
    assert {name: answer.value for name, answer in came.items() if isinstance(answer, Done)} == {
        str(n): n for n in range(5)
    }


def test_an_item_that_kills_its_process_twice_is_given_back_and_its_neighbours_are_done() -> None:
    came = dict(each(Crew(workers=2), die_always, [(str(n), n) for n in range(6)], nothing))
    assert came.pop("2") == Failed("worker_died", {})
    assert sorted(came) == ["0", "1", "3", "4", "5"]
    assert all(isinstance(answer, Done) for answer in came.values())


def test_a_scheduler_that_is_not_there_is_told() -> None:
    with pytest.raises(DeploymentError) as told:
        list(each(Crew(address="tcp://127.0.0.1:9"), twice, [("1", 1)], nothing))
    assert told.value.key == "dask_unreachable"
