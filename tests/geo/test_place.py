from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import Cancelled
from planner.geo.believe import Belief, as_told, beliefs, best
from planner.geo.datum import wgs84_to_gcj02
from planner.geo.gazetteer import build_gazetteer
from planner.geo.place import place_cases
from planner.geo.reading import read
from planner.model.policy import GazetteerPolicy

POLICY = GazetteerPolicy()
GOLDEN = pd.read_csv(Path(__file__).with_name("addresses.csv"), dtype=str, keep_default_na=False)
"""Ways in which addresses are written, judged by hand: method, township, village, and whether a machine may be sure."""


@pytest.fixture(scope="module")
def gazetteer(region):
    return build_gazetteer(region)


@pytest.fixture(scope="module")
def names(region) -> dict[str | None, str]:
    both = pd.concat([region.townships[["code", "name"]], region.villages[["code", "name"]]])
    return {None: ""} | dict(zip(both["code"], both["name"], strict=True))


def believed(gazetteer, address: str) -> Belief:
    """What one address says by itself."""
    reading = read(gazetteer, address)
    return best(beliefs([as_told(reading, "residence")] if reading.told else [], None, company=False))


@pytest.mark.parametrize(
    ("address", "method", "township", "village", "sure"), list(GOLDEN.itertuples(index=False, name=None))
)
def test_golden_addresses(gazetteer, names, address, method, township, village, sure) -> None:
    belief = believed(gazetteer, address)
    told = (belief.method, names[belief.township], names[belief.village], belief.probability >= POLICY.queue_below)
    assert told == (method, township, village, sure == "1")


def test_every_village_is_found_by_its_full_address(gazetteer, region) -> None:
    townships = dict(zip(region.townships["code"], region.townships["name"], strict=True))
    for row in region.villages.itertuples():
        belief = believed(gazetteer, f"浙江省宁波市象山县{townships[row.township_code]}{row.name}12号")
        assert (belief.township, belief.village) == (row.township_code, row.code), row.name


@settings(max_examples=100)
@given(st.text("象山石浦蒲镇县市区村社东门渔鱼风路丹城大徐街道宁海0 :（）,", max_size=20))
def test_a_village_is_never_outside_its_township(gazetteer, text) -> None:
    belief = believed(gazetteer, text)
    assert belief.village is None or belief.village.startswith(belief.township)
    assert 0 <= belief.probability <= 1
    assert (belief.township is None) == (belief.method in ("outside", "none"))


def place(make_parties, region, *rows, decided=None) -> pd.DataFrame:
    return place_cases(make_parties(*rows), region, POLICY, decided).table


def test_agreeing_addresses_raise_the_confidence(make_parties, region) -> None:
    one = place(make_parties, region, {"residence": "石浦"}).iloc[0]
    two = place(make_parties, region, {"residence": "石浦", "domicile": "象山县石浦镇东门渔村"}).iloc[0]
    assert two["confidence"] > one["confidence"]
    assert (two["address_kind"], two["point_source"]) == ("domicile", "village")
    assert (one["address_kind"], one["point_source"]) == ("residence", "township")


def test_the_first_sure_address_is_believed(make_parties, region) -> None:
    placed = place(
        make_parties, region, {"residence": "下于村", "service": "大徐镇林善岙村", "domicile": "石浦镇东门渔村"}
    )
    assert (placed["address_kind"][0], placed["township_code"][0]) == ("service", "330225109")


def test_a_vague_first_address_makes_a_later_one_doubtful(make_parties, region) -> None:
    placed = place(make_parties, region, {"residence": "丹城渔港路213号", "domicile": "涂茨镇长沙村3号"}).iloc[0]
    assert placed["confidence"] < POLICY.queue_below


def test_a_debtor_who_moved_away_is_doubtful(make_parties, region) -> None:
    placed = place(make_parties, region, {"residence": "上海市浦东新区", "domicile": "石浦镇东门渔村"}).iloc[0]
    assert (placed["method"], placed["address_kind"]) == ("outside", "residence")
    assert placed["confidence"] < POLICY.queue_below


def test_outside_and_empty_rows_stay_in(make_parties, region) -> None:
    placed = place(make_parties, region, {"residence": "宁海县西周镇"}, {"case_id": "c2"})
    assert list(placed["method"]) == ["outside", "none"]
    assert placed["township_code"].isna().all()
    assert placed[["lon", "lat"]].isna().all().all()
    assert placed["lead"].all()


def test_only_debtors_are_placed_unless_there_is_none(make_parties, region) -> None:
    placed = place(
        make_parties,
        region,
        {"role": "creditor", "residence": "丹东街道"},
        {"party_no": 2, "residence": "石浦镇"},
        {"case_id": "c2", "role": "creditor", "residence": "大徐镇"},
        {"case_id": "c2", "party_no": 2, "role": "other", "residence": "涂茨镇"},
    )
    assert list(zip(placed["case_id"], placed["party_no"], strict=True)) == [("c1", 2), ("c2", 1)]


def test_the_lead_is_the_debtor_placed_best(make_parties, region) -> None:
    placed = place(
        make_parties,
        region,
        {"residence": "上海市浦东新区"},
        {"party_no": 2, "residence": "大徐镇林善岙村", "is_company": True},
        {"party_no": 3, "residence": "石浦镇东门渔村"},
        {"party_no": 4, "residence": "丹城"},
    )
    assert list(placed["lead"]) == [False, False, True, False]


def test_what_people_decided_wins(make_parties, region) -> None:
    decided = pd.DataFrame(
        {
            "case_id": ["c1", "c2"],
            "party_no": [1, 1],
            "township_code": ["330225109", None],
            "village_code": ["330225109200", None],
        }
    )
    decided["village_code"] = [
        region.villages.loc[region.villages["township_code"] == "330225109", "code"].iloc[0],
        None,
    ]
    rows = {"residence": "石浦镇"}, {"case_id": "c2", "residence": "石浦镇"}
    placed = place(make_parties, region, *rows, decided=decided)
    assert list(placed["method"]) == ["decided", "decided"]
    assert list(placed["confidence"]) == [1.0, 1.0]
    assert placed["township_code"][0] == "330225109"
    assert pd.isna(placed["township_code"][1])
    assert placed["point_source"][0] == "village"


def test_coordinates_confirm_decide_and_cast_doubt(make_parties, region) -> None:
    seat = region.townships.set_index("code").loc["330225109"]
    x, y = (float(axis) for axis in wgs84_to_gcj02(seat["seat_lon"], seat["seat_lat"]))
    there = {"x": x, "y": y}
    placed = place(
        make_parties,
        region,
        {"residence": "大徐镇", **there},
        {"case_id": "c2", **there},
        {"case_id": "c3", "residence": "石浦镇东门渔村", **there},
        {"case_id": "c4", "residence": "上海市浦东新区", **there},
        {"case_id": "c5", "residence": "石浦镇", "x": 100.0, "y": 10.0},
    )
    assert list(placed["method"]) == ["coordinates", "coordinates", "village", "outside", "township"]
    assert list(placed["township_code"].fillna("")) == ["330225109", "330225109", "330225101", "", "330225101"]
    assert list(placed["point_source"].fillna("")) == ["coordinates", "coordinates", "village", "", "township"]
    assert list(placed["confidence"] >= POLICY.queue_below) == [True, True, False, False, True]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*GOLDEN["address"], None]),
            st.sampled_from([*GOLDEN["address"], None]),
            st.one_of(st.none(), st.tuples(st.floats(121.6, 122.0), st.floats(29.1, 29.6))),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_what_every_placing_keeps(make_parties, region, drawn) -> None:
    rows = [
        {"case_id": f"c{i // 3}", "party_no": i % 3 + 1, "residence": first, "domicile": second}
        | ({"x": point[0], "y": point[1]} if point else {})
        for i, (first, second, point) in enumerate(drawn)
    ]
    placed = place(make_parties, region, *rows)
    assert len(placed) == len(rows)
    assert (placed.groupby("case_id")["lead"].sum() == 1).all()
    village = placed[placed["village_code"].notna()]
    assert (village["village_code"].str[:9] == village["township_code"]).all()
    known = placed["township_code"].notna()
    assert (placed["point_source"].notna() == known).all()
    exact = placed[known & (placed["point_source"] != "township")]
    shapes = region.outlines.set_index("code").geometry.reindex(exact["township_code"]).to_numpy()
    assert shapely.intersects_xy(shapes, exact["lon"], exact["lat"]).all()


def test_every_village_written_in_full_is_found(make_parties, region) -> None:
    some = region.villages.merge(region.townships, left_on="township_code", right_on="code", suffixes=("", "_town"))
    some = some.sample(2_000, replace=True, random_state=1)
    house = np.arange(2_000).astype(str)
    text = "浙江省象山县" + some["name_town"].to_numpy() + some["name"].to_numpy() + house + "号"
    parties = make_parties({}).loc[[0] * 2_000].assign(case_id="c" + house, residence=text)
    placed = place_cases(parties, region, POLICY).table
    assert (placed["village_code"] == some["code"].to_numpy()).all()


def test_the_order_of_belief_is_policy(make_parties, region) -> None:
    told = make_parties({"residence": "石浦镇东门渔村", "domicile": "大徐镇林善岙村"})
    first = place_cases(told, region, POLICY).table.iloc[0]
    turned = place_cases(told, region, replace(POLICY, address_order=("domicile", "service", "residence"))).table.iloc[
        0
    ]
    assert (first["township_code"], first["address_kind"]) == ("330225101", "residence")
    assert (turned["township_code"], turned["address_kind"]) == ("330225109", "domicile")


def test_another_address_settles_an_ambiguous_name(make_parties, region) -> None:
    placed = place(make_parties, region, {"residence": "丹城新华路12号", "domicile": "丹东街道"}).iloc[0]
    assert placed["township_code"] == "330225001"
    assert placed["confidence"] >= POLICY.queue_below


def test_the_datum_and_how_many_points_are_told(make_parties, region) -> None:
    assert place_cases(make_parties({"residence": "石浦镇"}), region, POLICY).datum is None
    placing = place_cases(make_parties({"residence": "石浦镇", "x": 121.94, "y": 29.24}), region, POLICY)
    assert (placing.datum, placing.points) == ("WGS-84", 1)
    given = place_cases(make_parties({"residence": "石浦镇", "x": 121.94, "y": 29.24}), region, POLICY, datum="GCJ-02")
    assert given.datum == "GCJ-02"
    assert abs(given.table["lon"][0] - 121.94) > 0.003


def test_placing_tells_how_far_it_is_and_can_be_stopped(make_parties, region) -> None:
    told: list[float] = []

    def listen(stage: str, share: float) -> None:
        assert stage == "place"
        told.append(share)
        if share > 0.5:
            raise Cancelled("cancelled")

    parties = make_parties({}).loc[[0] * 25_000].assign(case_id=np.arange(25_000).astype(str))
    parties["residence"] = "石浦镇" + parties["case_id"] + "号"
    with pytest.raises(Cancelled):
        place_cases(parties, region, POLICY, progress=listen)
    assert told == sorted(told)
    assert 4 <= len(told) <= 10
