"""Where neighbours are alike: Getis-Ord Gi and Gi*, Moran's I of all and of each area. They explain, they do not rank.

Getis, Ord (1992), Geographical Analysis 24, 189-206; Ord, Getis (1995), Geographical Analysis 27, 286-306.
Anselin (1995), Local indicators of spatial association, Geographical Analysis 27, 93-115.
Benjamini, Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

Everywhere ``values`` are (n,) and finite; ``weights`` is a sparse matrix (n, n), none negative, whose row i holds the
neighbours of area i; what lies on its diagonal counts for Gi* only.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit
from scipy import sparse, stats

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]
Indices = npt.NDArray[np.signedinteger]

LEVEL = 0.05
TIE = 1e-10
"""Sums closer than this share of their size are one and the same, added up in another order."""


class Tails(NamedTuple):
    """One-sided p of each area (n,), that its neighbours are so high, or so low, by chance; NaN without neighbours."""

    high: Floats
    low: Floats


@dataclass(frozen=True)
class Moran:
    """Global Moran's I, what chance gives on average, and one-sided p that it is so high, or so low, by chance.

    NaN where no area has a neighbour or all values are alike.
    """

    statistic: float
    expected: float
    high: float
    low: float


@dataclass(frozen=True)
class LocalMoran:
    """Of each area (n,): Moran's I, two-sided p (NaN without neighbours), and quadrant.

    ``quadrant``: own value, then the neighbours': HH, LL, HL, LH; empty where one of the two is just the mean.
    """

    statistic: Floats
    p: Floats
    quadrant: Words


def binary_weights(pairs: pd.DataFrame, codes: list[str]) -> sparse.csr_array:
    """Weights (n, n) in the order of ``codes``, 1 for each pair (columns a, b) both ways; pairs of others fall out."""
    index = pd.Index(codes)
    a, b = (index.get_indexer(pd.Index(pairs[side])) for side in ("a", "b"))
    a, b = a[known := (a >= 0) & (b >= 0)], b[known]
    both = np.concatenate([a, b]), np.concatenate([b, a])
    return sparse.csr_array((np.ones(2 * len(a)), both), shape=(len(codes), len(codes)))


def gi(values: npt.ArrayLike, weights: sparse.csr_array) -> Floats:
    """Getis-Ord Gi as z (n,): are the neighbours of an area high (z > 0)? Its own value is left out.

    Ord and Getis (1995), formula 6. NaN where an area has no neighbour, or every other area alike, or nothing varies.
    """
    y = _centred(values)
    n = len(y)
    if n < 3:
        return np.full(n, np.nan)
    rows = _rows(*_parts(weights), y)
    mean = -y / (n - 1)
    variance = (np.sum(y**2) - y**2) / (n - 1) - mean**2
    return _z(rows.lag - rows.total * mean, variance, ((n - 1) * rows.squares - rows.total**2) / (n - 2), rows.squares)


def gi_star(values: npt.ArrayLike, weights: sparse.csr_array) -> Floats:
    """Getis-Ord Gi* as z (n,): is an area together with its neighbours high (z > 0)?

    Ord and Getis (1995), formula 7. An area weighs itself as the diagonal says; where that is 0, as it weighs its
    dearest neighbour (1 without neighbours). NaN where nothing varies, or an area neighbours every other alike.
    """
    y = _centred(values)
    n = len(y)
    if n < 2:
        return np.full(n, np.nan)
    rows = _rows(*_parts(weights), y)
    own = np.where(rows.own > 0, rows.own, np.where(rows.largest > 0, rows.largest, 1.0))
    total, squares = rows.total + own, rows.squares + own**2
    return _z(rows.lag + own * y, np.full(n, np.mean(y**2)), (n * squares - total**2) / (n - 1), squares)


def permuted_tails(values: npt.ArrayLike, weights: sparse.csr_array, permutations: int = 999, seed: int = 0) -> Tails:
    """p of the neighbours' weighted sum by conditional permutation: an area keeps its value, the others are dealt anew.

    It is the p of Gi, Gi* and local Moran alike, for all they do with the sum is to shift and scale it. The deals are
    shared by all areas: from one random order of the areas each takes the first ones that are not itself. Each p is
    right by itself; the p of different areas share the chance of the draw, so more permutations do no harm
    (time grows with permutations x neighbours).
    """
    y = _centred(values)
    indptr, indices, data = _parts(weights)
    most = int(np.diff(indptr).max(initial=0))
    deals = _deals(len(y), min(most + 1, len(y)), permutations, seed)
    high, low = _count_tails(indptr, indices, data, y, deals, np.ascontiguousarray(y[deals].T), *_where_dealt(deals, y))
    alone = high < 0
    p_high, p_low = (high + 1) / (permutations + 1), (low + 1) / (permutations + 1)
    p_high[alone] = p_low[alone] = np.nan
    return Tails(p_high, p_low)


def local_moran(values: npt.ArrayLike, weights: sparse.csr_array, permutations: int = 999, seed: int = 0) -> LocalMoran:
    """Anselin's local Moran, I_i = z_i * sum_j w_ij z_j / (sum z^2 / n), with z the deviation from the mean.

    Its statistic is NaN where an area has no neighbour or all values are alike.
    """
    y = _centred(values)
    rows = _rows(*_parts(weights), y)
    with np.errstate(invalid="ignore"):
        statistic = np.where(rows.total > 0, y * rows.lag / np.mean(y**2), np.nan)
    tails = permuted_tails(values, weights, permutations, seed)
    signs = np.array(["L", "", "H"])
    own, around = np.sign(y).astype(int) + 1, np.sign(rows.lag).astype(int) + 1
    quadrant = np.where((own != 1) & (around != 1), np.char.add(signs[own], signs[around]), "")
    return LocalMoran(statistic, np.minimum(1.0, 2 * np.minimum(*tails)), quadrant)


def moran(
    values: npt.ArrayLike,
    weights: sparse.csr_array,
    permutations: int = 999,
    seed: int = 0,
    *,
    count_islands: bool = False,
) -> Moran:
    """Global Moran's I = n / sum(w) * sum_ij w_ij z_i z_j / sum z^2, p by permuting all values.

    The mean is that of all areas. n counts those that have a neighbour or are one (spdep's ``adjust.n``), with
    ``count_islands`` all.
    """
    y = _centred(values)
    indptr, indices, data = _parts(weights)
    apart = sparse.csr_array((data, indices, indptr), shape=(len(y), len(y)))
    apart = apart - sparse.diags_array(apart.diagonal())
    if not apart.sum() or not y.any():
        return Moran(np.nan, np.nan, np.nan, np.nan)
    n = len(y) if count_islands else int(np.count_nonzero(apart.sum(axis=0) + apart.sum(axis=1)))
    scale = n / apart.sum() / np.sum(y**2)
    found = float(scale * (y @ (apart @ y)))
    rng = np.random.default_rng(seed)
    dealt = np.array([scale * (z @ (apart @ z)) for z in (rng.permutation(y) for _ in range(permutations))])
    high, low = int(np.sum(dealt >= found - TIE)), int(np.sum(dealt <= found + TIE))
    return Moran(found, -1 / (n - 1), (high + 1) / (permutations + 1), (low + 1) / (permutations + 1))


def fdr(p: npt.ArrayLike) -> Floats:
    """Benjamini and Hochberg's adjusted p (n,): called hot below q, at most the share q of the calls is false.

    NaN stays NaN and does not count among the tests.
    """
    adjusted = np.array(p, dtype=float)
    known = ~np.isnan(adjusted)
    if known.any():
        adjusted[known] = stats.false_discovery_control(adjusted[known])
    return adjusted


def hot_and_cold(tails: Tails, level: float = LEVEL) -> Words:
    """``hot``, ``cold`` or empty (n,); false calls among the hot, and among the cold, held to ``level``."""
    hot, cold = fdr(tails.high) <= level, fdr(tails.low) <= level
    return np.select([hot & ~cold, cold & ~hot], ["hot", "cold"], "")


class _Rows(NamedTuple):
    """Of each row (n,): weights times values, weights, their squares, and the largest, all without the diagonal; it."""

    lag: Floats
    total: Floats
    squares: Floats
    largest: Floats
    own: Floats


def _centred(values: npt.ArrayLike) -> Floats:
    """Deviations from the mean; exactly 0 where all values are alike."""
    x = np.asarray(values, dtype=float)
    return x - x.mean() if len(x) and x.min() < x.max() else np.zeros(len(x))


def _parts(weights: sparse.csr_array) -> tuple[Indices, Indices, Floats]:
    matrix = sparse.csr_array(weights)
    return matrix.indptr, matrix.indices, matrix.data.astype(np.float64, copy=False)


def _z(excess: Floats, variance: Floats, spread: Floats, scale: Floats) -> Floats:
    """Excess over its standard deviation; NaN where there is none. ``spread`` is rounded to 0 beside its ``scale``."""
    square = variance * np.where(spread > TIE * scale, spread, 0.0)
    z = np.full(len(excess), np.nan)
    np.divide(excess, np.sqrt(square), out=z, where=square > 0)
    return z


@njit(cache=True, nogil=True)
def _row_sums(indptr: Indices, indices: Indices, data: Floats, y: Floats, out: Floats) -> None:
    """Fill ``out`` (5, n) with what ``_Rows`` says."""
    for i in range(len(indptr) - 1):
        lag, total, squares, largest, own = 0.0, 0.0, 0.0, 0.0, 0.0
        for e in range(indptr[i], indptr[i + 1]):
            weight = data[e]
            if indices[e] == i:
                own += weight
            else:
                lag += weight * y[indices[e]]
                total += weight
                squares += weight * weight
                largest = max(largest, weight)
        out[0, i], out[1, i], out[2, i], out[3, i], out[4, i] = lag, total, squares, largest, own


def _rows(indptr: Indices, indices: Indices, data: Floats, y: Floats) -> _Rows:
    out = np.empty((5, len(y)))
    _row_sums(indptr, indices, data, y, out)
    return _Rows(*out)


def _deals(n: int, size: int, permutations: int, seed: int) -> Longs:
    """The first ``size`` areas of so many random orders: (permutations, size)."""
    swaps = np.random.default_rng(seed).integers(np.arange(size), n, size=(permutations, size))
    return _shuffled(np.arange(n), swaps)


@njit(cache=True, nogil=True)
def _shuffled(order: Longs, swaps: Longs) -> Longs:
    """Fisher and Yates as far as ``swaps`` go. ``order`` need not be put back: every order is as good to start from."""
    out = np.empty_like(swaps)
    for r in range(swaps.shape[0]):
        for j in range(swaps.shape[1]):
            k = swaps[r, j]
            order[j], order[k] = order[k], order[j]
            out[r, j] = order[j]
    return out


def _where_dealt(deals: Longs, y: Floats) -> tuple[Longs, Longs]:
    """Places in the flat ``deals`` by area, and where each area's begin (n + 1,)."""
    flat = deals.ravel()
    starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=len(y)))])
    return np.argsort(flat, kind="stable"), starts


@njit(cache=True, nogil=True)
def _count_tails(
    indptr: Indices,
    indices: Indices,
    data: Floats,
    y: Floats,
    deals: Longs,
    dealt: Floats,
    places: Longs,
    starts: Longs,
) -> tuple[Longs, Longs]:
    """How many deals give a sum as high, and as low, as the true one (n,); -1 without neighbours.

    ``dealt`` (size, permutations) are the values of ``deals``.
    """
    n, (permutations, size) = len(indptr) - 1, deals.shape
    high, low = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    sums, row, largest = np.empty(permutations), np.empty(size), 0.0
    for value in y:
        largest = max(largest, abs(value))
    for i in range(n):
        k, true, total = 0, 0.0, 0.0
        for e in range(indptr[i], indptr[i + 1]):
            if indices[e] != i and data[e] != 0.0:
                row[k] = data[e]
                true += data[e] * y[indices[e]]
                total += data[e]
                k += 1
        if k == 0:
            continue
        sums[:] = 0.0
        for j in range(k):
            weight = row[j]
            for r in range(permutations):
                sums[r] += weight * dealt[j, r]
        # Where the area itself was dealt, the ones after it move up.
        for place in places[starts[i] : starts[i + 1]]:
            r, at = place // size, place % size
            if at < k:
                sums[r] = 0.0
                for j in range(k):
                    sums[r] += row[j] * dealt[j + (j >= at), r]
        tie = TIE * total * largest
        above, below = 0, 0
        for r in range(permutations):
            above += sums[r] >= true - tie
            below += sums[r] <= true + tie
        high[i], low[i] = above, below
    return high, low
