"""An indicator's path as a small drawing: the line to the target, and where it went. Numbers only."""

from datetime import date

import pandas as pd

WIDTH, HEIGHT = 340.0, 110.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 8.0, 10.0, 18.0
LEAST_SPAN = 0.04
"""Share of the scale that is always seen, so that noise does not look like a leap."""

WENT, LINE, BAND = "#0072B2", "#D55E00", "#CFE6F5"


def path_sketch(points: pd.DataFrame, first: float | None, target: float, by: date) -> str:
    """SVG: the interval as a band, the values as a line with dots, the path dashed to a diamond at the target.

    Args:
        points: day, value, low, high, path. first: value at the start of the path, None where there is none.
    """
    known = points.dropna(subset="value")
    days = [*known["day"], pd.Timestamp(by)]
    shares = [target, *known["value"], *known["low"].dropna(), *known["high"].dropna()]
    low, high = min(shares), max(shares)
    room = max(0.0, LEAST_SPAN - (high - low)) / 2
    low, high = low - room, high + room
    start, span = min(days), max((max(days) - min(days)).days, 1)

    def at(day: pd.Timestamp, share: float) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (day - start).days / span
        y = TOP + (HEIGHT - TOP - BOTTOM) * (high - share) / (high - low)
        return f"{x:.1f},{y:.1f}"

    sure = known.dropna(subset=["low", "high"])
    upper = [at(day, share) for day, share in zip(sure["day"], sure["high"], strict=True)]
    lower = [at(day, share) for day, share in zip(sure["day"], sure["low"], strict=True)]
    went = [at(day, share) for day, share in zip(known["day"], known["value"], strict=True)]
    begun = known.dropna(subset="path")["day"]
    aim = at(pd.Timestamp(by), target)
    dots = "".join(f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="2" fill="{WENT}"/>' for p in went)
    path = f"{at(begun.iloc[0], first)} {aim}" if first is not None and len(begun) else ""
    x, y = map(float, aim.split(","))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">'
        f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{BAND}"/>'
        f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="1.4" stroke-dasharray="5 3"/>'
        f'<polyline points="{" ".join(went)}" fill="none" stroke="{WENT}" stroke-width="1.6"/>{dots}'
        f'<polygon points="{x:.1f},{y - 4:.1f} {x + 4:.1f},{y:.1f} {x:.1f},{y + 4:.1f} {x - 4:.1f},{y:.1f}" '
        f'fill="{LINE}"/>{_ticks(start, pd.Timestamp(max(days)), low, high)}</svg>'
    )


def _ticks(first: pd.Timestamp, last: pd.Timestamp, low: float, high: float) -> str:
    """Ends of both axes."""
    base = HEIGHT - BOTTOM
    style = 'font-size="8.5" fill="#33424e"'
    return (
        f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="#9fb0bc" stroke-width=".6"/>'
        f'<text x="{LEFT - 4}" y="{TOP + 3}" text-anchor="end" {style}>{100 * high:.0f} %</text>'
        f'<text x="{LEFT - 4}" y="{base}" text-anchor="end" {style}>{100 * low:.0f} %</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 5}" {style}>{first:%Y-%m}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 5}" text-anchor="end" {style}>{last:%Y-%m}</text>'
    )
