"""Units. Money is whole fen, time is whole minutes, length is metres; nothing else crosses a border."""

from datetime import datetime, timedelta, timezone
from typing import NewType

Fen = NewType("Fen", int)
"""1/100 yuan (CNY)."""

Minutes = NewType("Minutes", int)
"""Whole minutes; a minute of the day counts from 00:00 local time."""

Metres = NewType("Metres", float)

FEN_PER_YUAN = 100
MINUTES_PER_DAY = 24 * 60
DAYS_PER_WEEK = 7
BEIJING = timezone(timedelta(hours=8))
"""The time of every clock and date here; China has had no summer time since 1991."""


def clock(minute: int) -> str:
    """``HH:MM`` of a minute of the day; a minute past midnight of the next day shows as 24:00 or more."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def moment(at: datetime) -> str:
    """A point in time as the clock on a wall here shows it, with its date."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def minute_of(text: str) -> int:
    """Minute of the day of ``HH:MM``.

    Raises:
        ValueError: the text is not a time of day.
    """
    hours, _, minutes = text.strip().partition(":")
    value = int(hours) * 60 + int(minutes)
    if not 0 <= value <= MINUTES_PER_DAY or not 0 <= int(minutes) < 60:
        raise ValueError(text)
    return value
