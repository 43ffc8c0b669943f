"""What is printed and taken along: every page says whose it is, names stand only where they are needed."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import gpxpy
import numpy as np
import openpyxl
import pypdfium2
import pytest
from icalendar import Calendar
from lxml import etree

from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.files import printing
from planner.i18n import translator
from planner.model.route_day import RouteDay, VisitToMake
from planner.model.sweep import PlannedRoute, SweepPlan
from planner.store import audit
from planner.usecases.context import Context
from planner.usecases.my_route import my_route
from planner.usecases.take_along import DAY_FORMATS, day_file, plan_sheet

T = translator("zh")


@pytest.fixture
def demo(planned: Context) -> Context:
    """An installation with one plan."""
    return planned


@pytest.fixture
def told(demo: Context, made: SweepPlan, route: PlannedRoute) -> RouteDay:
    return my_route(demo, made.id, route.squad_id, route.day)


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return ["".join(text.split()) for text in texts]


def test_each_page_of_a_route_sheet_says_whose_day_it_is(demo: Context, told: RouteDay) -> None:
    visits = tuple(
        replace(told.visits[0], order=n, debtor=f"示例长名{n:02d}", address="浙江省宁波市象山县" + "很长的路名" * 24)
        for n in range(1, 41)
    )
    texts = pages(printing.route_sheets([replace(told, visits=visits)], demo.region.outlines, T))
    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert told.squad in text
        assert told.day.isoformat() in text
        assert told.plan_id in text
        assert f"{number}/{len(texts)}" in text
        assert "用后收回" in text
    whole = "".join(texts)
    assert all(f"示例长名{n:02d}" in whole for n in range(1, 41))
    assert whole.count("很长的路名" * 24) == 40
    assert "�" not in whole


def test_words_of_others_are_words_on_paper(demo: Context, told: RouteDay) -> None:
    hostile = '<img src="file:///etc/passwd"><b>甲</b>{{ 7*7 }}'
    visits: tuple[VisitToMake, ...] = (replace(told.visits[0], debtor=hostile),)
    [text] = pages(printing.route_sheets([replace(told, visits=visits)], demo.region.outlines, T))
    assert "".join(hostile.split()) in text
    assert "root:" not in text


def test_names_stand_on_route_sheets_and_tables_alone(
    demo: Context, made: SweepPlan, route: PlannedRoute, told: RouteDay
) -> None:
    names = {visit.debtor for visit in told.visits}
    for kind in DAY_FORMATS:
        data = day_file(demo, made.id, kind, T, route.squad_id, route.day)
        if kind == "pdf":
            text = "".join(pages(data))
        elif kind == "xlsx":
            text = str([[c.value for c in row] for row in openpyxl.load_workbook(BytesIO(data)).worksheets[0]])
        else:
            text = data.decode()
        assert all((name in text) == (kind in ("pdf", "xlsx")) for name in names), kind
    for sheet in ("command", "papers"):
        text = "".join(pages(plan_sheet(demo, made.id, sheet, T)))
        assert not any(name in text for name in names)
        assert made.id in text
    actions = audit.entries(demo.engine)["detail"].tolist()
    assert f"pdf {route.squad_id} {route.day}" in actions


def test_calendars_and_tracks_are_read_back(
    demo: Context, made: SweepPlan, route: PlannedRoute, told: RouteDay
) -> None:
    given = (made.id, "ics", T, route.squad_id, route.day)
    events = list(Calendar.from_ical(day_file(demo, *given)).walk("VEVENT"))
    assert len(events) == 1 + len(told.visits)
    first = events[1].decoded("dtstart")
    assert (first.hour * 60 + first.minute, str(first.tzinfo)) == (told.visits[0].start, "Asia/Shanghai")
    track = gpxpy.parse(day_file(demo, made.id, "gpx", T, route.squad_id, route.day).decode())
    assert len(track.waypoints) == len(told.visits)
    line = [(point.longitude, point.latitude) for point in track.routes[0].points]
    assert np.allclose(line, told.path)
    kml = etree.fromstring(day_file(demo, made.id, "kml", T, route.squad_id, route.day))
    assert len(kml.findall(".//{*}Placemark")) == len(told.visits) + 1


def test_all_squads_of_a_day_are_printed_in_one_file(demo: Context, made: SweepPlan, route: PlannedRoute) -> None:
    squads = [r.squad_id for r in made.routes if r.day == route.day and r.stops]
    texts = pages(day_file(demo, made.id, "pdf", T, None, route.day))
    names = {squad.id: squad.name for squad in demo.region.squads}
    assert all(any(names[squad] in text for text in texts) for squad in squads)


def test_what_cannot_be_printed_is_told(demo: Context, made: SweepPlan, route: PlannedRoute) -> None:
    for kind, squad, day in (("doc", route.squad_id, route.day), ("pdf", "S99", route.day), ("pdf", None, date.min)):
        with pytest.raises(RequestError):
            day_file(demo, made.id, kind, T, squad, day)
    with pytest.raises(RequestError):
        plan_sheet(demo, made.id, "poem", T)
    officer = replace(demo, actor=Actor("示例", "officer", route.squad_id))
    other = next(r for r in made.routes if r.stops and r.squad_id != route.squad_id)
    assert day_file(officer, made.id, "gpx", T, route.squad_id, route.day)
    for squad in (other.squad_id, None):
        with pytest.raises(Denied):
            day_file(officer, made.id, "gpx", T, squad, other.day)
