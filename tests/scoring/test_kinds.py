import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from planner.scoring.kinds import FEATURES, FISHING_SPREAD, KINDS_MOST, VERDICTS, Kinds, find_kinds

AS_OF = pd.Timestamp("2024-06-16")


def county(seed: int, count: int = 3000, groups: np.ndarray | None = None, townships: int = 18):
    """Cases, their townships, the townships and company debtors: group 1 lives on wages, 2 on business."""
    rng = np.random.default_rng(seed)
    exposure = rng.gamma(3, 1, townships)
    exposure /= exposure.sum()
    of = rng.choice(townships, count, p=exposure)
    group = (np.zeros(townships, int) if groups is None else groups)[of]
    filed = AS_OF - pd.to_timedelta(rng.integers(0, 900, count), unit="D")
    status = rng.choice(["open", "closed", "terminated"], count, p=[0.5, 0.3, 0.2])
    closed = pd.Series(filed + pd.to_timedelta(rng.integers(1, 200, count), unit="D")).clip(upper=AS_OF)
    claimed = np.round(np.exp(rng.normal(15, 1.5, count) + 1.5 * (group == 2)))
    cases = pd.DataFrame(
        {
            "filed_on": filed,
            "closed_on": closed.where(status != "open"),
            "status": status,
            "claimed_fen": pd.array(claimed, dtype="Int64"),
            "livelihood": rng.random(count) < np.where(group == 1, 0.4, 0.08),
            "found_by_sweep": False,
        }
    )
    codes = np.array([f"t{n:02d}" for n in range(townships)])
    company = pd.Series(rng.random(count) < np.where(group == 2, 0.6, 0.15))
    table = pd.DataFrame({"code": codes, "exposure": exposure, "fishing": np.zeros(townships, bool)})
    return cases, pd.Series(codes[of]), table, company


def kinds_of(parts, seed: int = 7) -> Kinds:
    cases, township, townships, company = parts
    return find_kinds(cases, township, townships, AS_OF, seed, company)


def test_true_kinds_are_found_and_named_by_what_made_them():
    groups = np.arange(18) % 3
    found = [kinds_of(county(seed, groups=groups)) for seed in range(8)]
    scores = [adjusted_rand_score(groups, kinds.table["kind"]) for kinds in found]
    assert np.mean(scores) > 0.75
    assert all(kinds.verdict == "kinds" for kinds in found)
    best = found[int(np.argmax(scores))]
    assert best.count == 3
    kind = best.table["kind"].to_numpy()
    named = best.traits.groupby("kind").apply(lambda rows: set(zip(rows["feature"], rows["direction"], strict=True)))
    assert ("livelihood", "high") in named[kind[1]]
    assert {("company", "high"), ("median_claim", "high")} <= named[kind[2]]


def test_townships_alike_are_one_kind():
    found = [kinds_of(county(seed)) for seed in range(15)]
    assert sum(kinds.count > 1 for kinds in found) <= 1
    one = next(kinds for kinds in found if kinds.count == 1)
    assert set(one.table["kind"]) == {1}
    assert one.verdict in ("weak", "unstable")
    assert one.traits.empty


def test_repeats_with_its_seed_and_changes_no_argument():
    parts = county(3, groups=np.arange(18) % 3)
    before = [part.copy() for part in parts]
    one, two = kinds_of(parts), kinds_of(parts)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.traits, two.traits)
    assert one.stability == two.stability
    for part, kept in zip(parts, before, strict=True):
        assert part.equals(kept)


def test_tables_are_whole():
    kinds = kinds_of(county(3, groups=np.arange(18) % 3))
    assert list(kinds.table.columns) == ["township_code", "kind", "silhouette"]
    assert list(kinds.features.columns) == ["township_code", *FEATURES]
    assert np.isfinite(kinds.features[list(FEATURES)].to_numpy()).all()
    assert 2 <= kinds.count <= KINDS_MOST
    assert set(kinds.traits["kind"]) == set(kinds.table["kind"]) == set(range(1, kinds.count + 1))
    sizes = kinds.table["kind"].value_counts().sort_index()
    assert sizes.is_monotonic_decreasing
    assert kinds.verdict in VERDICTS
    means = kinds.features.groupby(kinds.table["kind"])[list(FEATURES)].mean()
    told = [means.loc[row.kind, row.feature] for row in kinds.traits.itertuples()]
    assert kinds.traits["mean"].tolist() == pytest.approx(told)
    assert ((kinds.traits["mean"] > 0) == (kinds.traits["direction"] == "high")).all()


@pytest.mark.parametrize("townships", [0, 1, 2, 3])
def test_hardly_any_townships_are_one_kind(townships):
    cases, township, table, company = county(1, count=60, townships=max(townships, 1))
    kinds = find_kinds(cases, township, table.head(townships), AS_OF, 1, company)
    assert kinds.verdict == "too_few"
    assert kinds.table["kind"].tolist() == [1] * townships
    assert kinds.count == min(1, townships)


def test_without_cases_only_the_sea_tells_townships_apart():
    cases, township, table, _ = county(1)
    nothing = find_kinds(cases.head(0), township.head(0), table, AS_OF, 1)
    assert (nothing.verdict, nothing.count) == ("weak", 1)
    by_sea = find_kinds(cases.head(0), township.head(0), table.assign(fishing=np.arange(18) >= 15), AS_OF, 1)
    assert by_sea.table["kind"].tolist() == [1] * 15 + [2] * 3
    assert by_sea.traits.iloc[-1]["feature"] == "fishing"


def test_missing_values_stand_at_the_county():
    cases, township, table, company = county(2, groups=np.arange(18) % 3)
    first = township == "t00"
    cases = cases.assign(claimed_fen=cases["claimed_fen"].mask(first))
    company = company.astype("boolean").mask(first)
    features = kinds_of((cases, township, table, company)).features
    assert features.loc[0, ["median_claim", "company"]].abs().max() < 0.5
    alone = find_kinds(cases, township, table, AS_OF, 7).features
    assert (alone["company"] == 0).all()


def test_few_cases_are_pulled_to_the_county():
    """Two townships with the same shares, one with a hundredth of the cases: it stands nearer to the mean."""
    cases, township, table, company = county(4, count=6000)
    rare, common = np.flatnonzero(township == "t00")[:10], np.flatnonzero(township == "t01")
    live = cases["livelihood"].to_numpy().copy()
    live[rare], live[common] = np.arange(10) < 5, np.arange(len(common)) < len(common) / 2
    keep = (township != "t00").to_numpy().copy()
    keep[rare] = True
    cases = cases.assign(livelihood=live, status="open", closed_on=pd.NaT)[keep]
    features = kinds_of((cases, township[keep], table, company[keep])).features
    assert 0 < features.loc[0, "livelihood"] < features.loc[1, "livelihood"]


def test_what_is_filed_later_changes_nothing():
    cases, township, table, company = county(5, groups=np.arange(18) % 3)
    day = AS_OF - pd.Timedelta(days=100)
    known = cases["filed_on"] <= day
    then = cases.assign(
        status=cases["status"].mask(cases["closed_on"] > day, "open"),
        closed_on=cases["closed_on"].mask(cases["closed_on"] > day),
    )[known]
    one = find_kinds(cases, township, table, day, 1, company)
    two = find_kinds(then, township[known], table, day, 1, company[known])
    pd.testing.assert_frame_equal(one.features, two.features)
    pd.testing.assert_frame_equal(one.table, two.table)


def test_a_register_of_all_columns(register, region):
    lead = register.placed[register.placed["lead"]].set_index("case_id")["township_code"]
    kinds = find_kinds(register.cases, register.cases["case_id"].map(lead), region.townships, AS_OF, 1)
    assert kinds.table["township_code"].tolist() == region.townships["code"].tolist()
    sea = kinds.features["fishing"]
    assert sea.max() - sea.min() == pytest.approx(1 / FISHING_SPREAD)
