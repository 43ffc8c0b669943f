"""Neighbouring outlines -> one coverage: no overlap, no tiny gap, shared borders vertex by vertex."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import RegionError
from planner.model.region import Mend

GRID = 1e-7
"""Coordinates are rounded to it, degrees (about 1 cm)."""
GAP_KM2 = 0.5
"""A gap closed on all sides and smaller than this is closed; a larger one is somebody else's land or water."""
OVERLAP_SHARE = 0.05
"""Overlaps above this share of a township are no slivers: the outlines contradict each other."""
KM2_PER_DEGREE2 = 111.32**2

Shapes = npt.NDArray[np.object_]


def gapless(codes: list[str], shapes: Shapes) -> tuple[Shapes, list[Mend]]:
    """Outlines (degrees) in the order of ``codes`` -> the same without overlaps and tiny gaps.

    All borders are noded together on a fine grid and cut into faces. A face that several townships claim goes to
    the lowest code; a tiny face that nobody claims goes to the neighbour with the longest border.

    Raises:
        RegionError: two outlines overlap by more than a sliver.
    """
    snapped = shapely.set_precision(shapes, GRID)
    lines = shapely.union_all(shapely.boundary(snapped), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    owners = _owners(faces, snapped)
    mends = _settle_overlaps(codes, snapped, faces, owners) + _close_gaps(codes, faces, owners)
    mine: dict[int, list[int]] = defaultdict(list)
    for face, claim in enumerate(owners):
        if claim:
            mine[claim[0]].append(face)
    whole = [shapely.coverage_union_all(faces[mine[i]]) for i in range(len(codes))]
    return np.array([_polygonal(shape) for shape in whole], dtype=object), mends


def _owners(faces: Shapes, shapes: Shapes) -> list[list[int]]:
    """For each face the townships that contain it, lowest first."""
    owners: list[list[int]] = [[] for _ in faces]
    inner = shapely.point_on_surface(faces)
    for face, shape in sorted(zip(*shapely.STRtree(shapes).query(inner, predicate="intersects"), strict=True)):
        owners[face].append(int(shape))
    return owners


def _settle_overlaps(codes: list[str], shapes: Shapes, faces: Shapes, owners: list[list[int]]) -> list[Mend]:
    overlap: dict[tuple[int, int], float] = defaultdict(float)
    for face, claim in zip(faces, owners, strict=True):
        for other in claim[1:]:
            overlap[claim[0], other] += face.area * _km2(face)
    mends = []
    for (keeper, loser), km2 in sorted(overlap.items()):
        smaller = min(shapes[i].area * _km2(shapes[i]) for i in (keeper, loser))
        if km2 > OVERLAP_SHARE * smaller:
            raise RegionError("outlines_overlap", first=codes[keeper], second=codes[loser], km2=f"{km2:.3f}")
        mends.append(Mend("overlap", f"{codes[keeper]} {codes[loser]}", f"{km2 * 1e6:.0f} m2 -> {codes[keeper]}"))
    for claim in owners:
        del claim[1:]
    return mends


def _close_gaps(codes: list[str], faces: Shapes, owners: list[list[int]]) -> list[Mend]:
    """Give unclaimed tiny faces that lie between two townships or more to a neighbour; lakes of one stay."""
    tree = shapely.STRtree(faces)
    mends = []
    claimed = [list(claim) for claim in owners]
    for face in (i for i, claim in enumerate(claimed) if not claim):
        km2 = faces[face].area * _km2(faces[face])
        borders: dict[int, float] = defaultdict(float)
        for near in tree.query(faces[face], predicate="intersects"):
            if claimed[near]:
                shared = shapely.intersection(shapely.boundary(faces[face]), shapely.boundary(faces[near]))
                borders[claimed[near][0]] += shapely.length(shared)
        touching = {owner: length for owner, length in borders.items() if length > 0}
        if km2 <= GAP_KM2 and len(touching) > 1:
            owner = min(touching, key=lambda i: (-touching[i], i))
            owners[face].append(owner)
            mends.append(
                Mend("gap", " ".join(codes[i] for i in sorted(touching)), f"{km2 * 1e6:.0f} m2 -> {codes[owner]}")
            )
    return mends


def _km2(shape: shapely.Geometry) -> float:
    """km2 per square degree at the latitude of a shape, good to a percent: only thresholds and reports use it."""
    return float(KM2_PER_DEGREE2 * np.cos(np.radians(shapely.bounds(shape)[1])))


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """A polygon, or a multipolygon where there are several parts."""
    parts = list(shapely.get_parts(shape))
    return shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]
