import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.geo.inside import grid_of, holders, look_up


def by_shapely(points, polygons):
    """Position of the first polygon that holds each point, -1 where none does."""
    held = np.array([shapely.contains(polygon, points) for polygon in polygons])
    return np.where(held.any(axis=0), held.argmax(axis=0), -1)


def compare(polygons, xy):
    """With shapely's answer, but for points that lie on an outline as far as a computer can tell."""
    points = shapely.points(xy)
    outline = shapely.union_all(shapely.boundary(polygons))
    clear = shapely.distance(points, outline) > 1e-9 if not outline.is_empty else np.ones(len(xy), dtype=bool)
    found = holders(*xy.T, polygons)
    assert (found == by_shapely(points, polygons))[clear].all()


def star(seed, corners, holes):
    """A jagged polygon with holes, often a multipolygon once the holes are cut out."""
    rng = np.random.default_rng(seed)
    shape = jagged(rng, rng.random(2), 0.4, corners)
    for _ in range(holes):
        shape = shape.difference(jagged(rng, rng.random(2), 0.2, 5))
    return shape


def jagged(rng, centre, size, corners):
    angle = np.sort(rng.random(corners)) * 2 * np.pi
    radius = size * (0.2 + 0.8 * rng.random(corners))
    return shapely.Polygon(centre + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]).buffer(0)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(3, 40), st.integers(0, 3)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_it_says_what_shapely_says(shapes):
    polygons = np.array([star(*shape) for shape in shapes], dtype=object)
    compare(polygons, np.random.default_rng(1).random((300, 2)) * 1.6 - 0.3)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9), st.integers(1, 9))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_corners_on_whole_numbers(corners, scale):
    """Level and upright segments, points just as high as corners."""
    shape = shapely.make_valid(shapely.Polygon(corners))
    parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
    polygons = np.array([shapely.transform(part, lambda xy: xy * scale) for part in parts], dtype=object)
    x, y = np.meshgrid(np.arange(-0.5, 7.5, 0.5), np.arange(-0.5, 7.5, 0.5))
    if len(polygons):
        compare(polygons, np.column_stack([x.ravel(), y.ravel()]) * scale)


def test_a_tiling_gives_each_point_to_one_even_on_shared_borders():
    corners = np.random.default_rng(2).random((200, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(corners), extend_to=shapely.box(0, 0, 1, 1)))
    grid = grid_of(cells)
    assert (look_up(grid, *np.random.default_rng(3).random((5000, 2)).T) >= 0).all()
    coarse = [shapely.box(i, j, i + 1, j + 1) for i in range(4) for j in range(4)]
    x, y = np.meshgrid(np.arange(0.25, 4, 0.25), np.arange(0.25, 4, 0.25))
    each = np.array([holders(x.ravel(), y.ravel(), [box]) for box in coarse])
    assert ((each >= 0).sum(axis=0) == 1).all()


def test_the_first_of_overlapping_polygons_has_the_point():
    large, small = shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4)
    assert holders([3, 5, 11], [3, 5, 5], [large, small]).tolist() == [0, 0, -1]
    assert holders([3, 5, 11], [3, 5, 5], [small, large]).tolist() == [0, 1, -1]


@pytest.mark.parametrize("polygons", [[], [None], [shapely.Polygon(), None, shapely.MultiPolygon()]])
def test_no_polygons_hold_nothing(polygons):
    assert holders([0.0, 1.0], [0.0, 1.0], polygons).tolist() == [-1, -1]


def test_empty_polygons_keep_their_place_and_points_without_coordinates_are_nowhere():
    polygons = [None, shapely.box(0, 0, 1, 1), shapely.Polygon(), shapely.box(5, 5, 6, 6)]
    x, y = [0.5, 5.5, 3.0, np.nan, np.inf, -1e300], [0.5, 5.5, 3.0, 0.5, 0.5, 0.5]
    assert holders(x, y, polygons).tolist() == [1, 3, -1, -1, -1, -1]
    assert len(holders([], [], polygons)) == 0
