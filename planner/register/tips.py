"""Tips as people send them: free text, one a line, or a sheet with a row each -> what they tell. Nothing is dropped."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from planner.register.identity import masked
from planner.register.sheet import Grid
from planner.register.values import BRACKETS, CASE_NUMBER, Unreadable, canonical_case_number
from planner.register.values import day as day_of
from planner.register.vocabulary import header_key, plain
from planner.register.workbook import read_sheets

BULLET = re.compile(r"^\s*(?:[-*•·]|[(（]?\d{1,3}[)）]|\d{1,3}[.、．](?!\d)|[一二三四五六七八九十]{1,3}、)\s*")
CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:：](?P<minute>\d{2})|[点时](?P<half>半)?(?:(?P<past>\d{1,2})分?)?)")
MONTH_DAY = re.compile(r"(?:(?P<year>\d{4})[年.\-/])?(?P<month>\d{1,2})[月.\-/](?P<day>\d{1,2})[日号]?")
WEEKDAY = re.compile(r"(?P<next>下)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")
UNTIL = re.compile(
    r"有效期?(?:至|到)|(?:截至|截止到?|线索到|到|至)(?=.{1,8}(?:有效|为止|前))|.{0,8}(?:之前有效|前有效)"
)
BEFORE = re.compile(r"(?P<when>[^,，。;；]{1,10}?)(?:之?前)(?=[,，。;；]|$|有效|离开|要走|出海|必须)")
REPORTER = re.compile(
    r"(?:庭务主任|网格员|网格长|民警|申请执行人|申请人|群众|村民|邻居|干警)(?P<name>[一-鿿]{2,4}?)"
    r"(?=报|反映|提供|称|说|来电|告知|举报|看到|发现|[,，:：]|$)"
)
NUMERALS = "一二三四五六日"
NOON_HOUR, DAY_HOURS = 12, 24


@dataclass(frozen=True)
class Tip:
    """What one tip tells; None or empty where it does not. ``channel``, ``kind`` and ``trust`` as in CLUE_TABLE."""

    words: str
    case_ids: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    place: str | None = None
    seen_on: date | None = None
    seen_min: int | None = None
    good_until: date | None = None
    until_min: int | None = None
    channel: str | None = None
    reporter: str | None = None
    kind: str | None = None
    trust: str | None = None


def tips_of_text(text: str, names: Iterable[str], now: datetime) -> list[Tip]:
    """One tip a line; bullets and numbers before it are taken off.

    Args:
        names: of the debtors that are known: no name is guessed.
        now: local time, which 昨晚 and 周五 count from.
    """
    known = sorted(set(names), key=len, reverse=True)
    lines = (BULLET.sub("", line).strip() for line in text.splitlines())
    return [read_tip(line, known, now) for line in lines if line]


def tips_of_files(given: Sequence[tuple[str, bytes]], names: Iterable[str], now: datetime) -> list[Tip]:
    """One tip a row of the sheets that have a column for what it says, or for whom.

    Raises:
        FileUnreadable: a file is no workbook.
    """
    known = sorted(set(names), key=len, reverse=True)
    sheets = [sheet for name, data in given for sheet in read_sheets(name, data) if not sheet.hidden]
    return [tip for sheet in sheets for tip in _of_rows(sheet.cells, known, now)]


def read_tip(text: str, known: Sequence[str], now: datetime) -> Tip:
    """What a tip tells of cases, people, time, and who told it. ``known``: names, the longest first."""
    words = masked(text.strip())
    folded = plain(words)
    numbers, rest = _case_numbers(folded)
    until_text, seen_text = _parted(rest)
    seen_on, seen_min = _moment(seen_text, now)
    until, until_min = _moment(until_text, now) if until_text else (None, None)
    if seen_on and seen_on > now.date() and until is None:  # 明天要出海: it tells until when, not since when
        seen_on, seen_min, until, until_min = None, None, seen_on, seen_min
    return Tip(
        words=words,
        case_ids=numbers,
        persons=_persons(rest, known),
        place=folded,
        seen_on=seen_on,
        seen_min=seen_min,
        good_until=until,
        until_min=until_min,
        channel=_first("channel", rest),
        reporter=found["name"] if (found := REPORTER.search(rest)) else None,
        kind=_first("kind", rest),
        trust=_first("trust", rest),
    )


def _of_rows(cells: Grid, known: Sequence[str], now: datetime) -> Iterable[Tip]:
    """The rows below the first that has known headers."""
    columns: dict[str, int] = {}
    for row in ([plain(cell) for cell in row] for row in cells):
        if not columns:
            columns = _headers(row)
        elif any(row):
            yield _of_row({field: row[at] for field, at in columns.items()}, known, now)


def _headers(row: Sequence[str]) -> dict[str, int]:
    keys = {header_key(name): field for field, names in _terms()["headers"].items() for name in names}
    found: dict[str, int] = {}
    for at, text in enumerate(row):
        if field := keys.get(header_key(text)):
            found.setdefault(field, at)
    return found if {"words", "person"} & found.keys() else {}


def _of_row(told: dict[str, str], known: Sequence[str], now: datetime) -> Tip:
    """A row is read as a text; what stands in a column of its own goes before what the text says."""
    tip = read_tip("，".join(text for text in told.values() if text), known, now)
    person = masked(told.get("person", ""))
    seen_on, seen_min = _moment(told.get("seen", ""), now)
    until, until_min = _moment(told.get("until", ""), now)
    numbers = tuple(n for n in map(canonical_case_number, re.split(r"[;；、,，\s]+", told.get("case", ""))) if n)
    return replace(
        tip,
        words=masked(told.get("words") or tip.words),
        persons=(person,) if person else tip.persons,
        case_ids=numbers or tip.case_ids,
        place=told.get("place") or tip.place,
        seen_on=seen_on or tip.seen_on,
        seen_min=seen_min if seen_on else tip.seen_min,
        good_until=until or tip.good_until,
        until_min=until_min if until else tip.until_min,
        reporter=told.get("reporter") or tip.reporter,
        channel=_first("channel", told.get("channel", "")) or tip.channel,
    )


def _case_numbers(text: str) -> tuple[tuple[str, ...], str]:
    """The case numbers of a text, and the text without them."""
    half = text.translate(BRACKETS)
    found = [canonical_case_number(match[0]) for match in CASE_NUMBER.finditer(half)]
    return tuple(dict.fromkeys(number for number in found if number)), CASE_NUMBER.sub(" ", half)


def _persons(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Known names that stand in a text; a name within a longer one that was found does not count."""
    found = []
    for name in known:
        if name in text:
            found.append(name)
            text = text.replace(name, " ")
    return tuple(found)


def _parted(text: str) -> tuple[str, str]:
    """The clause that says until when it is good, and the rest."""
    clauses = re.split(r"[,，。;；]", text)
    until = [clause for clause in clauses if UNTIL.search(clause) or BEFORE.search(clause)]
    return "，".join(until), "，".join(clause for clause in clauses if clause not in until)


def _moment(text: str, now: datetime) -> tuple[date | None, int | None]:
    """The day that a text names, counted from today, and the minute of that day."""
    if not text:
        return None, None
    named = _named_day(text, now.date())
    minute = _minute(text)
    return (named or (now.date() if minute is not None else None)), minute


def _named_day(text: str, today: date) -> date | None:
    for word, ago in _terms()["days_ago"].items():
        if word in text:
            return today - timedelta(days=int(ago))
    if found := WEEKDAY.search(text):
        wanted = NUMERALS.index(found["day"].replace("天", "日"))
        ahead = (wanted - today.weekday()) % 7 if not found["next"] else 7 - today.weekday() + wanted
        return today + timedelta(days=ahead)
    if found := MONTH_DAY.search(text):
        return _dated(found, today)
    try:
        return day_of(text)
    except Unreadable:
        return None


def _dated(found: re.Match[str], today: date) -> date | None:
    """A month and a day without a year: of the year in which it lies nearest to today."""
    years = [int(found["year"])] if found["year"] else [today.year - 1, today.year, today.year + 1]
    days = []
    for year in years:
        try:
            days.append(date(year, int(found["month"]), int(found["day"])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs((day - today).days), default=None)


def _minute(text: str) -> int | None:
    found = CLOCK.search(text)
    if not found:
        return None
    hour, past = int(found["hour"]), int(found["minute"] or found["past"] or (30 if found["half"] else 0))
    before, words = text[: found.start()], _terms()["hours"]
    if hour < NOON_HOUR and any(word in before for word in words["afternoon"]):
        hour += NOON_HOUR
    if hour <= 2 and any(word in before for word in words["noon"]):
        hour += NOON_HOUR
    return hour * 60 + past if hour < DAY_HOURS and past < 60 else None


def _first(kind: str, text: str) -> str | None:
    return next((name for name, words in _terms()[kind].items() if any(word in text for word in words)), None)


@cache
def _terms() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "tips.toml").read_text(encoding="utf-8"))
