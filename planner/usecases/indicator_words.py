"""Indicators in sentences and rows, the same for the page, the command line and workbooks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.model.indicator import INDICATORS, OUTCOMES, Indicator
from planner.model.units import FEN_PER_YUAN
from planner.usecases.indicators import IndicatorView

Translate = Callable[..., str]
Row = dict[Any, Any]

USUAL = frozenset(spec.code for spec in INDICATORS)
ROW_COLUMNS = ("indicator", "indicator_value", "indicator_interval", "made_of", "year_before", "points_change")


@dataclass(frozen=True)
class Headline:
    """One number of the county: its ``value``, the ``change`` from the year before, and what it is made of."""

    name: str
    value: str
    change: str
    help: str
    lines: tuple[str, ...]


def indicator_name(spec: Indicator, t: Translate) -> str:
    """The usual ones from the catalogue, others as the region calls them."""
    if spec.code in USUAL:
        return t(f"indicator.{spec.code}")
    return spec.name if t("app.code") == "zh" else spec.name_en


def indicator_help(spec: Indicator, t: Translate) -> str:
    """One line of what an indicator means."""
    return t(f"indicator.{spec.code}_help") if spec.code in USUAL else spec.help


def formula(spec: Indicator, t: Translate) -> str:
    """Which case types are looked at, which outcomes stand above and below the line."""
    above, below = (_outcomes(words, t) for words in (spec.above, spec.below))
    return t(f"indicator.formula_{spec.unit}", types=_list(spec.case_types, t), above=above, below=below)


def _outcomes(words: Sequence[str], t: Translate) -> str:
    rest = [word for word in OUTCOMES if word not in words]
    if not rest:
        return t("indicator.all")
    if len(rest) < len(words):
        return t("indicator.all_but", outcomes=_list([t(f"ending.{word}") for word in rest], t))
    return _list([t(f"ending.{word}") for word in words], t)


def _list(words: Sequence[str], t: Translate) -> str:
    return t("indicator.comma").join(words)


def headlines(view: IndicatorView, t: Translate) -> list[Headline]:
    """The county's numbers that stand on top, money with and without its largest cases."""
    county = view.table[view.table["scope"] == "county"]
    found = []
    for spec in (spec for spec in view.specs if spec.headline):
        whole, *without = county[county["indicator"] == spec.code].to_dict("records")
        interval = () if pd.isna(whole["low"]) else (t("indicator.interval", interval=_interval(whole)),)
        lines = [
            *interval, t("indicator.made_of", made_of=_made_of(whole, "", t)),
            t("indicator.before", told=_before(whole, t)),
            *(
                t("indicator.largest_line", count=row["largest_left_out"], value=_share(row, "value"),
                  made_of=_made_of(row, "", t), change=_points(row, t))
                for row in without
            ),
            formula(spec, t),
        ]  # fmt: skip
        name, value = indicator_name(spec, t), _share(whole, "value")
        found.append(Headline(name, value, _points(whole, t), indicator_help(spec, t), tuple(lines)))
    return found


def indicator_notes(view: IndicatorView, t: Translate) -> list[str]:
    """What the numbers do not hold, and why a year before is missing."""
    county, first = view.table[view.table["scope"] == "county"], view.span.first
    notes = []
    if not county["denominator"].any():
        notes.append(t("indicator.nothing_ended"))
    if not view.whole:
        notes.append(t("indicator.short_year", first=first))
    if not view.whole_before:
        start = view.as_of - pd.DateOffset(years=2)
        notes.append(t("indicator.short_before", first=first, needed=f"{start:%Y-%m-%d}"))
    if untold := int(county["untold"].max()):
        notes.append(t("indicator.untold", count=f"{untold:,}"))
    if aside := int(county["left_aside"].max()):
        notes.append(t("indicator.left_aside", count=f"{aside:,}"))
    return notes


def indicator_rows(table: pd.DataFrame, specs: Sequence[Indicator], t: Translate) -> pd.DataFrame:
    """Rows of indicators in words: ROW_COLUMNS."""
    rows = table.to_dict("records")
    names = {spec.code: indicator_name(spec, t) for spec in specs}
    told = [
        (_name(row, names, t), _share(row, "value"), _interval(row) or "—", _made_of(row, "", t), _before(row, t),
         _points(row, t))
        for row in rows
    ]  # fmt: skip
    return pd.DataFrame(told, columns=list(ROW_COLUMNS), index=table.index)


def group_names(view: IndicatorView, table: pd.DataFrame, t: Translate) -> pd.Series:
    """How the groups of some rows are called, the county and what is in none, too."""
    none = t("indicator.no_team" if view.grouping == "team" else "indicator.unplaced")
    return table["group"].map(view.names).fillna(table["scope"].map({"county": t("indicator.county"), "none": none}))


def of_groups(view: IndicatorView, code: str) -> pd.DataFrame:
    """The rows of one indicator by group; of those in no group only where there are any."""
    table = view.table
    rows = table[(table["indicator"] == code) & (table["largest_left_out"] == 0) & (table["scope"] != "county")]
    return rows[(rows["scope"] == "group") | (rows["denominator"] + rows["denominator_before"] > 0)]


def group_rows(view: IndicatorView, t: Translate) -> tuple[list[str], list[list[str]]]:
    """Headers, and for each group a row: its name and each headline indicator with what it is made of."""
    shown = [spec for spec in view.specs if spec.headline]
    tables = [of_groups(view, spec.code) for spec in shown]
    cells = [
        {name: f"{_share(row, 'value')}  {_interval(row)}\n{_made_of(row, '', t)}" for name, row in
         zip(group_names(view, table, t), table.to_dict("records"), strict=True)}
        for table in tables
    ]  # fmt: skip
    names = dict.fromkeys(name for column in cells for name in column)
    headers = [t(f"indicator.by_{view.grouping}"), *(indicator_name(spec, t) for spec in shown)]
    return headers, [[name, *(column.get(name, "—") for column in cells)] for name in names]


def _name(row: Row, names: Mapping[str, str], t: Translate) -> str:
    name = names[row["indicator"]]
    return t("indicator.without_largest", name=name, count=row["largest_left_out"]) if row["largest_left_out"] else name


def _share(row: Row, value: str) -> str:
    return "—" if pd.isna(row[value]) else f"{100 * row[value]:.1f} %"


def _interval(row: Row) -> str:
    """Empty where there is none: money, or nothing below the line."""
    return "" if pd.isna(row["low"]) else f"[{100 * row['low']:.1f}, {100 * row['high']:.1f}]"


def _before(row: Row, t: Translate) -> str:
    return "—" if pd.isna(row["value_before"]) else f"{_share(row, 'value_before')} = {_made_of(row, '_before', t)}"


def _made_of(row: Row, year: str, t: Translate) -> str:
    above, below = (row[f"{name}{year}"] for name in ("numerator", "denominator"))
    if row["unit"] == "cases":
        return t("indicator.cases", above=f"{above:,}", below=f"{below:,}")
    return t("indicator.yuan", above=f"{above / FEN_PER_YUAN:,.0f}", below=f"{below / FEN_PER_YUAN:,.0f}")


def _points(row: Row, t: Translate) -> str:
    if pd.isna(row["change"]):
        return "—"
    told = t("indicator.points", change=f"{row['change']:+.1f}")
    if not pd.isna(row["change_low"]):
        told += f"  [{row['change_low']:+.1f}, {row['change_high']:+.1f}]"
    return told
