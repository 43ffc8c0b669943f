"""Which polygon holds each point, for very many points: a uniform grid, then the even-odd rule.

A cell that no outline crosses lies in one polygon or in none, and its points are answered at once. In the other cells
a ray from the point to the left crosses the outline of each polygon about there; an odd count is inside (holes and
parts need no thought). An outline's segments are kept by the row of the grid, so only the ones of that row are asked.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

NOWHERE = -1
CELLS_PER_POLYGON = 64
FEWEST_CELLS, MOST_CELLS = 1 << 16, 1 << 23
SLACK = 1e-6
"""Of a cell: segments count as passing through cells so near, so that rounding misses none."""


class Outlines(NamedTuple):
    """Segments (s,) of all rings, the lower end first; those of polygon p begin at ``starts[p]`` (p + 1,)."""

    starts: Longs
    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats


class Grid(NamedTuple):
    """Cells row by row from the lower left.

    ``frame``: x and y of the corner, cells per unit of x and of y; ``shape``: columns, rows. ``first_row`` (p,): lowest
    row of a polygon; ``strip`` (p + 1,): its first strip, one strip a row. ``strip_starts`` and ``segments``: segments
    by strip. ``cell_starts`` and ``holders``: polygons by cell in their order, as p where the cell lies in p, as
    ``~p`` where an outline of p passes.
    """

    outlines: Outlines
    frame: Floats
    shape: Longs
    first_row: Longs
    strip: Longs
    strip_starts: Longs
    segments: Ints
    cell_starts: Longs
    holders: Ints


def holders(x: npt.ArrayLike, y: npt.ArrayLike, polygons: Sequence[shapely.Geometry | None]) -> Ints:
    """Position of the polygon that holds each point (n,), -1 where none does.

    Where polygons overlap, the first one has the point. A point on an outline is in one of the polygons beside it, or
    in none; where two share the segment, in exactly one. For many calls with the same polygons make the grid once:
    ``look_up(grid_of(polygons), x, y)``.
    """
    return look_up(grid_of(polygons), x, y)


def look_up(grid: Grid, x: npt.ArrayLike, y: npt.ArrayLike) -> Ints:
    """As ``holders``. Points may be NaN (held by none)."""
    return _look_up(grid, np.ascontiguousarray(x, dtype=float), np.ascontiguousarray(y, dtype=float))


def grid_of(polygons: Sequence[shapely.Geometry | None]) -> Grid:
    """The grid over polygons and multipolygons, any of them empty or None. Some 20 bytes a cell and 50 a segment."""
    outlines = _outlines(polygons)
    frame, shape = _frame(outlines, len(polygons))
    first_row, strip = _strips(outlines, frame, shape)
    strip_starts, segments = _by_strip(outlines, frame, shape, first_row, strip)
    empty = np.zeros(0, np.int32)
    unmarked = Grid(outlines, frame, shape, first_row, strip, strip_starts, segments, np.zeros(0, np.int64), empty)
    starts = np.zeros(shape[0] * shape[1] + 1, np.int64)
    _mark(unmarked, starts, empty)
    starts = np.cumsum(starts)
    found = np.empty(starts[-1], np.int32)
    _mark(unmarked, starts[:-1].copy(), found)
    return unmarked._replace(cell_starts=starts, holders=found)


def _outlines(polygons: Sequence[shapely.Geometry | None]) -> Outlines:
    parts, polygon_of = shapely.get_parts(np.array(polygons, dtype=object), return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    joined = ring_of[1:] == ring_of[:-1]
    one, other = xy[:-1][joined], xy[1:][joined]
    swap = (one[:, 1] > other[:, 1])[:, None]
    low, high = np.where(swap, other, one), np.where(swap, one, other)
    owner = polygon_of[part_of[ring_of[:-1][joined]]] if len(xy) else np.zeros(0, np.int64)
    starts = np.searchsorted(owner, np.arange(len(polygons) + 1))
    return Outlines(starts, *(np.ascontiguousarray(column) for column in (*low.T, *high.T)))


def _frame(outlines: Outlines, polygons: int) -> tuple[Floats, Longs]:
    """Corner and scale, columns and rows: about square cells, as many as the polygons are worth."""
    if not len(outlines.x1):
        return np.array([0.0, 0.0, 1.0, 1.0]), np.array([1, 1])
    left, right = min(outlines.x1.min(), outlines.x2.min()), max(outlines.x1.max(), outlines.x2.max())
    low, high = outlines.y1.min(), outlines.y2.max()
    width, height = right - left, high - low
    cells = min(max(polygons * CELLS_PER_POLYGON, FEWEST_CELLS), MOST_CELLS)
    columns = int(np.clip(np.sqrt(cells * width / height), 1, cells)) if height > 0 else cells
    rows = max(1, cells // columns)
    scale = [count / extent if extent > 0 else 1.0 for count, extent in ((columns, width), (rows, height))]
    return np.array([left, low, *scale]), np.array([columns, rows])


def _rows_of(outlines: Outlines, frame: Floats, shape: Longs) -> tuple[Longs, Longs]:
    """First and last row that each segment passes."""
    low = np.floor((outlines.y1 - frame[1]) * frame[3] - SLACK).astype(np.int64)
    high = np.floor((outlines.y2 - frame[1]) * frame[3] + SLACK).astype(np.int64)
    return low.clip(0, shape[1] - 1), high.clip(0, shape[1] - 1)


def _strips(outlines: Outlines, frame: Floats, shape: Longs) -> tuple[Longs, Longs]:
    low, high = _rows_of(outlines, frame, shape)
    first, rows = np.zeros(len(outlines.starts) - 1, np.int64), np.zeros(len(outlines.starts) - 1, np.int64)
    some = outlines.starts[:-1] < outlines.starts[1:]
    if some.any():
        begin = outlines.starts[:-1][some]
        first[some] = np.minimum.reduceat(low, begin)
        rows[some] = np.maximum.reduceat(high, begin) - first[some] + 1
    return first, np.concatenate([[0], np.cumsum(rows)])


def _by_strip(outlines: Outlines, frame: Floats, shape: Longs, first_row: Longs, strip: Longs) -> tuple[Longs, Ints]:
    low, high = _rows_of(outlines, frame, shape)
    spans = high - low + 1
    owner = np.repeat(np.arange(len(first_row)), np.diff(outlines.starts))
    segment = np.repeat(np.arange(len(low), dtype=np.int32), spans)
    step = np.arange(len(segment)) - np.repeat(np.cumsum(spans) - spans, spans)
    place = (strip[owner] + low - first_row[owner])[segment] + step
    starts = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=strip[-1]))])
    return starts, segment[np.argsort(place, kind="stable")]


@njit(cache=True, nogil=True)
def _cell(value: float, corner: float, scale: float, cells: int, slack: float) -> int:
    return min(max(int(np.floor((value - corner) * scale + slack)), 0), cells - 1)


@njit(cache=True, nogil=True)
def _mark(grid: Grid, starts: Longs, out: Ints) -> None:
    """Count the holders of each cell into ``starts[cell + 1]`` (if ``out`` is empty), or write them there.

    The second time ``starts`` (cells,) are the places where to write; they move on.
    """
    columns, write = grid.shape[0], len(out) > 0
    state = np.zeros(columns, np.int8)
    crossings = np.empty(len(grid.outlines.x1))
    for p in range(len(grid.first_row)):
        for s in range(grid.strip[p], grid.strip[p + 1]):
            row = grid.first_row[p] + s - grid.strip[p]
            first, last = _paint(grid, s, row, state, crossings)
            for column in range(first, last + 1):
                if state[column]:
                    cell = row * columns + column
                    if write:
                        out[starts[cell]] = p if state[column] == 1 else ~p
                        starts[cell] += 1
                    else:
                        starts[cell + 1] += 1
                    state[column] = 0


@njit(cache=True, nogil=True)
def _paint(grid: Grid, strip: int, row: int, state: npt.NDArray[np.int8], crossings: Floats) -> tuple[int, int]:
    """The cells of one polygon in one row: 1 inside, 2 passed by its outline. Gives the first and last one."""
    lines, frame, columns = grid.outlines, grid.frame, grid.shape[0]
    low, middle = frame[1] + (row - SLACK) / frame[3], frame[1] + (row + 0.5) / frame[3]
    high = frame[1] + (row + 1 + SLACK) / frame[3]
    count, first, last = 0, columns, -1
    for e in grid.segments[grid.strip_starts[strip] : grid.strip_starts[strip + 1]]:
        if lines.y1[e] <= middle < lines.y2[e]:
            crossings[count] = _at(lines, e, middle)
            count += 1
    crossings[:count].sort()
    for k in range(0, count - 1, 2):
        # The cells whose middle lies between the two crossings.
        start = _cell(crossings[k], frame[0], frame[2], columns, 0.5)
        stop = _cell(crossings[k + 1], frame[0], frame[2], columns, 0.5)
        state[start:stop] = 1
        first, last = min(first, start), max(last, stop - 1)
    for e in grid.segments[grid.strip_starts[strip] : grid.strip_starts[strip + 1]]:
        level = lines.y1[e] == lines.y2[e]
        one = lines.x1[e] if level or lines.y1[e] >= low else _at(lines, e, low)
        other = lines.x2[e] if level or lines.y2[e] <= high else _at(lines, e, high)
        start = _cell(min(one, other), frame[0], frame[2], columns, -SLACK)
        stop = _cell(max(one, other), frame[0], frame[2], columns, SLACK)
        state[start : stop + 1] = 2
        first, last = min(first, start), max(last, stop)
    return first, last


@njit(cache=True, nogil=True)
def _at(lines: Outlines, e: int, y: float) -> float:
    """x of a segment at a height that it reaches."""
    return float(lines.x1[e] + (lines.x2[e] - lines.x1[e]) * ((y - lines.y1[e]) / (lines.y2[e] - lines.y1[e])))


@njit(cache=True, nogil=True)
def _holds(grid: Grid, p: int, row: int, x: float, y: float) -> bool:
    """Even-odd rule over the segments of the polygon in the point's row."""
    lines, strip = grid.outlines, grid.strip[p] + row - grid.first_row[p]
    inside = False
    for e in grid.segments[grid.strip_starts[strip] : grid.strip_starts[strip + 1]]:
        if lines.y1[e] <= y < lines.y2[e] and _at(lines, e, y) <= x:
            inside = not inside
    return inside


@njit(cache=True, nogil=True)
def _look_up(grid: Grid, x: Floats, y: Floats) -> Ints:
    found = np.full(len(x), NOWHERE, np.int32)
    corner_x, corner_y, scale_x, scale_y = grid.frame
    columns, rows = grid.shape
    for i in range(len(x)):
        across, up = (x[i] - corner_x) * scale_x, (y[i] - corner_y) * scale_y
        if not (-1.0 < across < columns + 1.0 and -1.0 < up < rows + 1.0):
            continue
        column, row = min(max(int(np.floor(across)), 0), columns - 1), min(max(int(np.floor(up)), 0), rows - 1)
        cell = row * columns + column
        for k in range(grid.cell_starts[cell], grid.cell_starts[cell + 1]):
            holder = grid.holders[k]
            if holder >= 0:
                found[i] = holder
                break
            if _holds(grid, ~holder, row, x[i], y[i]):
                found[i] = ~holder
                break
    return found
