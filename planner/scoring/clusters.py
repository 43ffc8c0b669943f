"""Villages inside a township where workable cases lie close together: HDBSCAN on case points.

Campello, Moulavi, Sander (2013), Density-based clustering based on hierarchical density estimates.
Many cases share the point of their village. Two points closer than ``RESOLUTION_M`` cannot be told apart, so no
distance is smaller: without that floor the density at a village's point is infinite and scales mean nothing.
"""

from collections import Counter
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Transformer
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import HDBSCAN

from planner.model.hotspot import CLUSTER_TABLE
from planner.model.region import Region

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

RESOLUTION_M = 100.0
ALONE_M = 1000.0
NEIGHBOURS = 5
NAMES_MOST = 3
RADIUS_SHARE = 0.8
NOISE = -1


def workable_points(visits: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """One row per case of a visit: case_id, township_code, village_code, lon, lat, point_source."""
    case_ids = visits["case_ids"].str.split(";").explode()
    lead = placed.loc[placed["lead"], ["case_id", "township_code", "village_code", "lon", "lat", "point_source"]]
    return lead[lead["case_id"].isin(case_ids)].sort_values("case_id", ignore_index=True)


def find_clusters(points: pd.DataFrame, region: Region, min_cases: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cluster the points of each township, in metres.

    Cases known only by township stand at its seat; they are in no cluster.

    Args:
        points: as ``workable_points`` gives them. min_cases: least size of a cluster.

    Returns:
        points: case_id, township_code, village_code, lon, lat, cluster_id (0 = in no cluster).
        clusters: CLUSTER_TABLE, numbered from 1 by township code, the largest of a township first.
    """
    to_metres = _to_metres(region.metric_crs)
    village = points["village_code"].map(region.village_names)
    cluster_id = np.zeros(len(points), dtype=np.int64)
    rows: list[dict[str, object]] = []
    located = points[points["point_source"] != "township"]
    for code, here in located.groupby("township_code", sort=True):
        lon, lat = here["lon"].to_numpy(), here["lat"].to_numpy()
        xy = np.column_stack(to_metres.transform(lon, lat))
        villages = village[here.index].to_numpy(dtype=object)
        labels, persistence = cluster(xy, min_cases)
        for label in np.argsort(-np.bincount(labels[labels >= 0]), kind="stable"):
            inside = labels == label
            rows.append(
                {
                    "cluster_id": len(rows) + 1,
                    "township_code": code,
                    "label": _label(villages[inside], region.township_name(str(code))),
                    "persistence": persistence[label],
                    **_extent(lon[inside], lat[inside], xy[inside]),
                }
            )
            cluster_id[here.index[inside]] = len(rows)
    clusters = pd.DataFrame(rows, columns=list(CLUSTER_TABLE.columns))
    return points.drop(columns="point_source").assign(cluster_id=cluster_id), CLUSTER_TABLE.validate(clusters)


@cache
def _to_metres(crs: str) -> Transformer:
    """Made once: it costs as much as the clusters of a county."""
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def cluster(xy: Floats, min_cases: int) -> tuple[Labels, Floats]:
    """HDBSCAN labels (n,), -1 = noise, and the persistence of each label, for points (n, 2) in metres.

    Needs memory for an (n, n) matrix. HDBSCAN sees a cluster where the cases part into two; where they do not, a place
    whose cases lie no further than ``ALONE_M`` from one another in a chain is taken, if there is one.
    """
    if len(xy) < min_cases:
        return np.full(len(xy), NOISE), np.zeros(0)
    distance = squareform(np.maximum(pdist(xy), RESOLUTION_M))
    labels, strength = _hdbscan(distance, min_cases, allow_single_cluster=False)
    if (labels == NOISE).all():
        labels, strength = _hdbscan(distance, min_cases, allow_single_cluster=True, cluster_selection_epsilon=ALONE_M)
    if (labels != NOISE).sum() < min_cases:
        labels = np.full(len(xy), NOISE)
    return labels, _persistence(distance, labels, strength, min_cases)


def _hdbscan(distance: Floats, min_cases: int, **options: float) -> tuple[Labels, Floats]:
    model = HDBSCAN(
        min_cluster_size=min_cases,
        min_samples=min(NEIGHBOURS, min_cases),
        metric="precomputed",
        copy=True,
        **options,
    ).fit(distance)
    return model.labels_.astype(np.int64), model.probabilities_


def _persistence(distance: Floats, labels: Labels, strength: Floats, min_cases: int) -> Floats:
    """How long each cluster lives over scales, 0..1: the mean over its points of (lambda - lambda_birth) / lambda_max.

    lambda is 1 / distance, and ``strength`` holds lambda / lambda_max. A cluster is born at the gap to the nearest
    other cluster (one that stands alone at lambda 0), and lives until no part of it has ``min_cases`` points.
    """
    neighbours = min(NEIGHBOURS, min_cases)
    core = np.partition(distance, neighbours - 1, axis=1)[:, neighbours - 1]
    reach = np.maximum(distance, np.maximum.outer(core, core))
    np.fill_diagonal(reach, 0)
    found = []
    for label in range(labels.max() + 1):
        inside, other = labels == label, (labels >= 0) & (labels != label)
        merges = linkage(squareform(reach[np.ix_(inside, inside)], checks=False), "single")
        last = merges[merges[:, 3] >= min_cases, 2].min()
        gap = reach[np.ix_(inside, other)].min() if other.any() else np.inf
        found.append(np.clip(strength[inside].mean() - last / gap, 0.0, 1.0))
    return np.array(found)


def _label(villages: npt.NDArray[np.object_], otherwise: str) -> str:
    """Names of the villages, the most cases first, at most three; the township's where no village is known."""
    counted = Counter(name for name in villages if isinstance(name, str))
    ranked = sorted(counted, key=lambda name: (-counted[name], name))
    return "、".join(ranked[:NAMES_MOST]) or otherwise


def _extent(lon: Floats, lat: Floats, xy: Floats) -> dict[str, object]:
    """Size, centre and the radius that holds 80 % of the cases."""
    from_centre = np.hypot(*(xy - xy.mean(axis=0)).T)
    return {
        "cases": len(xy),
        "lon": lon.mean(),
        "lat": lat.mean(),
        "radius_m": np.quantile(from_centre, RADIUS_SHARE),
    }
