"""Tasks of cooperating units as people write them: one a line, unit, what and the day it is due."""

import re
from datetime import date
from uuid import uuid4

from planner.errors import RequestError
from planner.model.campaign import Task

BETWEEN = re.compile(r"\t|[,，;；|]")
DAY = re.compile(r"(?:(\d{4})\s*[-./年]\s*)?(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


def read_tasks(text: str, start: date) -> list[Task]:
    """Lines of ``unit, what, day``, the parts by tab, comma, semicolon or bar, so that rows of a sheet can be pasted;
    commas within ``what`` stay. A day without a year is the first one on or after ``start``.

    Raises:
        RequestError: no line at all, a line without its three parts, or a day that is none.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise RequestError("campaign_no_tasks")
    return [_task(number, line, start) for number, line in lines]


def _task(number: int, line: str, start: date) -> Task:
    marks = list(BETWEEN.finditer(line))
    if len(marks) < 2:
        raise RequestError("campaign_task_incomplete", line=number, text=line)
    first, last = marks[0], marks[-1]
    unit, what, day = (
        line[: first.start()].strip(),
        line[first.end() : last.start()].strip(),
        line[last.end() :].strip(),
    )
    if not unit or not what:
        raise RequestError("campaign_task_incomplete", line=number, text=line)
    due = _day(day, start)
    if due is None:
        raise RequestError("campaign_due_unreadable", line=number, day=day)
    if due < start:
        raise RequestError("campaign_due_too_early", line=number, day=due.isoformat(), start=start.isoformat())
    return Task(uuid4().hex[:8], unit, what, due)


def _day(text: str, start: date) -> date | None:
    found = DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        if year:
            return date(int(year), int(month), int(day))
        this = date(start.year, int(month), int(day))
        return this if this >= start else date(start.year + 1, int(month), int(day))
    except ValueError:
        return None
