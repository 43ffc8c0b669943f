"""Where events crowd together more than chance explains: Kulldorff's circular spatial scan for counts.

Kulldorff (1997), A spatial scan statistic, Communications in Statistics 26, 1481-1496. A zone is a circle about an area
that holds at most a share of all exposure; its likelihood ratio says how much better two rates (inside, outside) tell
the counts than one does. The largest over all zones is compared with the largest of random maps, so p is adjusted for
all the zones looked at.

Random maps are counted 32 at a time. A zone is only evaluated where one of them has a count that could beat the best
of its map so far, as a table over (best so far, expected events) tells; so nothing is lost and little is computed.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LANES = 32
"""Random maps counted at once: their counts of an area fill a few registers."""

CELLS = 2048
"""Columns of the table: expected events, the finer the fewer."""

STEP, LEVELS = 0.5, 25
"""Rows of the table: log likelihood ratios 0, 0.5, ... 12; what is beyond is looked up in the last."""

TIE = 1e-9
NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Cluster:
    """A circle with more (or fewer) events than chance explains.

    Attributes:
        kind: hot | cold. areas: positions of its areas, from its centre outwards. radius: in units of the coordinates.
        observed, expected: events inside. relative_risk: rate inside over rate outside (inf where nothing is outside).
        llr: log likelihood ratio. p: that the best circle of a random map is as good.
    """

    kind: str
    areas: tuple[int, ...]
    radius: float
    observed: int
    expected: float
    relative_risk: float
    llr: float
    p: float


class Zones(NamedTuple):
    """Circles (z,), those of one centre together, from the smallest on; centre i's begin at ``starts[i]`` (n + 1,).

    ``member``: the area by which a circle is larger than the one before. ``expected``: events if all rates are alike.
    ``cell``: column of the table; ``CELLS`` where the circle is none, as the next area lies just as near, or nobody
    lives in it.
    """

    starts: Longs
    member: Ints
    expected: Floats
    cell: Ints


def scan(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    xy: npt.ArrayLike,
    *,
    share: float = 0.5,
    hot: bool = True,
    cold: bool = False,
    permutations: int = 999,
    seed: int = 0,
    most: int = 10,
) -> tuple[Cluster, ...]:
    """The most likely cluster and the next ones that share no area with a better one, best first.

    Args:
        events: counts (n,), whole numbers. exposure: (n,), >= 0; events of an area without exposure are left out.
        xy: coordinates (n, 2) in a plane, metres say. share: of all exposure that a circle holds at most, 0..1.
        hot, cold: look for high rates, low rates or both; p then counts both kinds in random maps.
        most: clusters at most. All are told, also those that chance explains: mind p.

    Memory grows with n^2 * share, time with n^2 * share * permutations.
    """
    exposure = np.asarray(exposure, dtype=float)
    counts = np.where(exposure > 0, np.asarray(events), 0).astype(np.int64)
    total = int(counts.sum())
    if total == 0:
        return ()
    xy = np.asarray(xy, dtype=float)
    zones = circles(exposure, xy, share, total)
    found = _best_clusters(zones, counts, (hot, cold), most)
    chance = _chance(zones, exposure, total, (hot, cold), permutations, seed) if found else np.zeros(0)
    return tuple(_told(zones, counts, xy, zone, llr, chance) for zone, llr in found)


def circles(exposure: Floats, xy: Floats, share: float, total: int) -> Zones:
    """All circles about areas that hold at most ``share`` of the exposure, when ``total`` events are expected."""
    limit = share * exposure.sum() * (1 + TIE)
    members, held, whole = [], [], []
    for centre in xy:
        away = np.hypot(*(xy - centre).T)
        order = np.argsort(away, kind="stable")
        inside = np.cumsum(exposure[order])
        size = int(np.searchsorted(inside, limit, side="right"))
        away = np.append(away[order], np.inf)
        members.append(order[:size].astype(np.int32))
        held.append(inside[:size])
        whole.append(away[1 : size + 1] > away[:size] * (1 + TIE))
    expected = np.concatenate(held) * (total / exposure.sum())
    real = np.concatenate(whole) & (expected > 0) & (expected < total * (1 - TIE))
    cell = np.where(real, np.sqrt(expected / total) * CELLS, CELLS).astype(np.int32)
    starts = np.concatenate([[0], np.cumsum([len(member) for member in members])])
    return Zones(starts, np.concatenate(members), expected, cell)


def _best_clusters(zones: Zones, counts: Longs, kinds: tuple[bool, bool], most: int) -> list[tuple[int, float]]:
    """(zone, llr) of the best zone, then of the best that shares no area with those before, and so on."""
    taken = np.zeros(len(counts), dtype=bool)
    found: list[tuple[int, float]] = []
    while len(found) < most:
        zone, llr = _best_zone(zones, counts, taken, *kinds)
        if zone < 0:
            break
        found.append((zone, llr))
        taken[_areas(zones, zone)] = True
    return found


def _chance(
    zones: Zones, exposure: Floats, total: int, kinds: tuple[bool, bool], permutations: int, seed: int
) -> Floats:
    """The best log likelihood ratio of each random map (permutations,)."""
    maps = np.random.default_rng(seed).multinomial(total, exposure / exposure.sum(), size=permutations)
    high, low = _tables(total, *kinds)
    best = []
    for first in range(0, permutations, LANES):
        batch = maps[np.arange(first, first + LANES).clip(max=permutations - 1)]
        best.append(_best_of_maps(zones, np.ascontiguousarray(batch.T, dtype=np.int32), total, high, low))
    return np.concatenate([*best, np.zeros(0)])[:permutations]


def _told(zones: Zones, counts: Longs, xy: Floats, zone: int, llr: float, chance: Floats) -> Cluster:
    areas = _areas(zones, zone)
    observed, expected, total = int(counts[areas].sum()), float(zones.expected[zone]), int(counts.sum())
    outside = (total - observed) / (total - expected)
    return Cluster(
        kind="hot" if observed > expected else "cold",
        areas=tuple(areas.tolist()),
        radius=float(np.hypot(*(xy[areas[-1]] - xy[areas[0]]))),
        observed=observed,
        expected=expected,
        relative_risk=observed / expected / outside if outside else np.inf,
        llr=llr,
        p=(1 + int(np.sum(chance >= llr - TIE))) / (len(chance) + 1),
    )


def _areas(zones: Zones, zone: int) -> Ints:
    first = zones.starts[np.searchsorted(zones.starts, zone, side="right") - 1]
    return zones.member[first : zone + 1]


@njit(cache=True, nogil=True)
def _llr(count: int, expected: float, total: int) -> float:
    """Log likelihood ratio of ``count`` events where ``expected`` were, of ``total``; 0 < expected < total."""
    inside = count * np.log(count / expected) if count else 0.0
    rest = total - count
    return float(inside + (rest * np.log(rest / (total - expected)) if rest else 0.0))


@njit(cache=True, nogil=True)
def _best_zone(zones: Zones, counts: Longs, taken: Flags, hot: bool, cold: bool) -> tuple[int, float]:
    """The zone of the highest ratio without a taken area, and the ratio; -1 where none has more than 0."""
    total, zone, best = counts.sum(), -1, TIE
    for centre in range(len(zones.starts) - 1):
        count = 0
        for z in range(zones.starts[centre], zones.starts[centre + 1]):
            if taken[zones.member[z]]:
                break
            count += counts[zones.member[z]]
            expected = zones.expected[z]
            if zones.cell[z] < CELLS and ((hot and count > expected) or (cold and count < expected)):
                ratio = _llr(count, expected, total)
                if ratio > best:
                    zone, best = z, ratio
    return zone, best


@njit(cache=True, nogil=True)
def _tables(total: int, hot: bool, cold: bool) -> tuple[Ints, Ints]:
    """Least high and largest low count that can reach a ratio (LEVELS, CELLS + 1), by level and cell of a zone.

    A cell's zones expect between its two edges. A high count's ratio is largest at the lower edge, a low one's at the
    upper; it grows as the count goes away from what is expected, so halving finds the first that reaches the level.
    """
    high = np.full((LEVELS, CELLS + 1), NEVER, np.int32)
    low = np.full((LEVELS, CELLS + 1), -1, np.int32)
    for level in range(LEVELS):
        for cell in range(CELLS):
            lower = total * (cell / CELLS) ** 2 * (1 - TIE)
            upper = min(total * ((cell + 1) / CELLS) ** 2 * (1 + TIE), total * (1 - 0.5 * TIE))
            if hot:
                high[level, cell] = _least_high(lower, total, level * STEP)
            if cold:
                low[level, cell] = _largest_low(upper, total, level * STEP)
    return high, low


@njit(cache=True, nogil=True)
def _least_high(expected: float, total: int, ratio: float) -> int:
    """Least count above ``expected`` that reaches the ratio; ``NEVER`` where none does."""
    first, last = int(expected) + 1, total + 1
    if expected <= 0.0:
        return 1
    while first < last:
        middle = (first + last) // 2
        if _llr(middle, expected, total) >= ratio:
            last = middle
        else:
            first = middle + 1
    return first if first <= total else NEVER


@njit(cache=True, nogil=True)
def _largest_low(expected: float, total: int, ratio: float) -> int:
    """Largest count below ``expected`` that reaches the ratio; -1 where none does."""
    first, last = -1, min(int(np.ceil(expected)) - 1, total)
    while first < last:
        middle = (first + last + 1) // 2
        if _llr(middle, expected, total) >= ratio:
            first = middle
        else:
            last = middle - 1
    return first


@njit(cache=True, nogil=True)
def _best_of_maps(zones: Zones, counts: Ints, total: int, high: Ints, low: Ints) -> Floats:
    """The best ratio of each of ``LANES`` maps (counts (n, LANES)); 0 where no zone has one."""
    best, inside, level = np.zeros(LANES), np.zeros(LANES, np.int32), 0
    for centre in range(len(zones.starts) - 1):
        inside[:] = 0
        for z in range(zones.starts[centre], zones.starts[centre + 1]):
            area, cell = zones.member[z], zones.cell[z]
            most, least, reached = high[level, cell], low[level, cell], 0
            for lane in range(LANES):
                inside[lane] += counts[area, lane]
                reached |= (inside[lane] >= most) | (inside[lane] <= least)
            if reached:
                _improve(best, inside, zones.expected[z], total, most, least)
        level = min(LEVELS - 1, int(best.min() / STEP))
    return best


@njit(cache=True, nogil=True)
def _improve(best: Floats, inside: Ints, expected: float, total: int, most: int, least: int) -> None:
    """Raise the best ratio of the maps for which a zone is better."""
    for lane in range(LANES):
        count = inside[lane]
        if (count >= most and count > expected) or (count <= least and count < expected):
            best[lane] = max(best[lane], _llr(count, expected, total))
