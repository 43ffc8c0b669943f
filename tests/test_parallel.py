import math

import pytest

from planner.parallel import Mapper, processes, serial


def test_both_mappers_keep_the_order() -> None:
    items = list(range(20))
    assert list(serial(abs, items)) == list(processes(2)(abs, items)) == items


@pytest.mark.parametrize("mapper", [serial, processes(1)])
def test_fault_of_the_work_is_raised(mapper: Mapper) -> None:
    with pytest.raises(ValueError, match="math domain error"):
        list(mapper(math.sqrt, [4, -1]))
