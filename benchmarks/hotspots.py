"""Which scorer finds next period's hot areas? A prospective test with a rolling origin.

    python -m benchmarks.hotspots --events FILE --areas FILE [--period week|month] [--share 0.1 | --pick 3] [--json]

Events: CSV with ``area_id`` and ``date`` (one row per event) or ``month`` and ``n``. Areas: GeoJSON whose features have
``area_id`` and a number that stands for exposure. Each period is forecast from the periods before it; PEI is the share
of its events in the areas chosen, divided by what an oracle gets: the mean over the periods, and (pooled) all events
caught over all that the oracle catches. ``--pick K`` draws many sets of 18 areas and thins their events to 65, 6 and 2
per period, as small as a county's townships. ``--calibrate`` needs no files: made-up counties whose true rates are
known tell whether P(in the top k) happens as often as it says. ``--planted`` needs none either: villages with planted
clusters tell how many of them are found again.

The forecast's two settings of its own (mix_cases, mix_weeks) were tuned on Dallas until 2020-12:
``--only 48113 --until 2020-12``. Figures are reported for what came after, and for New York.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from planner.model.policy import ScorePolicy
from planner.scoring.clusters import cluster
from planner.scoring.empirical_bayes import marshall
from planner.scoring.forecast import discounted, forecast_filings
from planner.scoring.rank import p_in_top

Floats = npt.NDArray[np.float64]
Scorer = Callable[[Floats, Floats], Floats]  # (past counts (t, n), exposure (n,)) -> score (n,)
Near = sparse.csr_array | None

WEEKS = {"week": 1.0, "month": 365.25 / 12 / 7}
YEAR = {"week": 52, "month": 12}
EXPOSURES = ("renter_households", "population", "pop")
SET_SIZE, SETS, VOLUMES = 18, 60, (65, 6, 2)
BOOTSTRAPS = 2000


def read_counts(
    events: Path, areas: Path, period: str, exposure: str | None = None, only: str = ""
) -> tuple[pd.DataFrame, Floats]:
    """Counts (periods, areas) without a thin start or a partial end, and the areas' shares of exposure.

    Args:
        only: the areas whose id begins so.
    """
    features = json.loads(areas.read_text(encoding="utf-8"))["features"]
    facts = pd.DataFrame([feature["properties"] for feature in features]).astype({"area_id": str})
    name = exposure or next(name for name in EXPOSURES if name in facts)
    facts = facts[facts["area_id"].str.startswith(only)].groupby("area_id")[name].sum().fillna(0).clip(lower=1)
    rows = pd.read_csv(events, dtype={"area_id": str})
    when = pd.to_datetime(rows["date"] if "date" in rows else rows["month"])
    if period == "week" and "date" not in rows:
        raise SystemExit("events by month cannot be counted by week: use --period month")
    rows = rows.assign(period=when.dt.to_period("W" if period == "week" else "M"), n=rows.get("n", 1))
    counts = rows.pivot_table(index="period", columns="area_id", values="n", aggfunc="sum", fill_value=0)
    whole = pd.period_range(counts.index.min(), counts.index.max(), freq=counts.index.freq)
    counts = counts.reindex(index=whole, columns=facts.index, fill_value=0)
    total = counts.sum(axis=1)
    usual = total[total > 0].median()
    counts = counts[total.index >= total.index[total >= 0.2 * usual][0]]
    if counts.iloc[-1].sum() < 0.5 * counts.iloc[-7:-1].sum(axis=1).median():
        counts = counts.iloc[:-1]
    return counts, (facts / facts.sum()).to_numpy(dtype=float)


def touching(areas: Path, ids: pd.Index) -> sparse.csr_array:
    """The mean over the areas that each of ``ids`` touches, as a matrix (n, n)."""
    shapes = gpd.read_file(areas).astype({"area_id": str}).dissolve("area_id").loc[ids]
    one, other = shapes.sindex.query(shapes.geometry, predicate="touches")
    count = np.bincount(one, minlength=len(ids))
    return sparse.csr_array((1 / count[one], (one, other)), shape=(len(ids), len(ids)))


def scorers(period: str, near: Near) -> dict[str, Scorer]:
    """Scorers by name. ``planner`` is the product's own function with the default policy."""
    policy = ScorePolicy()
    half_life, prior = policy.half_life_weeks / WEEKS[period], policy.prior_weeks / WEEKS[period]

    def shrunk(past: Floats, exposure: Floats) -> Floats:
        total, periods = discounted(past, half_life)
        return total + prior * total.sum() / periods * exposure

    def moments(past: Floats, exposure: Floats) -> Floats:
        total, periods = discounted(past, half_life)
        mean, variance = marshall(total, exposure * periods)
        if not variance:
            return exposure
        return exposure * (total + mean**2 / variance) / (exposure * periods + mean / variance)

    return {
        "last period": lambda past, _: past[-1],
        "trailing 12 months": lambda past, _: past[-YEAR[period] :].sum(axis=0),
        "exponentially weighted": lambda past, _: discounted(past, half_life)[0],
        "raw rate": lambda past, exposure: discounted(past, half_life)[0] / exposure,
        "EW, shrunk": shrunk,
        "EW, shrunk by moments": moments,
        "planner": lambda past, exposure: forecast_filings(past, exposure, policy, near, WEEKS[period]).expected,
    }


def clairvoyant(counts: Floats, period: int, half_life: float) -> Floats:
    """The rate around a period, seen from both sides without the period itself."""
    before, _ = discounted(counts[:period], half_life)
    after, _ = discounted(counts[:period:-1], half_life)
    return before + after


def caught(counts: Floats, score: Floats, period: int, k: int, tie_break: Floats) -> float:
    """Events of the period in the k areas of highest score."""
    return float(counts[period][np.lexsort((tie_break, -score))[:k]].sum())


def roll(
    counts: Floats, exposure: Floats, period: str, k: int, first: int, seed: int, near: Near = None
) -> pd.DataFrame:
    """Events caught by period from ``first`` on (rows) and scorer (columns); ``oracle`` is the most there was."""
    rng = np.random.default_rng(seed)
    half_life = ScorePolicy().half_life_weeks / WEEKS[period]
    rows = []
    for t in range(first, len(counts)):
        tie_break = rng.random(counts.shape[1])
        scores = {name: scorer(counts[:t], exposure) for name, scorer in scorers(period, near).items()}
        scores |= {"clairvoyant": clairvoyant(counts, t, half_life), "oracle": counts[t]}
        rows.append({name: caught(counts, score, t, k, tie_break) for name, score in scores.items()})
    return pd.DataFrame(rows)


def pei(found: pd.DataFrame) -> pd.DataFrame:
    """PEI by period and scorer, periods without events left out."""
    some = found[found["oracle"] > 0]
    return some.div(some["oracle"], axis=0).drop(columns="oracle")


def pooled(found: pd.DataFrame) -> pd.Series:
    """PEI by scorer of all periods together."""
    total = found.sum()
    return total.drop("oracle") / total["oracle"]


def thinned(
    counts: Floats, exposure: Floats, period: str, k: int, first: int, volume: float, seed: int
) -> tuple[pd.DataFrame, pd.Series]:
    """Mean PEI by random set of 18 areas, its events thinned to ``volume`` per period; and pooled over all sets."""
    rng = np.random.default_rng(seed)
    seen = np.flatnonzero(counts[:first].sum(axis=0) > 0)
    sets = []
    for _ in range(SETS):
        areas = rng.choice(seen, SET_SIZE, replace=False)
        few = counts[:, areas].astype(int)
        few = rng.binomial(few, min(1.0, volume / few.sum(axis=1).mean())).astype(float)
        share = exposure[areas] / exposure[areas].sum()
        sets.append(roll(few, share, period, k, first, seed))
    return pd.DataFrame([pei(found).mean() for found in sets]), pooled(pd.concat(sets))


def summary(found: pd.DataFrame, together: pd.Series, seed: int) -> pd.DataFrame:
    """PEI by scorer, and the planner's lead over it with a paired 95 % bootstrap interval over the rows."""
    lead = found[["planner"]].to_numpy() - found.to_numpy()
    again = np.random.default_rng(seed).integers(0, len(found), (BOOTSTRAPS, len(found)))
    low, high = np.quantile(lead[again].mean(axis=1), [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "pei": found.mean(),
            "pooled": together,
            "planner_lead": lead.mean(axis=0),
            "lead_low": low,
            "lead_high": high,
        },
        index=found.columns,
    ).rename_axis("scorer")


def calibrate(volume: float, drift: float, k: int, counties: int, seed: int) -> pd.DataFrame:
    """How often an area said to be in the top k with probability p was, by band of p.

    Made-up counties of 18 areas: rates gamma (shape 1.5), drifting by a random walk of ``drift`` a week in the log,
    three years of weekly counts that sum to ``volume`` a month on average.
    """
    rng, policy = np.random.default_rng(seed), ScorePolicy()
    said, true = [], []
    for _ in range(counties):
        start = np.log(rng.gamma(1.5, 1.0, SET_SIZE))
        walk = np.exp(start + np.cumsum(rng.normal(0, drift, (156, SET_SIZE)), axis=0))
        rates = walk * volume / WEEKS["month"] / walk.sum(axis=1).mean()
        forecast = forecast_filings(rng.poisson(rates), np.full(SET_SIZE, 1 / SET_SIZE), policy)
        said.append(p_in_top(forecast.draws(rng, 1000), k))
        true.append(np.isin(np.arange(SET_SIZE), np.argsort(-rates[-1])[:k]))
    table = pd.DataFrame({"said": np.concatenate(said), "true": np.concatenate(true)})
    bands = pd.cut(table["said"], [-0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0])
    return table.groupby(bands, observed=True).agg(said=("said", "mean"), true=("true", "mean"), areas=("true", "size"))


def planted(kilometres: float, counties: int, seed: int) -> pd.DataFrame:
    """How many planted clusters are found again, and how pure they are, by size of the cluster.

    Made-up townships of 12 x 12 km: two clusters of so many cases about points at least three times ``kilometres``
    apart (spread: a normal of ``kilometres`` / 2), among 60 cases scattered evenly. A cluster is found where one label
    holds at least half of its cases and is not the label of the other.
    """
    rng, least, side = np.random.default_rng(seed), ScorePolicy().cluster_min_cases, 12_000.0
    rows = []
    for size in (15, 25, 40, 80):
        for _ in range(counties):
            centres = rng.uniform(0.2, 0.8, (2, 2)) * side
            while np.hypot(*(centres[0] - centres[1])) < 3_000 * kilometres:
                centres = rng.uniform(0.2, 0.8, (2, 2)) * side
            around = rng.normal(0, 500 * kilometres, (2 * size, 2)) + np.repeat(centres, size, axis=0)
            labels, _ = cluster(np.vstack([around, rng.uniform(0, side, (60, 2))]), least)
            truth = np.repeat([0, 1, -1], [size, size, 60])
            usual = [np.bincount(labels[truth == c] + 1, minlength=labels.max() + 2)[1:] for c in (0, 1)]
            best = [int(np.argmax(u)) if u.any() else -1 for u in usual]
            for c in (0, 1):
                held = int(usual[c][best[c]]) if best[c] >= 0 else 0
                found = held >= size / 2 and best[0] != best[1]
                inside = truth[labels == best[c]] == c if found else np.zeros(0)
                rows.append({"cases": size, "found": found, "held": held / size if found else np.nan,
                             "pure": inside.mean() if found else np.nan})  # fmt: skip
    table = pd.DataFrame(rows).groupby("cases")
    return table.agg(found=("found", "mean"), held=("held", "mean"), pure=("pure", "mean"), clusters=("found", "size"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=Path)
    parser.add_argument("--areas", type=Path)
    parser.add_argument("--calibrate", action="store_true", help="P(in the top 3) on made-up counties instead")
    parser.add_argument("--planted", action="store_true", help="clusters planted in made-up townships instead")
    parser.add_argument("--period", choices=tuple(WEEKS), default="month")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--share", type=float, default=0.1, help="of all areas that is chosen")
    size.add_argument("--pick", type=int, help="areas chosen of 18, thinned")
    parser.add_argument("--exposure", help=f"property of the areas (default: the first of {', '.join(EXPOSURES)})")
    parser.add_argument("--only", default="", help="areas whose id begins so (48113: Dallas)")
    parser.add_argument("--since", help="first period tested, e.g. 2021-01 (default: after two years, or half of them)")
    parser.add_argument("--until", help="last period tested")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if args.calibrate:
        for volume in (200, *VOLUMES):
            table = calibrate(volume, drift=0.04, k=3, counties=400, seed=args.seed)
            print(f"\n{volume} filings a month\n{table.round(3).to_string()}")
        return
    if args.planted:
        for kilometres in (0.5, 1.0, 2.0):
            print(f"\nclusters {kilometres} km wide\n{planted(kilometres, 100, args.seed).round(3).to_string()}")
        return
    if not (args.events and args.areas):
        parser.error("--events and --areas are needed (or --calibrate, --planted)")
    table, exposure = read_counts(args.events, args.areas, args.period, args.exposure, args.only)
    first = min(2 * YEAR[args.period], len(table) // 2)
    if args.since:
        first = int(table.index.searchsorted(pd.Period(args.since, freq=table.index.freq)))
    if args.until:
        table = table[: pd.Period(args.until, freq=table.index.freq)]
    counts = table.to_numpy(dtype=float)
    if args.pick:
        runs = {
            f"pick {args.pick} of {SET_SIZE}, {volume} a {args.period}": thinned(
                counts, exposure, args.period, args.pick, first, volume, args.seed
            )
            for volume in VOLUMES
        }
    else:
        k = max(1, round(args.share * counts.shape[1]))
        found = roll(counts, exposure, args.period, k, first, args.seed, touching(args.areas, table.columns))
        runs = {f"{k} of {counts.shape[1]} areas": (pei(found), pooled(found))}
    results = {title: summary(found, together, args.seed) for title, (found, together) in runs.items()}
    if args.json:
        print(json.dumps({title: result.reset_index().to_dict("records") for title, result in results.items()}))
        return
    print(f"{len(counts) - first} periods tested, {table.index[first]} to {table.index[-1]}")
    for title, result in results.items():
        print(f"\n{title}\n{result.round(4).to_string()}")


if __name__ == "__main__":
    main()
