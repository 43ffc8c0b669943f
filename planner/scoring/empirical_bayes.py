"""Rates of few events, shrunk to what all areas have in common.

Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40, 283-294.
Assuncao, Reis (1999), A new proposal to adjust Moran's I for population density, Statistics in Medicine 18, 2147-2162.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from planner.scoring.local import Moran, moran

Floats = npt.NDArray[np.float64]


def marshall(events: npt.ArrayLike, exposure: npt.ArrayLike) -> tuple[float, float]:
    """Mean and variance of the areas' true rates by moments, of events (n,) and exposure (n,).

    Areas without exposure have no rate and count for nothing. The variance is 0 where chance alone explains the spread.
    """
    events, exposure = _with_exposure(events, exposure)
    if not len(events):
        return 0.0, 0.0
    mean = events.sum() / exposure.sum()
    spread = np.sum(exposure * (events / exposure - mean) ** 2) / exposure.sum()
    return float(mean), float(max(0.0, spread - mean / exposure.mean()))


def smoothed_rates(events: npt.ArrayLike, exposure: npt.ArrayLike) -> Floats:
    """Events per unit of exposure (n,), each area's own rate drawn to the mean the more, the less its exposure.

    An area without exposure has the mean.
    """
    events, exposure = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    mean, variance = marshall(events, exposure)
    seen = exposure > 0
    rate = np.full(len(events), mean)
    if variance:
        own = variance / (variance + mean / exposure[seen])
        rate[seen] += own * (events[seen] / exposure[seen] - mean)
    return rate


def standardised_rates(events: npt.ArrayLike, exposure: npt.ArrayLike) -> Floats:
    """Deviations of the rates (n,) from their mean, each over its own standard deviation; NaN without exposure.

    Assuncao and Reis (1999). Where the moments give a negative variance of the true rates, it is 0 for every area (they
    put it to 0 only for the areas whose whole variance would be negative).
    """
    events, exposure = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    mean, variance = marshall(events, exposure)
    seen = exposure > 0
    deviation = np.full(len(events), np.nan)
    deviation[seen] = events[seen] / exposure[seen] - mean
    if mean:
        deviation[seen] /= np.sqrt(variance + mean / exposure[seen])
    return deviation


def eb_moran(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    weights: sparse.csr_array,
    permutations: int = 999,
    seed: int = 0,
    *,
    count_islands: bool = False,
) -> Moran:
    """Global Moran's I of ``standardised_rates``, as ``moran`` does it. Areas without exposure are left out.

    spdep's EBImoran counts islands.
    """
    deviation = standardised_rates(events, exposure)
    seen = ~np.isnan(deviation)
    return moran(
        deviation[seen], sparse.csr_array(weights)[seen][:, seen], permutations, seed, count_islands=count_islands
    )


def _with_exposure(events: npt.ArrayLike, exposure: npt.ArrayLike) -> tuple[Floats, Floats]:
    events, exposure = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    seen = exposure > 0
    return events[seen], exposure[seen]
