"""The indicators as a workbook."""

from datetime import date

import pandas as pd

from planner.files.exports import Sheet, Translate, workbook
from planner.model.units import FEN_PER_YUAN
from planner.store import audit
from planner.usecases.context import Context, permit
from planner.usecases.indicator_words import formula, group_names, indicator_help, indicator_name
from planner.usecases.indicators import IndicatorView, indicator_view


def indicator_workbook(ctx: Context, t: Translate, grouping: str, as_of: date | None = None) -> bytes:
    """All indicators by group, the county month by month, and the formulas, as xlsx. No names of people. Audited.

    Raises:
        RequestError, Impossible: as :func:`planner.usecases.indicators.indicator_view`.
        Denied: the actor may not export.
    """
    permit(ctx, "export")
    view = indicator_view(ctx, grouping, as_of)
    day = f"{view.as_of:%Y-%m-%d}"
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "indicators.exported", day, view.grouping)
    return workbook([_values(view, t), _months(view, t), _formulas(view, t)], f"{t('page.indicators')} {day}")


def _values(view: IndicatorView, t: Translate) -> Sheet:
    table, names = view.table, {spec.code: indicator_name(spec, t) for spec in view.specs}
    numbers = ["numerator", "denominator", "numerator_before", "denominator_before"]
    shares = ["value", "low", "high", "value_before"]
    rest = ["change", "change_low", "change_high", "left_aside", "untold"]
    yuan = table["unit"].eq("fen")
    told = table.assign(
        **{name: table[name].astype(float).where(~yuan, table[name].astype(float) / FEN_PER_YUAN) for name in numbers},
        **{name: 100 * table[name] for name in shares},
        group=group_names(view, table, t), indicator=table["indicator"].map(names),
        unit=yuan.map({True: t("indicator_sheet.yuan"), False: t("indicator_sheet.cases")}),
    )  # fmt: skip
    columns = ["group", "indicator", "unit", "largest_left_out", *numbers, *shares, *rest]
    return _sheet("values", columns, told, t)


def _months(view: IndicatorView, t: Translate) -> Sheet:
    parts = []
    for spec in view.specs:
        path, per = view.paths[spec.code], FEN_PER_YUAN if spec.unit == "fen" else 1
        parts.append(
            path.assign(
                indicator=indicator_name(spec, t), day=path["day"].dt.strftime("%Y-%m-%d"),
                numerator=path["numerator"] / per, denominator=path["denominator"] / per,
                value=100 * path["value"], low=100 * path["low"], high=100 * path["high"],
            )
        )  # fmt: skip
    columns = ["indicator", "day", "numerator", "denominator", "value", "low", "high"]
    return _sheet("months", columns, pd.concat(parts), t)


def _formulas(view: IndicatorView, t: Translate) -> Sheet:
    rows = [(indicator_name(spec, t), formula(spec, t), indicator_help(spec, t)) for spec in view.specs]
    columns = ["indicator", "formula", "help"]
    return _sheet("formulas", columns, pd.DataFrame(rows, columns=columns), t)


def _sheet(name: str, columns: list[str], told: pd.DataFrame, t: Translate) -> Sheet:
    rows = [[_plain(cell) for cell in row] for row in told[columns].itertuples(index=False)]
    return t(f"indicator_sheet.{name}"), [t(f"indicator_sheet.{column}") for column in columns], rows


def _plain(cell: object) -> object:
    return round(cell, 2) if isinstance(cell, float) else cell
