from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.case import CASE_TABLE, CASE_TYPES, STATUSES
from planner.model.indicator import INDICATORS, OUTCOMES, Indicator
from planner.review.indicators import (
    COLUMNS,
    PATH_COLUMNS,
    begins,
    indicators,
    newcombe,
    outcome,
    rolling,
    told_whole,
    wilson,
)

AS_OF = pd.Timestamp("2024-06-16")
CODES = pd.Index(["a", "b"])
BY_CODE = {spec.code: spec for spec in INDICATORS}
YUAN = 100


def make_cases(rows: list[dict]) -> pd.DataFrame:
    """CASE_TABLE of the rows: first-enforcement cases ended in the year, where nothing else is said."""
    usual = {
        "case_type": "执",
        "filed_on": pd.Timestamp("2021-01-10"),
        "closed_on": pd.Timestamp("2024-05-01"),
        "status": "closed",
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


def done(**more) -> dict:
    return {"closing": "执行完毕"} | more


def terminated(**more) -> dict:
    return {"closing": "终结本次执行程序", "status": "terminated"} | more


def county(cases: pd.DataFrame, code: str, **options) -> pd.Series:
    """The county's row of one indicator, all townships unplaced."""
    table = indicators(cases, pd.Series(pd.NA, index=cases.index, dtype="string"), CODES, AS_OF, **options)
    rows = table[(table["scope"] == "county") & (table["indicator"] == code) & (table["largest_left_out"] == 0)]
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("closing", "told"),
    [
        ("执行完毕", "completed"),
        ("强制执行完毕", "completed"),
        ("自动履行", "completed"),
        ("和解后履行完毕", "completed"),
        ("执行和解（长期履行）", "settled"),
        ("终结本次执行程序", "terminated"),
        ("终结执行", "ended"),
        ("不予强制执行", "ended"),
        ("销案", "withdrawn"),
        ("驳回申请", "withdrawn"),
        ("和解未履行完毕", "other"),
        ("移送", "other"),
        (None, "untold"),
    ],
)
def test_outcome_is_told_by_the_way_of_closing(closing, told):
    assert outcome(make_cases([{"closing": closing}])).tolist() == [told]


def test_status_terminated_goes_before_words():
    assert outcome(make_cases([{"closing": "执行完毕", "status": "terminated"}])).tolist() == ["terminated"]


def test_shares_by_hand():
    """Ten ended: 4 done, 1 settled, 3 terminated (1 of them 执恢), 1 withdrawn, 1 untold; the rest not."""
    cases = make_cases(
        [
            *[done()] * 4,
            {"closing": "执行和解"},
            *[terminated()] * 2,
            terminated(case_type="执恢"),
            {"closing": "销案"},
            {"closing": None},
            done(case_type="执异"),
            {"status": "open", "closed_on": None},
            done(closed_on=AS_OF + pd.Timedelta(days=1)),
        ]
    )
    enforced, completed, first = (county(cases, code) for code in ("enforced", "completed", "first_terminated"))
    assert (enforced["numerator"], enforced["denominator"], enforced["value"]) == (5, 10, 0.5)
    assert (completed["numerator"], completed["denominator"], completed["value"]) == (4, 10, 0.4)
    assert (first["numerator"], first["denominator"]) == (2, 9)
    assert completed["untold"] == 1
    assert completed["denominator_before"] == 0
    assert np.isnan(completed["change"])


def test_recovery_of_one_large_case_and_five_small():
    """Li Zhihui 2014: 4,000,000 claimed and 2,000,000 got, beside five of 20,000 paid in full or not at all."""

    def rows(paid: int) -> list[dict]:
        large = terminated(claimed_fen=4_000_000 * YUAN, recovered_fen=2_000_000 * YUAN)
        return [large, *[done(claimed_fen=20_000 * YUAN, recovered_fen=paid * YUAN)] * 5]

    assert county(make_cases(rows(20_000)), "recovery")["value"] == pytest.approx(0.5122, abs=5e-5)
    assert county(make_cases(rows(0)), "recovery")["value"] == pytest.approx(0.4878, abs=5e-5)
    table = indicators(make_cases(rows(20_000)), pd.Series([None] * 6), CODES, AS_OF, specs=[BY_CODE["recovery"]])
    without = table[(table["scope"] == "county") & (table["largest_left_out"] == 1)].iloc[0]
    assert (without["numerator"], without["denominator"], without["value"]) == (10_000_000, 10_000_000, 1.0)
    assert county(make_cases(rows(20_000)), "recovery_2008")["numerator"] == 100_000 * YUAN


def test_the_year_before_is_beside_it_and_the_change_in_points():
    last_year = pd.Timestamp("2023-06-16")
    cases = make_cases(
        [
            *[done()] * 52,
            *[terminated()] * 48,
            *[done(closed_on=last_year)] * 33,
            *[terminated(closed_on=last_year)] * 67,
            *[done(closed_on=pd.Timestamp("2022-06-16"))] * 3,  # of no year here: the register begins before them
        ]
    )
    row = county(cases, "completed")
    assert (row["numerator_before"], row["denominator_before"]) == (33, 100)
    assert row["change"] == pytest.approx(19.0)
    assert row["change_low"] < 19 < row["change_high"]
    first = county(cases, "first_terminated")
    assert first["change"] == pytest.approx(-19.0)


def test_year_ends_on_the_day_and_begins_after_the_same_day_a_year_before():
    days = ["2024-06-16", "2023-06-17", "2023-06-16", "2022-06-17", "2022-06-16"]
    row = county(make_cases([done(closed_on=pd.Timestamp(day)) for day in days]), "completed")
    assert (row["denominator"], row["denominator_before"]) == (2, 2)


def test_a_year_before_that_is_not_told_whole_is_not_compared():
    """Less than two years of register: its cases are counted, but no rate and no change are made of them."""
    cases = make_cases([done()] * 40 + [terminated(closed_on=pd.Timestamp("2022-12-01"))] * 10)
    row = county(cases, "completed")
    assert (row["denominator"], row["denominator_before"]) == (40, 10)
    assert row[["value_before", "change", "change_low", "change_high"]].isna().all()
    assert (told_whole(begins(cases), AS_OF), told_whole(begins(cases), AS_OF - pd.DateOffset(years=1))) == (
        True,
        False,
    )


def test_a_stray_early_date_does_not_begin_the_register():
    assert begins(make_cases([{"status": "open", "closed_on": None}])) is None
    assert begins(make_cases([done()])) == pd.Timestamp("2024-05-01")
    cases = make_cases([done()] * 200 + [done(closed_on=pd.Timestamp("1921-05-01"))])
    assert begins(cases) == pd.Timestamp("2024-05-01")


def test_the_rolling_year_ends_where_the_county_stands_and_is_na_before_the_register():
    days = pd.date_range("2022-06-20", AS_OF, freq="7D")
    cases = make_cases([(done if n % 2 else terminated)(closed_on=day) for n, day in enumerate(days)])
    path = rolling(cases, AS_OF, [BY_CODE["completed"]])
    assert tuple(path.columns) == PATH_COLUMNS
    assert len(path) == 24
    assert path["day"].is_monotonic_increasing
    last, row = path.iloc[-1], county(cases, "completed")
    assert last[["numerator", "denominator", "value", "low", "high"]].tolist() == pytest.approx(
        row[["numerator", "denominator", "value", "low", "high"]].astype(float).tolist()
    )
    year_ago = path[path["day"] == pd.Timestamp("2023-06-16")].iloc[0]
    assert year_ago["value"] == pytest.approx(row["value_before"])
    assert path["value"].isna().sum() == 11  # the year to a day before 16 June 2023 began before the register
    money = rolling(cases, AS_OF, [BY_CODE["recovery"]])
    assert money["low"].isna().all()


def test_any_grouping_is_counted_alike():
    """A grouping is a label by case: by team as by township, and its parts are the county's."""
    cases = make_cases([done(), done(), terminated(), done()])
    group = pd.Series(["执行一庭", "执行二庭", "执行一庭", None])
    table = indicators(cases, group, pd.Index(["执行二庭", "执行一庭"]), AS_OF, specs=[BY_CODE["completed"]])
    assert table["scope"].tolist() == ["county", "group", "group", "none"]
    assert list(zip(table["numerator"], table["denominator"], strict=True)) == [(3, 4), (1, 1), (1, 2), (1, 1)]


def test_townships_the_unplaced_and_claims_not_known():
    cases = make_cases(
        [
            done(claimed_fen=100, recovered_fen=60),
            done(claimed_fen=300, recovered_fen=30),
            done(recovered_fen=999),
            done(claimed_fen=50),
        ]
    )
    table = indicators(cases, pd.Series(["a", "a", "a", "elsewhere"]), CODES, AS_OF, specs=[BY_CODE["recovery"]])
    whole = table[table["largest_left_out"] == 0].set_index("scope")
    assert whole["group"].fillna("-").tolist() == ["-", "a", "b", "-"]
    assert whole["numerator"].tolist() == [90, 90, 0, 0]
    assert whole["denominator"].tolist() == [450, 400, 0, 50]
    assert whole["left_aside"].tolist() == [1, 1, 0, 0]
    without = table[table["largest_left_out"] == 1]
    assert without["numerator"].tolist() == [60, 60, 0, 0]
    assert without["denominator"].tolist() == [150, 100, 0, 0]


def test_formula_is_data():
    cases = make_cases([*[done()] * 2, terminated(), {"closing": "销案"}])
    without_withdrawn = replace(BY_CODE["completed"], below=tuple(o for o in OUTCOMES if o != "withdrawn"))
    assert county(cases, "completed", specs=[without_withdrawn])["denominator"] == 3
    words = [("completed", ("销案",))]
    assert county(cases, "completed", words=words)["numerator"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "yuan"},
        {"above": ("completed",), "below": ("settled",)},
        {"above": ("done",), "below": ("done",)},
        {"case_types": ("民初",)},
    ],
)
def test_a_formula_of_unknown_words_is_refused(wrong):
    with pytest.raises(ValueError, match="Indicator"):
        Indicator(**({"code": "x", "unit": "cases", "above": ("completed",)} | wrong))


def test_wilson_against_published_values():
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    low, high = wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_newcombe_against_published_values():
    """Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10."""
    now = np.array([56, 9, 6, 5, 0, 0, 10, 10]), np.array([70, 10, 7, 56, 10, 10, 10, 10])
    before = np.array([48, 3, 2, 0, 0, 0, 0, 0]), np.array([80, 10, 7, 29, 20, 10, 20, 10])
    low, high = newcombe(now, before)
    assert low == pytest.approx([0.0524, 0.1705, 0.0582, -0.0381, -0.1611, -0.2775, 0.6791, 0.6075], abs=5e-5)
    assert high == pytest.approx([0.3339, 0.8090, 0.8062, 0.1926, 0.2775, 0.2775, 1.0, 1.0], abs=5e-5)


CLOSINGS = ["执行完毕", "执行和解", "终结本次执行程序", "终结执行", "销案", None]
ROWS = st.fixed_dictionaries(
    {
        "case_type": st.sampled_from(CASE_TYPES),
        "status": st.sampled_from(STATUSES),
        "closing": st.sampled_from(CLOSINGS),
        "closed_on": st.one_of(
            st.none(), st.dates(pd.Timestamp("2022-01-01").date(), pd.Timestamp("2024-12-31").date())
        ),
        "claimed_fen": st.one_of(st.none(), st.integers(0, 10**12)),
        "recovered_fen": st.one_of(st.none(), st.integers(0, 10**12)),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(ROWS, st.sampled_from(["a", "b", "z", None])), min_size=1, max_size=25))
def test_parts_add_up(drawn):
    cases = make_cases([row for row, _ in drawn])
    before = cases.copy()
    table = indicators(cases, pd.Series([code for _, code in drawn], dtype="string"), CODES, AS_OF)
    pd.testing.assert_frame_equal(cases, before)
    assert tuple(table.columns) == COLUMNS
    shares = table[table["unit"] == "cases"]
    for suffix in ("", "_before"):
        assert (shares[f"numerator{suffix}"] <= shares[f"denominator{suffix}"]).all()
        assert (shares[f"untold{suffix}"] + shares[f"numerator{suffix}"] <= shares[f"denominator{suffix}"]).all()
    some = shares[shares["denominator"] > 0]
    assert ((some["low"] >= 0) & (some["low"] <= some["value"] + 1e-12)).all()
    assert ((some["value"] <= some["high"] + 1e-12) & (some["high"] <= 1)).all()
    sums = [name for name in COLUMNS if name.startswith(("numerator", "denominator", "left_aside", "untold"))]
    whole = table[table["largest_left_out"] == 0]
    total = whole[whole["scope"] == "county"].set_index("indicator")[sums]
    parts = whole[whole["scope"] != "county"].groupby("indicator", sort=False)[sums].sum()
    pd.testing.assert_frame_equal(total, parts)
    less = table[table["largest_left_out"] == 1].reset_index(drop=True)
    full = whole[whole["unit"] == "fen"].reset_index(drop=True)
    assert (less["denominator"] <= full["denominator"]).all()


def test_no_specs_no_rows():
    assert indicators(make_cases([done()]), pd.Series(["a"]), CODES, AS_OF, specs=[]).empty
