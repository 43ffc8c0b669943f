from planner.parallel import processes, serial


def test_both_mappers_keep_the_order() -> None:
    items = list(range(20))
    assert list(serial(abs, items)) == list(processes(2)(abs, items)) == items
