"""Schematic points: spread evenly inside an area, the same every time."""

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]

GRID_CELLS = 1500
"""Interior points from which the area is known, at least this many (and 30 a point)."""
LLOYD_STEPS = 20
LARGE_SHARE = 0.2
"""Parts below this share of the area get no point: a schematic village on a far islet would mislead."""


def spread_points(area: shapely.Geometry, count: int) -> Floats:
    """``count`` points (count, 2) inside a polygon in a metric CRS, by Lloyd's algorithm on a grid of its interior.

    Points come in rows from north to south, so that neighbours in order are neighbours on the ground.
    """
    inside = _interior(area, count)
    centres = inside[np.linspace(0, len(inside) - 1, count).round().astype(int)]
    for _ in range(LLOYD_STEPS):
        nearest = cKDTree(centres).query(inside)[1]
        size = np.bincount(nearest, minlength=count)
        sums = np.column_stack([np.bincount(nearest, inside[:, axis], minlength=count) for axis in (0, 1)])
        centres = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], centres)
    # A centre of a bay may lie in the water: take the nearest interior point, each once.
    return _northern_first(_snapped(centres, inside))


def _interior(area: shapely.Geometry, count: int) -> Floats:
    """Grid points inside the large parts, by rows."""
    parts = shapely.get_parts(area)
    size = shapely.area(parts)
    land = shapely.union_all(parts[size >= min(LARGE_SHARE * size.sum(), size.max())])
    shapely.prepare(land)
    step = float(np.sqrt(land.area / max(GRID_CELLS, 30 * count)))
    while True:
        left, low, right, high = land.bounds
        xs, ys = np.meshgrid(np.arange(left, right + step, step), np.arange(high, low - step, -step))
        inside = np.column_stack([xs.ravel(), ys.ravel()])
        inside = inside[shapely.contains_xy(land, inside[:, 0], inside[:, 1])]
        if len(inside) >= 2 * count:
            return inside
        step /= 2


def _snapped(centres: Floats, inside: Floats) -> Floats:
    free = np.ones(len(inside), dtype=bool)
    chosen = []
    for centre in centres:
        distance = np.where(free, ((inside - centre) ** 2).sum(axis=1), np.inf)
        chosen.append(int(distance.argmin()))
        free[chosen[-1]] = False
    return inside[chosen]


def _northern_first(points: Floats) -> Floats:
    return points[np.lexsort((points[:, 0], -points[:, 1]))]
