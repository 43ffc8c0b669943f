"""Small drawings of a review for paper: an interval on a scale, and a township's weeks beside what was to be expected.

Black and grey only, so that a copy tells as much as the original. Words of others are escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import expm1, log

INK, GREY, PALE = "#111", "#666", "#d4d4d4"
FONT = 'font-family="Noto Sans CJK SC, Source Han Sans SC, sans-serif"'

BAR_WIDTH, BAR_HEIGHT = 680.0, 92.0
MARGIN, LINE_AT, HALF, LABEL = 40.0, 44.0, 9.0, 36.0
WIDEST = log(4.0)
"""Log ratios beyond this end in an arrow: a quarter, or fourfold."""
TICKS = (-0.75, -0.5, -0.25, 0.0, 0.5, 1.0, 2.0, 3.0)

PANEL_WIDTH, PANEL_HEIGHT = 220.0, 128.0
LEFT, RIGHT, TOP, BOTTOM = 24.0, 6.0, 20.0, 20.0


@dataclass(frozen=True)
class Panel:
    """One township's weeks.

    Attributes:
        title: its name. weeks: week numbers, 0 that of the sweep. counted: cases by week.
        expected: (week, expected, low, high) from the sweep on.
    """

    title: str
    weeks: Sequence[int]
    counted: Sequence[int]
    expected: Sequence[tuple[int, float, float, float]]


def interval_bar(low: float, value: float, high: float, axis: str) -> str:
    """SVG of a log ratio with its interval, on a scale of log ratios that is labelled in per cent."""

    def at(ratio: float) -> float:
        inside = min(max(ratio, -WIDEST), WIDEST)
        return MARGIN + (inside + WIDEST) / (2 * WIDEST) * (BAR_WIDTH - 2 * MARGIN)

    base = LINE_AT + HALF + 8
    ticks = "".join(
        f'<line x1="{at(log(1 + tick)):.1f}" x2="{at(log(1 + tick)):.1f}" y1="{base}" y2="{base + 5}" stroke="{INK}"/>'
        f'<text x="{at(log(1 + tick)):.1f}" y="{base + 17}" text-anchor="middle">{_percent(log(1 + tick))}</text>'
        for tick in TICKS
    )
    left, right, middle = at(low), at(high), at(value)
    arrows = [_arrow(left, -1)] * (low < -WIDEST) + [_arrow(right, 1)] * (high > WIDEST)
    ends = "".join(
        f'<rect x="{x + push - LABEL * (push < 0):.1f}" y="{LINE_AT - 7}" width="{LABEL}" height="14" fill="#fff"/>'
        f'<text x="{x + push:.1f}" y="{LINE_AT + 4}" text-anchor="{side}">{_percent(ratio)}</text>'
        for x, ratio, push, side in ((left, low, -6, "end"), (right, high, 6, "start"))
        if abs(ratio) < WIDEST
    )
    zero = f'<line x1="{at(0):.1f}" x2="{at(0):.1f}" y1="18" y2="{base}" stroke="{INK}" stroke-dasharray="5 3"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BAR_WIDTH:.0f} {BAR_HEIGHT:.0f}" {FONT} font-size="11">'
        f'{zero}{ends}<rect x="{left:.1f}" y="{LINE_AT - HALF}" width="{max(right - left, 1):.1f}" height="{2 * HALF}" '
        f'fill="{PALE}" stroke="{INK}" stroke-width=".8"/>{"".join(arrows)}'
        f'<circle cx="{middle:.1f}" cy="{LINE_AT}" r="5.5" fill="{INK}"/>'
        f'<text x="{middle:.1f}" y="{LINE_AT - HALF - 6}" text-anchor="middle" font-size="14" font-weight="700">'
        f"{_percent(value)}</text>"
        f'<line x1="{MARGIN}" x2="{BAR_WIDTH - MARGIN}" y1="{base}" y2="{base}" stroke="{INK}"/>{ticks}'
        f'<text x="{BAR_WIDTH - MARGIN}" y="12" text-anchor="end" fill="{GREY}">{escape(axis)}</text></svg>'
    )


def path_panel(panel: Panel, start: str, most: float, unit: str) -> str:
    """SVG of one township: counted (line and dots), expected (dashes) and its band (grey), the sweep's week marked.

    Args:
        start: words beside the mark. most: cases a week on top of the scale; one scale for all panels compares them.
        unit: of what is counted.
    """
    first, last = min(panel.weeks), max(panel.weeks)
    across, down = PANEL_WIDTH - LEFT - RIGHT, PANEL_HEIGHT - TOP - BOTTOM

    def at(week: float, cases: float) -> str:
        x = LEFT + (week - first) / max(last - first, 1) * across
        return f"{x:.1f},{TOP + (1 - min(cases, most) / most) * down:.1f}"

    upper = [at(week, high) for week, _, _, high in panel.expected]
    lower = [at(week, low) for week, _, low, _ in reversed(panel.expected)]
    middle = " ".join(at(week, told) for week, told, _, _ in panel.expected)
    counted = [at(week, cases) for week, cases in zip(panel.weeks, panel.counted, strict=True)]
    dots = "".join('<circle cx="{}" cy="{}" r="1.7" fill="{}"/>'.format(*dot.split(","), INK) for dot in counted)
    zero, bottom = at(0, 0).split(",")[0], TOP + down
    marks = "".join(
        f'<text x="{at(week, 0).split(",")[0]}" y="{bottom + 11}" text-anchor="middle">{week}</text>'
        for week in sorted({first, 0, last})
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PANEL_WIDTH:.0f} {PANEL_HEIGHT:.0f}" {FONT} '
        f'font-size="8.5">'
        f'<text x="{LEFT}" y="11" font-size="11" font-weight="700">{escape(panel.title)}</text>'
        f'<polygon points="{" ".join(upper + lower)}" fill="{PALE}"/>'
        f'<line x1="{zero}" x2="{zero}" y1="{TOP - 4}" y2="{bottom}" stroke="{INK}" stroke-dasharray="1.5 2"/>'
        f'<text x="{PANEL_WIDTH - RIGHT}" y="11" text-anchor="end">┆ {escape(start)}</text>'
        f'<polyline points="{middle}" fill="none" stroke="{GREY}" stroke-width="1.2" stroke-dasharray="5 3"/>'
        f'<polyline points="{" ".join(counted)}" fill="none" stroke="{INK}" stroke-width="1.3"/>{dots}'
        f'<line x1="{LEFT}" x2="{PANEL_WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}" stroke="{INK}"/>'
        f'<text x="{LEFT - 4}" y="{TOP + 4}" text-anchor="end">{most:.0f}</text>'
        f'<text x="{LEFT - 4}" y="{TOP + 14}" text-anchor="end" font-size="7">{escape(unit)}</text>'
        f'<text x="{LEFT - 4}" y="{bottom + 3}" text-anchor="end">0</text>{marks}</svg>'
    )


def _arrow(x: float, way: int) -> str:
    tip = x + way * 10
    return f'<polygon points="{x:.1f},{LINE_AT - 7} {tip:.1f},{LINE_AT} {x:.1f},{LINE_AT + 7}" fill="{INK}"/>'


def _percent(log_ratio: float) -> str:
    change = expm1(log_ratio)
    return f"{change:+.0%}".replace("%", " %") if abs(change) >= 0.005 else "0 %"
