"""Made-up provinces for the timing of counties: a chessboard of counties, weeks with holidays, concave curves."""

import numpy as np

from planner.model.together import Border, TogetherProblem, Way


def made_up(
    seed: int,
    rows: int = 2,
    columns: int = 2,
    weeks: int = 2,
    most_a_week: int | None = None,
    squads: tuple[int, int] = (2, 4),
    borrow: int = 2,
    lend: int = 2,
    minutes_most: int = 60,
    off: float = 0.1,
    scale: float = 400.0,
) -> TogetherProblem:
    """``off``: share of county-weeks without work; ``scale``: points of a county's first squad, about."""
    draw = np.random.default_rng(seed)
    count = rows * columns
    own = draw.integers(squads[0], squads[1], count, endpoint=True).astype(np.int32)
    taken = draw.integers(0, borrow, count, endpoint=True).astype(np.int32)
    level = draw.gamma(4.0, scale / 4.0, count)
    worth = [_curves(draw, level[c], int(own[c] + taken[c]), weeks) for c in range(count)]
    mean = np.array([table[:, own[c]].mean() / own[c] for c, table in enumerate(worth)])
    borders, ways = [], []
    for a in range(count):
        for b in (a + 1 if (a + 1) % columns else count, a + columns):
            if b < count:
                borders.append(Border(a, b, int(draw.gamma(1.0, 0.15 * scale))))
                minutes = int(draw.integers(15, 75))
                keeps = max(0, round(100 * (1 - 2 * minutes / 420)))
                ways += [Way(a, b, minutes, keeps), Way(b, a, minutes, keeps)]
    return TogetherProblem(
        squads=own,
        works=draw.random((count, weeks)) >= off,
        worth=tuple(worth),
        away_cost=np.rint(0.3 * mean).astype(np.int32),
        lend_most=draw.integers(0, lend, count, endpoint=True).astype(np.int32),
        borrow_most=taken,
        borders=tuple(borders),
        ways=tuple(ways),
        most_a_week=most_a_week or -(-count // weeks),
        minutes_most=minutes_most,
    )


def _curves(draw: np.random.Generator, level: float, squads: int, weeks: int) -> np.ndarray:
    """(weeks, squads + 1) concave whole points, the weeks a little apart from each other."""
    falling = np.sort(draw.gamma(3.0, level / 3.0, squads))[::-1]
    gains = np.rint(falling[None, :] * draw.uniform(0.85, 1.15, (weeks, 1))).astype(np.int64)
    gains = np.minimum.accumulate(gains, axis=1)
    return np.concatenate([np.zeros((weeks, 1), np.int64), np.cumsum(gains, axis=1)], axis=1).astype(np.int32)
