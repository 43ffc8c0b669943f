"""A road network as it was surveyed: what roads there are. How fast they are driven is policy."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

ROAD_CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "service",
    "track",
)
"""Classes as OpenStreetMap names them, widest first; ``kind`` of an edge is an index into them."""


@dataclass(frozen=True, eq=False)
class Roads:
    """Roads for cars, cut at their junctions. Two of the same ``digest`` are equal.

    Attributes:
        points: float64 (p, 2), lon and lat (WGS-84 degrees) along all edges, one edge after the other.
        first: int64 (e + 1,), edge i runs through ``points[first[i]:first[i + 1]]``, two points or more.
        ends: int32 (e, 2), numbers of the junctions an edge leads from and to.
        metres: float64 (e,), along the edge on the ellipsoid.
        kind: int8 (e,), index into ROAD_CLASSES.
        limit_kmh: int16 (e,), the signed speed limit; 0 where none is known.
        oneway: bool (e,), True where cars may only drive in the direction of ``points``.
        source: name of the file read; source_digest: its sha256; as_of: the day its data stand for.
        digest: sha256 over the arrays above.
    """

    points: npt.NDArray[np.float64]
    first: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int32]
    metres: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int8]
    limit_kmh: npt.NDArray[np.int16]
    oneway: npt.NDArray[np.bool_]
    source: str
    source_digest: str
    as_of: date | None
    digest: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Roads) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def junctions(self) -> int:
        """How many junctions and road ends there are; they are numbered from 0."""
        return int(self.ends.max()) + 1


@dataclass(frozen=True)
class RoadsUsed:
    """What travel times over roads rest on: ``estimated`` of ``places`` lie too far from any known road."""

    as_of: date | None
    source: str
    digest: str
    places: int
    estimated: int
