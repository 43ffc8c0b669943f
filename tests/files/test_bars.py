"""Small drawings of a review: what they say, and that they stay inside their frame."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from planner.files.bars import BAR_WIDTH, MARGIN, Panel, interval_bar, path_panel

RATIO = st.floats(-6, 6, allow_nan=False)


def numbers(drawing: str, tag: str, name: str) -> list[float]:
    return [float(found.get(name)) for found in etree.fromstring(drawing).iter("{*}" + tag) if found.get(name)]


@given(st.tuples(RATIO, RATIO, RATIO).map(sorted))
def test_a_bar_of_any_size_stays_on_its_scale(ratios: list[float]) -> None:
    drawing = interval_bar(*ratios, "axis")
    [dot] = numbers(drawing, "circle", "cx")
    assert MARGIN <= dot <= BAR_WIDTH - MARGIN
    rects = etree.fromstring(drawing).findall("{*}rect")
    bar = next(rect for rect in rects if rect.get("stroke"))
    left, width = float(bar.get("x")), float(bar.get("width"))
    assert MARGIN - 1e-6 <= left <= dot + 0.11
    assert dot - 0.11 <= left + width <= BAR_WIDTH - MARGIN + 1.1
    beyond = (ratios[0] < -1.3863) + (ratios[2] > 1.3863)
    assert len(etree.fromstring(drawing).findall("{*}polygon")) == beyond


def test_an_interval_is_labelled_in_per_cent() -> None:
    drawing = interval_bar(-0.105, 0.405, 0.916, "与本该有的相比")
    assert all(f">{text}<" in drawing for text in ("-10 %", "+50 %", "+150 %", "与本该有的相比", "0 %"))


def test_a_panel_draws_each_week_and_escapes_names() -> None:
    weeks = list(range(-3, 3))
    panel = Panel("<b>甲</b>镇", weeks, [1, 0, 4, 9, 2, 3], [(week, 2.0, 0.5, 4.0) for week in (0, 1, 2)])
    drawing = path_panel(panel, "集中执行", 9.0, "件")
    assert "".join(etree.fromstring(drawing).itertext()).startswith("<b>甲</b>镇")
    assert len(numbers(drawing, "circle", "cx")) == len(weeks)
    [mark] = {
        float(found.get("x1"))
        for found in etree.fromstring(drawing).iter("{*}line")
        if found.get("x1") == found.get("x2")
    }
    assert mark in numbers(drawing, "circle", "cx")
