"""Which days a sweep works."""

from datetime import date, timedelta

from planner.errors import Impossible, RequestError
from planner.model.region import Calendar


def next_monday(day: date) -> date:
    """The first Monday after ``day``."""
    return day + timedelta(days=7 - day.weekday())


def working_days(calendar: Calendar, week_start: date) -> tuple[date, ...]:
    """The court's working days of the week that starts on a Monday.

    Raises:
        RequestError: not a Monday. Impossible: a week of holidays.
    """
    if week_start.weekday() != 0:
        raise RequestError("not_a_monday", day=week_start.isoformat(), monday=next_monday(week_start).isoformat())
    week = [week_start + timedelta(days=offset) for offset in range(7)]
    days = tuple(day for day in week if calendar.works_on(day))
    if not days:
        names = sorted({calendar.holidays[day] for day in week if day in calendar.holidays})
        raise Impossible("no_working_day", week=week_start.isoformat(), holidays="、".join(names))
    return days


def next_working_week(calendar: Calendar, day: date) -> date:
    """The first Monday after ``day`` whose week has a working day."""
    monday = next_monday(day)
    while not any(calendar.works_on(monday + timedelta(days=offset)) for offset in range(7)):
        monday += timedelta(days=7)
    return monday
