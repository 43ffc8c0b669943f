"""What others would say of a sweep: the usual comparisons, each as estimate, p value and interval of the log effect."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Z = 1.959964
SUM_TO_ONE = 1e3
"""Weight of the wish that weights sum to one."""


@dataclass(frozen=True)
class Said:
    log_ratio: float
    p: float
    low: float
    high: float


def _normal(estimate: float, error: float) -> Said:
    p = 2 * stats.norm.sf(abs(estimate) / max(error, 1e-12))
    return Said(estimate, float(p), estimate - Z * error, estimate + Z * error)


def before_after(counts: Counts, swept: Flags, start: int, weeks: int) -> Said:
    """环比: swept townships, the window against as many weeks before it; Poisson errors."""
    after, before = counts[start : start + weeks, swept].sum(), counts[start - weeks : start, swept].sum()
    return _normal(
        float(np.log((after + 0.5) / (before + 0.5))), float(np.sqrt(1 / (after + 0.5) + 1 / (before + 0.5)))
    )


def year_on_year(counts: Counts, swept: Flags, start: int, weeks: int) -> Said:
    """同比: the same weeks of the year before; Poisson errors."""
    after, before = counts[start : start + weeks, swept].sum(), counts[start - 52 : start - 52 + weeks, swept].sum()
    return _normal(
        float(np.log((after + 0.5) / (before + 0.5))), float(np.sqrt(1 / (after + 0.5) + 1 / (before + 0.5)))
    )


def did(counts: Counts, swept: Flags, start: int, weeks: int) -> Said:
    """Difference in differences of log sums, the quarter before against the window; errors clustered by township."""
    change = np.log(counts[start : start + weeks].sum(axis=0) + 0.5) - np.log(
        counts[start - weeks : start].sum(axis=0) + 0.5
    )
    one, other = change[swept], change[~swept]
    error = float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    return _normal(float(one.mean() - other.mean()), error)


def ratio_of_ratios(counts: Counts, swept: Flags, start: int, weeks: int) -> Said:
    """The log ratio of ratios against the quarter before, Poisson errors (Wilson 2022)."""
    cells = [
        counts[rows][:, who].sum() + 0.5
        for who in (swept, ~swept)
        for rows in (slice(start, start + weeks), slice(start - weeks, start))
    ]
    estimate = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
    return _normal(float(estimate), float(np.sqrt(sum(1 / cell for cell in cells))))


def synthetic_weights(treated: Floats, donors: Floats) -> Floats:
    """Weights (>= 0, sum 1) of donors (weeks, m) that come closest to the treated path (weeks,) before."""
    scale = max(float(np.abs(treated).mean()), 1e-9)
    matrix = np.vstack([donors / scale, np.full(donors.shape[1], SUM_TO_ONE)])
    weights: Floats = optimize.nnls(matrix, np.append(treated / scale, SUM_TO_ONE))[0]
    return weights


def synthetic_control(counts: Counts, swept: Flags, start: int, weeks: int) -> Said:
    """Abadie's: monthly sums of swept townships as a mix of the others; placebo over the others."""
    months = start // 4
    path = counts[start - 4 * months : start].reshape(months, 4, -1).sum(axis=1).astype(float)
    after = counts[start : start + weeks].sum(axis=0).astype(float)
    donors = np.flatnonzero(~swept)

    def gap(unit: Floats, unit_after: float, others: npt.NDArray[np.int64]) -> float:
        weights = synthetic_weights(unit, path[:, others])
        return float(np.log((unit_after + 0.5) / (after[others] @ weights + 0.5)))

    estimate = gap(path[:, swept].mean(axis=1), float(after[swept].mean()), donors)
    placebo = np.array([gap(path[:, d], after[d], donors[donors != d]) for d in donors])
    p = float((np.abs(np.append(placebo, estimate)) >= abs(estimate)).mean())
    spread = float(np.quantile(np.abs(placebo), 0.95))
    return Said(estimate, p, estimate - spread, estimate + spread)


PEERS = {
    "before/after": before_after,
    "same weeks last year": year_on_year,
    "ratio of ratios, Poisson": ratio_of_ratios,
    "DiD, clustered": did,
    "synthetic control": synthetic_control,
}


def group_time_att(outcome: Floats, times: npt.NDArray[np.int64], first: npt.NDArray[np.int64], group: int, time: int,
                   comparison: Flags) -> float:  # fmt: skip
    """ATT(g, t) of Callaway and Sant'Anna (J Econometrics 225, 2021) without covariates.

    Args:
        outcome: (units, times). first: (units,) first time treated, 0: never. comparison: (units,) of the comparison.
    """
    base, now = int(np.flatnonzero(times == group - 1)[0]), int(np.flatnonzero(times == time)[0])
    change = outcome[:, now] - outcome[:, base]
    return float(change[first == group].mean() - change[comparison].mean())
