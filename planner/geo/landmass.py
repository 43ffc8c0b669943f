"""Which townships are joined by land."""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

TOUCH_M = 30.0
"""Largest parts closer than this, metres, count as joined: two drawings of one border."""


def landmasses(codes: list[str], shapes: list[shapely.Geometry]) -> list[str]:
    """A word per township: ``mainland`` for the largest joined land, ``island-<lowest code>`` for the others.

    Only the largest part of each township counts, so that a mainland township does not lose its name to an islet.
    """
    main = np.array([max(shapely.get_parts(shape), key=shapely.area) for shape in shapes], dtype=object)
    a, b = shapely.STRtree(main).query(main, predicate="dwithin", distance=TOUCH_M)
    count, label = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(main), len(main))))
    land = np.bincount(label, shapely.area(main), minlength=count)
    words = {int(land.argmax()): "mainland"}
    for code, island in sorted(zip(codes, label, strict=True)):
        words.setdefault(int(island), f"island-{code}")
    return [words[int(island)] for island in label]
