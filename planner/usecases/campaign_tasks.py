"""Tasks of cooperating units as people write them: one a line, unit, what and the day it is due."""

import re
from datetime import date
from uuid import uuid4

from planner.errors import RequestError
from planner.model.campaign import Task

BETWEEN = re.compile(r"\t|[,，;；|]")
DAY = re.compile(r"(?:(\d{4})\s*[-./年]\s*)?(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


def read_tasks(text: str, start: date, end: date) -> list[Task]:
    """Lines of ``unit, what, day``, the parts by tab, comma, semicolon or bar, so that rows of a sheet can be pasted;
    commas within ``what`` stay. A day without a year is the one within the campaign, from ``start`` to ``end``.

    Raises:
        RequestError: no line at all, a line without its three parts, or a day that is none, has no year where it needs
        one, or lies before the campaign.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise RequestError("campaign_no_tasks")
    return [_task(number, line, start, end) for number, line in lines]


def _task(number: int, line: str, start: date, end: date) -> Task:
    marks = list(BETWEEN.finditer(line))
    if len(marks) < 2:
        raise RequestError("campaign_task_incomplete", line=number, text=line)
    unit, what = line[: marks[0].start()].strip(), line[marks[0].end() : marks[-1].start()].strip()
    if not unit or not what:
        raise RequestError("campaign_task_incomplete", line=number, text=line)
    return Task(uuid4().hex[:8], unit, what, _due(number, line[marks[-1].end() :].strip(), start, end))


def _due(number: int, text: str, start: date, end: date) -> date:
    found = DAY.fullmatch(text)
    if found is None:
        raise RequestError("campaign_due_unreadable", line=number, day=text)
    year, month, day = found.groups()
    try:
        days = [date(int(one), int(month), int(day)) for one in ([year] if year else range(start.year, end.year + 1))]
    except ValueError as fault:
        raise RequestError("campaign_due_unreadable", line=number, day=text) from fault
    if year and days[0] < start:
        raise RequestError("campaign_due_too_early", line=number, day=text, start=start.isoformat())
    if year:
        return days[0]
    inside = [one for one in days if start <= one <= end]
    if not inside:
        raise RequestError(
            "campaign_due_needs_year", line=number, day=text, start=start.isoformat(), end=end.isoformat()
        )
    return inside[0]
