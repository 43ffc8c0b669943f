import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.geo.datum import wgs84_to_gcj02
from planner.geo.place import candidates, unknown_name
from planner.model.policy import GazetteerPolicy

POLICY = GazetteerPolicy()
DAXU, SHIPU, DANDONG, DANXI, TUCI, JUEXI = (
    "330225109", "330225101", "330225001", "330225002", "330225108", "330225003",
)  # fmt: skip


@pytest.fixture(scope="module")
def offered(region):
    """What is offered for these addresses: (township code, village name) -> probability."""
    names = dict(zip(region.villages["code"], region.villages["name"], strict=True)) | {None: None}

    def of(**told) -> dict[tuple[str | None, str | None], float]:
        found = candidates(told, region, POLICY)
        return {(c.township_code, names[c.village_code]): c.probability for c in found}

    return of


def test_an_ambiguous_old_name_offers_each_township(offered) -> None:
    found = offered(residence="丹城中心路12号")
    assert list(found)[:2] == [(DANXI, None), (DANDONG, None)]
    assert min(list(found.values())[:2]) > 0.3


def test_a_village_name_of_several_townships_offers_each(offered) -> None:
    found = offered(residence="玉泉")
    assert {(TUCI, "玉泉村委会"), (JUEXI, "玉泉社区")} <= set(found)


def test_each_address_and_outside_are_offered_in_the_order_of_belief(offered) -> None:
    found = offered(residence="上海市浦东新区", service="大徐镇林善岙村", domicile="石浦镇东门渔村")
    assert {(None, None), (DAXU, "林善岙村委会"), (SHIPU, "东门渔村委会")} <= set(found)
    within = offered(service="大徐镇林善岙村", domicile="石浦镇东门渔村")
    assert next(iter(within)) == (DAXU, "林善岙村委会")


def test_names_that_look_alike_are_offered_with_little_belief(offered) -> None:
    found = offered(residence="象山县石浦镇东门鱼村")
    assert next(iter(found)) == (SHIPU, "东门渔村委会")
    assert (SHIPU, "东门渔村委会") in offered(residence="东门鱼忖")
    assert (DAXU, "林善岙村委会") in offered(residence="大徐镇林山奥村")
    unknown = offered(residence="下鱼村")
    assert {(DANDONG, "下余村委会"), (None, None)} <= set(unknown)
    assert max(unknown.values()) < POLICY.queue_below


def test_a_place_outside_offers_the_township_of_that_name_too(offered) -> None:
    found = offered(residence="宁海县西周镇某村")
    assert next(iter(found)) == (None, None)
    assert 0 < found["330225102", None] < 0.1


def test_a_point_speaks_up_in_its_own_datum(offered, region) -> None:
    seat = region.townships.set_index("code").loc[DAXU]
    x, y = (float(axis) for axis in wgs84_to_gcj02(seat["seat_lon"], seat["seat_lat"]))
    assert next(iter(offered(residence="不详", x=x, y=y, datum="GCJ-02"))) == (DAXU, None)
    assert (DAXU, None) in offered(residence="石浦镇", x=x, y=y, datum="GCJ-02")
    assert (DAXU, None) not in offered(residence="石浦镇", x=np.nan, y=np.nan)


def test_nothing_told_offers_nothing(offered) -> None:
    assert offered(residence="", domicile=None) == {}
    assert offered(residence="13800138000") == {}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text("象山石浦蒲镇县东门渔鱼村丹城玉泉社区宁海上海市路0号（）", max_size=14), min_size=1, max_size=3)
)
def test_candidates_are_sorted_distinct_and_no_more_than_sure(region, texts) -> None:
    found = candidates(dict(zip(POLICY.address_order, texts, strict=False)), region, POLICY, most=5)
    probabilities = [c.probability for c in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert len(found) <= 5
    assert sum(probabilities) <= 1 + 1e-9
    assert all(p > 0 for p in probabilities)
    assert len({(c.township_code, c.village_code) for c in found}) == len(found)
    assert all(c.village_code is None or c.village_code.startswith(str(c.township_code)) for c in found)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("浙江省宁波市象山县石浦镇小湾自然村3组12号", "小湾"),
        ("石浦镇小湾村12号", "小湾村"),
        ("象山县石浦镇渔港路55号对面", "渔港路"),
        ("象山林海乡里塘村8号", "林海乡里塘村"),
        ("象山县石浦镇东门鱼村", "东门鱼村"),
        ("石浦镇东门渔村12号", None),
        ("象山县石浦镇", None),
        ("浙江省宁波市象山县", None),
        ("3幢201室", None),
        ("13800138000", None),
        ("", None),
        (None, None),
    ],
)
def test_the_unknown_name_is_what_an_answer_could_teach(region, address, name) -> None:
    assert unknown_name(address, region) == name
