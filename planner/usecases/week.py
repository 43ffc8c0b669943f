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


def whole_week(calendar: Calendar, monday: date) -> bool:
    """Whether the court works from Monday to Friday, and no day more or less: a week like most others."""
    return all(calendar.works_on(monday + timedelta(days=offset)) == (offset < 5) for offset in range(7))


def weeks_in_pairs(calendar: Calendar, start: date, count: int) -> tuple[tuple[date, date], ...]:
    """The first ``count`` pairs, from a Monday on, of whole weeks that follow each other directly.

    Raises:
        RequestError: not a Monday. Impossible: the calendar does not say so far ahead what is a holiday.
    """
    if start.weekday() != 0:
        raise RequestError("not_a_monday", day=start.isoformat(), monday=next_monday(start).isoformat())
    known = max((day.year for day in calendar.holidays), default=start.year)
    found: list[tuple[date, date]] = []
    monday = start
    while len(found) < count:
        second = monday + timedelta(days=7)
        if second.year > known:
            raise Impossible("calendar_ends", year=known, pairs=len(found), wanted=count)
        both = whole_week(calendar, monday) and whole_week(calendar, second)
        found += [(monday, second)] if both else []
        monday = second + timedelta(days=7) if both else second
    return tuple(found)
