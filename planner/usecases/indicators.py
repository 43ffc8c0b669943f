"""办案指标: the bureau's indicators of the year to a day, by township, base or team, beside the year before."""

import unicodedata
from dataclasses import dataclass
from datetime import date

import pandas as pd

from planner.errors import Impossible, RequestError
from planner.model.indicator import Indicator
from planner.model.region import Region
from planner.review.indicators import begins, indicators, rolling, told_whole
from planner.store import register
from planner.usecases.context import Context, permit
from planner.usecases.score import last_event

GROUPINGS = ("township", "base", "team")
"""By the lead debtor's township; by the tribunal whose jurisdiction that is, or else the bureau; by 承办部门."""


@dataclass(frozen=True)
class Span:
    """``first``: the day from which the register tells endings; ``last``: the latest event that it speaks of."""

    first: date
    last: date


@dataclass(frozen=True)
class IndicatorView:
    """The indicators of the year to ``as_of``.

    Attributes:
        specs: the region's formulas. table: as :func:`planner.review.indicators.indicators` tells it.
        names: group -> how people call it. paths: indicator -> PATH_COLUMNS, the county, month by month.
        span: what the register covers. whole, whole_before: it tells all of the year, of the year before.
    """

    as_of: pd.Timestamp
    grouping: str
    specs: tuple[Indicator, ...]
    table: pd.DataFrame
    names: dict[str, str]
    paths: dict[str, pd.DataFrame]
    span: Span
    whole: bool
    whole_before: bool


def indicator_span(ctx: Context) -> Span | None:
    """The days between which one may ask; None where no case has ended."""
    permit(ctx, "review.see")
    return _span(register.cases(ctx.engine))


def indicator_view(ctx: Context, grouping: str = GROUPINGS[0], as_of: date | None = None) -> IndicatorView:
    """The indicators by a grouping, of the year to a day (None: the register's last event).

    Raises:
        RequestError: no such grouping, or a day of which the register tells nothing. Impossible: no case has ended.
    """
    permit(ctx, "review.see")
    if grouping not in GROUPINGS:
        raise RequestError("unknown_choice", name="by", value=grouping, allowed="、".join(GROUPINGS))
    cases, region = register.cases(ctx.engine), ctx.region
    span = _span(cases)
    if span is None:
        raise Impossible("nothing_ended")
    asked = as_of or span.last
    if not span.first <= asked <= span.last:
        raise RequestError("as_of_outside", as_of=asked, first=span.first, last=span.last)
    day = pd.Timestamp(asked)
    group, names = _groups(ctx, cases, grouping)
    first, words = pd.Timestamp(span.first), region.outcome_words
    paths = rolling(cases, day, region.indicators, words=words)
    return IndicatorView(
        day, grouping, region.indicators,
        indicators(cases, group, pd.Index(names), day, region.indicators, words=words), names,
        {str(code): path for code, path in paths.groupby("indicator")},
        span, told_whole(first, day), told_whole(first, day - pd.DateOffset(years=1)),
    )  # fmt: skip


def _span(cases: pd.DataFrame) -> Span | None:
    first = begins(cases) if len(cases) else None
    return None if first is None else Span(first.date(), last_event(cases).date())


def _groups(ctx: Context, cases: pd.DataFrame, grouping: str) -> tuple[pd.Series, dict[str, str]]:
    """The group of each case, by row of ``cases``, and the groups with their names, in the order shown."""
    if grouping == "team":
        teams = cases["department"].map(team_name, na_action="ignore")
        sizes = teams[cases["status"] != "open"].value_counts()
        return teams, {str(name): str(name) for name in sizes.index}
    placed, region = register.placed(ctx.engine), ctx.region
    township = cases["case_id"].map(placed[placed["lead"]].set_index("case_id")["township_code"])
    if grouping == "township":
        return township, region.township_names
    return township.map(base_of_townships(region)), {base.id: base.name for base in region.bases}


def base_of_townships(region: Region) -> dict[str, str]:
    """Township -> the tribunal whose jurisdiction it is (the first that claims it), or else the bureau."""
    bureau = next((base.id for base in region.bases if base.kind == "bureau"), None)
    found = dict.fromkeys(region.townships["code"], bureau) if bureau else {}
    tribunals = [base for base in region.bases if base.kind == "tribunal"]
    return found | {code: base.id for base in reversed(tribunals) for code in base.jurisdiction}


def team_name(written: str) -> str | None:
    """A team however it was written: full-width and half-width, with and without spaces; None for a blank."""
    return "".join(unicodedata.normalize("NFKC", written).split()) or None
