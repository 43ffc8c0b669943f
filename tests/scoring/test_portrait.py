import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from planner.model.case import CASE_TABLE
from planner.scoring.portrait import COLUMNS, VERDICTS, adjusted, mid_p, portray

AS_OF = pd.Timestamp("2024-06-16")
CODES = pd.Index(["a", "b"])


def make_cases(rows: list[dict]) -> pd.DataFrame:
    """CASE_TABLE of the rows; what is not given is usual."""
    usual = {
        "case_type": "执",
        "filed_on": pd.Timestamp("2024-01-10"),
        "status": "open",
        "livelihood": False,
        "group_case": False,
        "fisher": False,
        "found_by_sweep": False,
        "search_planned": False,
        "female_debtor": False,
        "scope": "field",
    }
    table = pd.DataFrame([usual | {"case_id": f"c{n}"} | row for n, row in enumerate(rows)])
    return CASE_TABLE.validate(table.reindex(columns=list(CASE_TABLE.columns)))


def row_of(table: pd.DataFrame, code: str, feature: str) -> pd.Series:
    (found,) = table[(table["township_code"] == code) & (table["feature"] == feature)].to_dict("records")
    return pd.Series(found)


def counts(table: pd.DataFrame, feature: str, code: str = "a") -> tuple[int, int, int, int]:
    row = row_of(table, code, feature)
    return tuple(row[["numerator", "denominator", "county_numerator", "county_denominator"]])


@pytest.mark.parametrize(
    ("filed", "feature"),
    [
        ("2024-06-16", "age_to_6_months"),
        ("2023-12-16", "age_to_6_months"),
        ("2023-12-15", "age_6_to_12_months"),
        ("2023-06-16", "age_6_to_12_months"),
        ("2023-06-15", "age_1_to_3_years"),
        ("2021-06-16", "age_1_to_3_years"),
        ("2021-06-15", "age_over_3_years"),
    ],
)
def test_every_open_case_is_in_one_class_of_age(filed, feature):
    cases = make_cases([{"filed_on": pd.Timestamp(filed)}])
    table = portray(cases, pd.Series(["a"]), CODES, AS_OF)
    ages = table[table["feature"].str.startswith("age_") & (table["township_code"] == "a")]
    assert ages.loc[ages["numerator"] == 1, "feature"].tolist() == [feature]


@pytest.mark.parametrize(
    ("fen", "feature"),
    [
        (0, "claim_under_10k"),
        (999_999, "claim_under_10k"),
        (1_000_000, "claim_10k_to_100k"),
        (10_000_000, "claim_100k_to_1m"),
        (99_999_999, "claim_100k_to_1m"),
        (100_000_000, "claim_from_1m"),
        (None, "claim_unknown"),
    ],
)
def test_every_open_case_is_in_one_class_of_claim(fen, feature):
    table = portray(make_cases([{"claimed_fen": fen}]), pd.Series(["a"]), CODES, AS_OF)
    claims = table[table["feature"].str.startswith("claim_") & (table["township_code"] == "a")]
    assert claims.loc[claims["numerator"] == 1, "feature"].tolist() == [feature]


def test_shares_of_open_cases_count_the_placed_county_only():
    cases = make_cases(
        [
            {"livelihood": True},
            {"found_by_sweep": True},
            {"livelihood": True},
            {"livelihood": True, "status": "closed", "closed_on": AS_OF},
            {"livelihood": True},  # not placed
            {"livelihood": True, "filed_on": AS_OF + pd.Timedelta(days=1)},
            {"case_type": "执恢"},
        ]
    )
    township = pd.Series(["a", "a", "b", "a", None, "a", "b"])
    company = pd.Series([True, None, False, True, True, True, True])
    table = portray(cases, township, CODES, AS_OF, company)
    assert counts(table, "livelihood") == (1, 2, 2, 4)
    assert counts(table, "found_by_sweep") == (1, 2, 1, 4)
    assert counts(table, "type_执") == (2, 2, 3, 4)
    assert counts(table, "company") == (1, 1, 2, 3)
    assert "company" not in portray(cases, township, CODES, AS_OF)["feature"].to_numpy()


def test_outcomes_are_of_enforcement_cases_ended_in_the_year():
    def ended(closing, status="closed", on="2024-05-01", **more):
        return {"closing": closing, "status": status, "closed_on": pd.Timestamp(on)} | more

    cases = make_cases(
        [
            ended("终结本次执行程序", "terminated", claimed_fen=400, recovered_fen=200),
            ended("执行完毕", claimed_fen=20, recovered_fen=20),
            ended("执行和解（长期履行）", claimed_fen=20),
            ended(None, claimed_fen=10, recovered_fen=9),
            ended("执行完毕", recovered_fen=77),  # claim not known
            ended("执行完毕", on="2024-06-17", claimed_fen=5, recovered_fen=5, filed_on=pd.Timestamp("2020-01-01")),
            ended("执行完毕", on="2023-06-16", claimed_fen=5, recovered_fen=5, filed_on=pd.Timestamp("2020-01-01")),
            ended("执行完毕", case_type="执异", claimed_fen=5, recovered_fen=5),
            ended("执行完毕", claimed_fen=1000, recovered_fen=1000),
        ]
    )
    township = pd.Series([*"aaaaaaaa", "b"])
    table = portray(cases, township, CODES, AS_OF)
    assert counts(table, "terminated") == (1, 5, 1, 6)
    assert counts(table, "completed") == (2, 4, 3, 5)
    assert counts(table, "settled") == (1, 4, 1, 5)
    assert counts(table, "paid_in_full") == (1, 4, 2, 5)
    assert counts(table, "recovered") == (229, 450, 1229, 1450)
    assert counts(table, "recovered_without_largest") == (29, 50, 229, 450)
    last = row_of(table, "b", "recovered_without_largest")
    assert (last["denominator"], last["unit"], last["verdict"]) == (0, "fen", "not_tested")
    assert np.isnan(last["value"])


def test_p_is_the_hypergeometric_mid_p_and_stands_beside_fisher():
    p = mid_p(*(np.array([n]) for n in (30, 100, 130, 1000)))[0]
    fisher = stats.fisher_exact([[30, 70], [100, 800]]).pvalue
    assert 0.3 * fisher < p < fisher * 1.1
    assert mid_p(*(np.array([n]) for n in (13, 100, 130, 1000)))[0] > 0.9
    assert np.isnan(mid_p(*(np.array([n]) for n in (5, 10, 5, 10)))[0])  # the part is the whole


def test_a_township_that_differs_is_called_so_and_the_rest_is_not():
    rng = np.random.default_rng(1)
    township = pd.Series(np.repeat(["a", "b"], [200, 800]))
    live = rng.random(1000) < np.repeat([0.5, 0.2], [200, 800])
    table = portray(make_cases([{"livelihood": bool(x)} for x in live]), township, CODES, AS_OF)
    assert row_of(table, "a", "livelihood")["verdict"] == "above"
    assert row_of(table, "b", "livelihood")["verdict"] == "below"
    assert row_of(table, "a", "group_case")["verdict"] == "not_tested"  # nobody has it


def test_a_series_is_one_witness():
    """Forty workers against one employer: the share is shown as it is, and is no sure difference."""
    workers = [{"livelihood": True, "series": "甲厂欠薪"}] * 40
    others = [{"livelihood": n % 10 == 0} for n in range(160)]
    township = pd.Series(["a"] * 60 + ["b"] * 140)
    row = row_of(portray(make_cases([*workers, *others]), township, CODES, AS_OF), "a", "livelihood")
    assert (row["numerator"], row["denominator"], row["verdict"]) == (42, 60, "unclear")
    alone = [{"livelihood": True}] * 40
    row = row_of(portray(make_cases([*alone, *others]), township, CODES, AS_OF), "a", "livelihood")
    assert row["verdict"] == "above"


def test_false_differences_are_rare_where_townships_are_alike(register, region):
    """Shuffled places: nothing differs, so hardly ever may anything be called different."""
    codes = pd.Index(region.townships["code"].astype(str))
    called = 0
    for seed in range(20):
        township = pd.Series(np.random.default_rng(seed).choice(codes.to_numpy(), len(register.cases)))
        table = portray(register.cases, township, codes, AS_OF)
        called += bool(table["verdict"].isin(["above", "below"]).any())
    assert called <= 4


def test_table_is_whole_and_arguments_stay(register, region):
    codes = pd.Index(region.townships["code"].astype(str))
    lead = register.placed[register.placed["lead"]].set_index("case_id")["township_code"]
    township, before = register.cases["case_id"].map(lead), register.cases.copy()
    table = portray(register.cases, township, codes, AS_OF)
    pd.testing.assert_frame_equal(register.cases, before)
    assert tuple(table.columns) == COLUMNS
    assert not table.duplicated(["township_code", "feature"]).any()
    assert list(table["township_code"].unique()) == list(codes)
    assert set(table["verdict"]) <= set(VERDICTS)
    shares = table[table["unit"] == "cases"]
    assert (shares["numerator"] <= shares["denominator"]).all()
    summed = shares.groupby("feature", sort=False)[["numerator", "denominator"]].sum()
    county = shares.drop_duplicates("feature").set_index("feature")
    assert (summed["numerator"] == county["county_numerator"]).all()
    assert (summed["denominator"] == county["county_denominator"]).all()


def test_what_happens_later_changes_nothing(register, region):
    codes = pd.Index(region.townships["code"].astype(str))
    cases = register.cases
    township = pd.Series(np.resize(codes.to_numpy(), len(cases)))
    day = AS_OF - pd.Timedelta(days=200)
    later = cases.assign(
        status=cases["status"].mask(cases["closed_on"] > day, "open"),
        closed_on=cases["closed_on"].mask(cases["closed_on"] > day),
    )
    known = later["filed_on"] <= day
    pd.testing.assert_frame_equal(
        portray(cases, township, codes, day), portray(later[known], township[known], codes, day)
    )


def test_nothing_open_nothing_placed():
    table = portray(make_cases([{}]), pd.Series([None], dtype="string"), CODES, AS_OF)
    assert (table["denominator"] == 0).all()
    assert set(table["verdict"]) == {"not_tested"}
    assert portray(make_cases([{}]), pd.Series(["a"]), pd.Index([], dtype=str), AS_OF).empty


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=12))
def test_adjusted_p_is_never_less_and_keeps_the_order(values):
    p = np.array(values, dtype=float)
    found = adjusted(p)
    tested = ~np.isnan(p)
    assert (np.isnan(found) == ~tested).all()
    assert (found[tested] >= p[tested] - 1e-12).all()
    assert (np.diff(found[tested][np.argsort(p[tested])]) >= -1e-12).all()
