"""Kinds of township: those whose caseloads look alike, and what sets each kind apart.

Features are measured from the cases and shrunk towards the county by how unsure each is (empirical Bayes, DerSimonian
and Laird 1986, Controlled Clinical Trials 7): where townships differ no more than chance makes them, a feature is the
same for all and tells no kinds. What remains is grouped by Ward's method; the number of kinds, 2 to 5, is that of the
best mean silhouette (Rousseeuw 1987, J. Comput. Appl. Math. 20). One kind is said where that silhouette is weak, or
where kinds fall apart once the cases are drawn anew (adjusted Rand index, Hubert and Arabie 1985).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from planner.scoring.state import ended_on, filed_by, was_open

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FEATURES = (
    "filings_per_exposure", "median_age", "median_claim", "livelihood", "company", "terminated", "fishing",
)  # fmt: skip

VERDICTS = ("kinds", "weak", "unstable", "too_few")
"""``weak``, ``unstable``, ``too_few`` townships: all are one kind."""

KINDS_MOST = 5
TOWNSHIPS_LEAST = 4
"""Fewer make no kinds."""
SILHOUETTE_LEAST = 0.25
"""Below it no substantial structure is seen (Kaufman and Rousseeuw 1990, Finding Groups in Data, 2.2)."""
STABILITY_LEAST = 0.50
REDRAWS = 40
FILINGS_YEARS = 2
CASES_LEAST = 3
"""A median of fewer cases is not measured."""
SPREAD_LEAST = 0.20
"""Scale of a feature at least, on its own scale (logarithm, log odds): townships closer than 20 % stay close."""
FISHING_SPREAD = 0.75
"""Of the fishing flag: a yes lies 1.3 standard deviations from a no, or the flag would outweigh what is measured."""
EXTREME = 2.5
"""Standardised features are cut here, so that one township does not make a kind by one feature alone."""
TELLING = 0.75
"""A feature sets a kind apart where its mean lies so many standard deviations off the county's."""


@dataclass(frozen=True)
class Kinds:
    """Kinds of township.

    Attributes:
        table: township_code, kind (1.., the largest kind first), silhouette (NaN where there is one kind).
        traits: what sets each kind apart, the most telling first: kind, feature, direction (high | low), mean
            (standardised, over the kind's townships). Empty where there is one kind.
        features: township_code and, by FEATURES, the shrunk and standardised values (0 = the mean township).
        count: how many kinds. verdict: one of VERDICTS.
        silhouette: best mean over 2..5 kinds; stability: mean adjusted Rand index with the kinds of redrawn cases;
            NaN where not measured.
    """

    table: pd.DataFrame
    traits: pd.DataFrame
    features: pd.DataFrame
    count: int
    verdict: str
    silhouette: float
    stability: float


@dataclass(frozen=True)
class _Facts:
    """One row per placed case, arrays (cases,): number of its township and what is measured of it."""

    township: Labels
    filed: Flags
    open: Flags
    ended: Flags
    age: Floats
    claim: Floats
    livelihood: Flags
    company: Floats
    terminated: Flags

    def drawn(self, rows: Labels) -> "_Facts":
        return _Facts(**{name: values[rows] for name, values in vars(self).items()})


def find_kinds(
    cases: pd.DataFrame,
    township: pd.Series,
    townships: pd.DataFrame,
    as_of: pd.Timestamp,
    seed: int,
    company: pd.Series | None = None,
) -> Kinds:
    """Group the townships by their caseloads; nothing after ``as_of`` is used.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed. townships: TOWNSHIP_TABLE.
        seed: of the redrawing of cases. company: whether the debtor is a company, by row, NA where not known.
    """
    codes = pd.Index(townships["code"].astype(str))
    exposure = townships["exposure"].to_numpy(float)
    fishing = townships["fishing"].to_numpy(bool)
    facts = _facts(cases, township, codes, as_of, company)
    features = _features(facts, exposure, fishing)
    if len(codes) < TOWNSHIPS_LEAST:
        return _one_kind(codes, features, "too_few")
    labels, silhouette = _grouped(features)
    if silhouette < SILHOUETTE_LEAST:
        return _one_kind(codes, features, "weak", silhouette)
    stability = _stability(facts, exposure, fishing, labels, seed)
    if stability < STABILITY_LEAST:
        return _one_kind(codes, features, "unstable", silhouette, stability)
    own = silhouette_samples(features, labels)
    return Kinds(
        table=pd.DataFrame({"township_code": codes, "kind": labels, "silhouette": own}),
        traits=_traits(features, labels),
        features=_feature_table(codes, features),
        count=int(labels.max()),
        verdict="kinds",
        silhouette=silhouette,
        stability=stability,
    )


def _one_kind(
    codes: pd.Index, features: Floats, verdict: str, silhouette: float = np.nan, stability: float = np.nan
) -> Kinds:
    return Kinds(
        table=pd.DataFrame({"township_code": codes, "kind": np.ones(len(codes), np.int64), "silhouette": np.nan}),
        traits=_traits(features, np.zeros(0, dtype=np.int64)),
        features=_feature_table(codes, features),
        count=min(1, len(codes)),
        verdict=verdict,
        silhouette=silhouette,
        stability=stability,
    )


def _feature_table(codes: pd.Index, features: Floats) -> pd.DataFrame:
    table = pd.DataFrame(features, columns=list(FEATURES))
    table.insert(0, "township_code", codes)
    return table


def _facts(
    cases: pd.DataFrame, township: pd.Series, codes: pd.Index, as_of: pd.Timestamp, company: pd.Series | None
) -> _Facts:
    number = pd.Series(codes.get_indexer(pd.Index(township)), index=cases.index)
    cases = filed_by(cases[number >= 0], as_of)
    ended, age = ended_on(cases), (as_of - cases["filed_on"]).dt.days
    recent = cases["filed_on"] > as_of - pd.DateOffset(years=FILINGS_YEARS)
    last_year = (ended > as_of - pd.DateOffset(years=1)) & (ended <= as_of)
    told = pd.Series(pd.NA, index=cases.index) if company is None else company.reindex(cases.index)
    return _Facts(
        township=number[cases.index].to_numpy(np.int64),
        filed=(recent & ~cases["found_by_sweep"]).to_numpy(bool),
        open=was_open(cases, as_of).to_numpy(bool),
        ended=last_year.to_numpy(bool),
        age=np.log1p(age.to_numpy(float)),
        claim=np.log1p(cases["claimed_fen"].to_numpy(float, na_value=np.nan)),
        livelihood=cases["livelihood"].to_numpy(bool),
        company=np.asarray(told.astype("Float64").to_numpy(float, na_value=np.nan), dtype=np.float64),
        terminated=(cases["status"] == "terminated").to_numpy(bool),
    )


def _features(facts: _Facts, exposure: Floats, fishing: Flags) -> Floats:
    """Shrunk and standardised, (townships, features); 0 where nothing is known."""
    n = len(exposure)
    known_company = facts.open & ~np.isnan(facts.company)
    measured = [
        _rate(np.bincount(facts.township[facts.filed], minlength=n).astype(np.float64), exposure),
        _median(facts.age, facts.township, facts.open, n),
        _median(facts.claim, facts.township, facts.open & ~np.isnan(facts.claim), n),
        _share(facts.livelihood, facts.open, facts.township, n),
        _share(facts.company > 0, known_company, facts.township, n),
        _share(facts.terminated, facts.ended, facts.township, n),
    ]
    columns = [_standardised(_shrunk(value, variance), SPREAD_LEAST) for value, variance in measured]
    return np.column_stack([*columns, _standardised(fishing.astype(np.float64), FISHING_SPREAD)])


def _rate(counts: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Log of filings over those that the exposure lets expect, and its variance; half a case is added."""
    expected = counts.sum() * exposure / max(exposure.sum(), 1e-12)
    known = expected > 0
    value = np.log((counts + 0.5) / np.where(known, expected + 0.5, np.nan))
    return value, np.where(known, 1 / (counts + 0.5), np.nan)


def _share(having: Flags, among: Flags, township: Labels, n: int) -> tuple[Floats, Floats]:
    """Log odds of a share and their variance (half a case is added to both sides); NaN without cases.

    The variance is that at the county's share: at a township's own, few cases would look the surest at the extremes.
    """
    some = np.bincount(township[among & having], minlength=n)
    cases = np.bincount(township[among], minlength=n)
    value = np.log((some + 0.5) / (cases - some + 0.5))
    share = (some.sum() + 0.5) / (cases.sum() + 1)
    variance = 1 / (np.maximum(cases, 1) * share * (1 - share))
    return np.where(cases > 0, value, np.nan), np.where(cases > 0, variance, np.nan)


def _median(values: Floats, township: Labels, among: Flags, n: int) -> tuple[Floats, Floats]:
    """Median by township and its variance, pi/2 s^2 / cases, with the spread s of all cases about their medians."""
    here = pd.Series(values[among]).groupby(township[among])
    median = here.median().reindex(range(n)).to_numpy(float)
    cases = here.size().reindex(range(n), fill_value=0).to_numpy(float)
    off = np.abs(values[among] - median[township[among]])
    spread = 1.4826 * np.median(off) if off.size else np.nan
    known = cases >= CASES_LEAST
    variance = np.pi / 2 * spread**2 / np.maximum(cases, 1)
    return np.where(known, median, np.nan), np.where(known, variance, np.nan)


def _shrunk(value: Floats, variance: Floats) -> Floats:
    """Each value pulled towards the county's by variance / (variance + between); the county's where none is known.

    The variance between townships is DerSimonian and Laird's, at least 0.
    """
    known = ~np.isnan(value)
    v, s = value[known], np.maximum(variance[known], 1e-12)
    if len(v) < 2:
        return np.zeros_like(value)
    weight = 1 / s
    mean = (weight * v).sum() / weight.sum()
    excess = (weight * (v - mean) ** 2).sum() - (len(v) - 1)
    between = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    mean = np.average(v, weights=1 / (s + between))
    found = np.full(len(value), mean)
    found[known] += (v - mean) * between / (s + between)
    return found


def _standardised(value: Floats, least: float) -> Floats:
    """Less the mean, over the standard deviation (at least ``least``), cut at ``EXTREME``."""
    if not len(value):
        return value
    return np.asarray(np.clip((value - value.mean()) / max(value.std(), least), -EXTREME, EXTREME))


def _grouped(features: Floats) -> tuple[Labels, float]:
    """Kinds 1.. of the best mean silhouette, and that silhouette; all 1 and 0 where no two townships differ."""
    best, labels = 0.0, np.ones(len(features), dtype=np.int64)
    different = len(np.unique(features, axis=0))
    for count in range(2, min(KINDS_MOST, different, len(features) - 1) + 1):
        tried = _ward(features, count)
        silhouette = float(silhouette_samples(features, tried).mean())
        if silhouette > best + 1e-9:
            best, labels = silhouette, tried
    return labels, best


def _ward(features: Floats, count: int) -> Labels:
    """Ward's groups, numbered from 1: the largest first, equal ones by their first township."""
    raw = AgglomerativeClustering(n_clusters=count, linkage="ward").fit_predict(features)
    sizes, first = np.bincount(raw), np.array([int(np.argmax(raw == label)) for label in range(count)])
    order = np.lexsort((first, -sizes))
    number = np.empty(count, dtype=np.int64)
    number[order] = np.arange(1, count + 1)
    return np.asarray(number[raw], dtype=np.int64)


def _stability(facts: _Facts, exposure: Floats, fishing: Flags, labels: Labels, seed: int) -> float:
    """Mean adjusted Rand index of the kinds with those of as many cases drawn from the county's with replacement."""
    rng = np.random.default_rng(seed)
    count, cases, found = int(labels.max()), len(facts.township), []
    for _ in range(REDRAWS):
        features = _features(facts.drawn(rng.integers(0, max(cases, 1), cases)), exposure, fishing)
        found.append(adjusted_rand_score(labels, _ward(features, count)))
    return float(np.mean(found))


def _traits(features: Floats, labels: Labels) -> pd.DataFrame:
    """What sets each kind apart, the most telling first; at least one feature a kind."""
    rows = []
    for kind in range(1, int(labels.max(initial=0)) + 1):
        means = features[labels == kind].mean(axis=0)
        ranked = np.argsort(-np.abs(means), kind="stable")
        for place, number in enumerate(ranked):
            if place == 0 or abs(means[number]) >= TELLING:
                direction = "high" if means[number] > 0 else "low"
                rows.append((kind, FEATURES[number], direction, float(means[number])))
    return pd.DataFrame(rows, columns=["kind", "feature", "direction", "mean"])
