"""Fits the weights of planner/geo/confidence.toml on made-up debtors: see benchmarks.placing --fit."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks.debtors import Debtor, parties, write_debtors
from planner.geo.believe import Belief, Point, beliefs
from planner.geo.gazetteer import build_gazetteer
from planner.geo.place import addresses_of, points_of
from planner.model.policy import GazetteerPolicy
from planner.model.region import Region

SEEDS = tuple(range(101, 113))
DATUMS = ("WGS-84", "GCJ-02", "BD-09")
AGREE = ("agree", "outside_agree", "point_agrees", "county", "county_near")
DIFFER = (
    "other_township", "other_village", "other_in_brackets", "unknown_township", "unknown_village", "words_before",
    "lives_elsewhere", "weak_before", "weak_after", "vague_before", "vague_after", "other_inside_before",
    "other_inside_after", "other_outside_before", "other_outside_after", "point_differs", "point_elsewhere",
    "outside_inside_before", "outside_inside_after", "outside_point_inside",
)  # fmt: skip
SIGNS: dict[str, tuple[float | None, float | None]] = dict.fromkeys(AGREE, (0.0, None)) | dict.fromkeys(
    DIFFER, (None, 0.0)
)
"""What agrees never lowers a probability, what disagrees never raises it."""
RIDGE = 0.5
"""Weight of the squared size of the weights against the log-likelihood: rare evidence says little."""


def believed(debtors: list[Debtor], region: Region, datum: str) -> list[tuple[Belief, bool]]:
    """Every place that may be believed, and whether it is true."""
    table = parties(debtors, datum)
    policy = GazetteerPolicy()
    rows = addresses_of(table, build_gazetteer(region), policy)
    points = points_of(table, rows, region, policy)
    found = []
    for debtor, row, held, given in zip(debtors, rows, points.held, points.given, strict=True):
        offered = beliefs(row, Point(held) if given else None, debtor.is_company)
        found += [(belief, (belief.township or "") == debtor.township) for belief in offered]
    return found


def fit(found: Sequence[tuple[Belief, bool]]) -> dict[str, float]:
    """Weights by penalised likelihood of P = share * sigmoid(sum of weights)."""
    keys = sorted({key for belief, _ in found for key in belief.evidence})
    number = {key: i for i, key in enumerate(keys)}
    rows = [(row, number[key]) for row, (belief, _) in enumerate(found) for key in belief.evidence]
    where = np.array(rows).T
    design = csr_matrix((np.ones(len(rows)), where), shape=(len(found), len(keys)))
    share = np.array([belief.share for belief, _ in found])
    right = np.array([true for _, true in found], dtype=float)

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        inner = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -30, 30)))
        p = np.clip(share * inner, 1e-9, 1 - 1e-9)
        value = -np.sum(right * np.log(p) + (1 - right) * np.log1p(-p)) + RIDGE * weights @ weights / 2
        slope = -(right / p - (1 - right) / (1 - p)) * share * inner * (1 - inner)
        return float(value), design.T @ slope + RIDGE * weights

    bounds = [SIGNS.get(key, (None, None)) for key in keys]
    solved = minimize(loss, np.zeros(len(keys)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000})
    return {key: round(float(weight), 3) for key, weight in zip(keys, solved.x, strict=True)}


def taught(region: Region, aliases: pd.DataFrame) -> Region:
    """The region after people taught these aliases."""
    return replace(region, aliases=pd.concat([region.aliases, aliases], ignore_index=True))


def fitted(region: Region, elsewhere: pd.DataFrame, count: int) -> dict[str, float]:
    """Weights from all SEEDS."""
    found: list[tuple[Belief, bool]] = []
    for turn, seed in enumerate(SEEDS):
        debtors, aliases = write_debtors(region, elsewhere, count, seed)
        found += believed(debtors, taught(region, aliases), DATUMS[turn % len(DATUMS)])
    return fit(found)


def write_weights(weights: dict[str, float], path: Path) -> None:
    today = datetime.datetime.now(tz=datetime.UTC).date()
    lines = [
        "# Weights of the evidence for a placing: P(township right) = share * 1 / (1 + exp(-sum of weights)).",
        "# Fitted, not set by hand: python -m benchmarks.placing --fit writes this file.",
        "# Debtors were made up by benchmarks/debtors.py from the shipped county's names. What their mix assumes of",
        "# the world (how often people move, misspell, or come home) is written there; decisions can refit it.",
        f'fitted_on = "{today}"',
        f"seeds = {list(SEEDS)}",
        f"ridge = {RIDGE}",
        "",
        "[weights]",
        *(f"{key} = {value}" for key, value in weights.items()),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
