"""Take a plan out as a file. Every export is audited."""

import pandas as pd

from planner.errors import RequestError
from planner.files.exports import Sheet, Translate, plan_geopackage, plan_sheets, workbook
from planner.files.maps.offline import page
from planner.files.maps.routes import route_map
from planner.model.units import FEN_PER_YUAN
from planner.store import audit
from planner.usecases.ahead import ahead, bailiff_rows, paper_rows
from planner.usecases.context import Context, permit
from planner.usecases.figures import plan_figures
from planner.usecases.show import plan_view

FORMATS = ("xlsx", "gpkg", "html")


def plan_file(ctx: Context, plan_id: str, kind: str, t: Translate) -> bytes:
    """A plan as xlsx (with the people to be visited), gpkg or html (both without).

    Raises:
        RequestError: no such plan, or no such kind of file.
    """
    permit(ctx, "export")
    if kind not in FORMATS:
        raise RequestError("unknown_format", format=kind, allowed=", ".join(FORMATS))
    view = plan_view(ctx, plan_id, people=kind == "xlsx")
    plan, ranking = view.plan, view.hotspots.table
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "plan.exported", plan_id, kind)
    if kind == "gpkg":
        return plan_geopackage(ctx.region, plan, ranking, view.visits)
    if kind == "html":
        squads = [squad.id for squad in ctx.region.squads]
        return page(route_map(ctx.region, plan, view.visits, squads, None, t), t("access.tag")).encode()
    rows = view.rows.assign(claimed_yuan=view.rows["claimed_fen"] / FEN_PER_YUAN)
    sheets = plan_sheets(plan, plan_figures(view, t), ranking, rows, view.visits, view.township_names, t)
    return workbook(sheets, f"{plan.week_start} {plan_id}")


def ahead_file(ctx: Context, plan_id: str, t: Translate) -> bytes:
    """What must be asked for before a plan's week, as xlsx. Without names of people.

    Raises:
        RequestError: no such plan. Denied: the actor may not export.
    """
    permit(ctx, "export")
    asked = ahead(ctx, plan_id)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "plan.exported", plan_id, "ahead")
    sheets = [
        _sheet(t("sheet.papers"), paper_rows(asked, ctx.region, t), t),
        _sheet(t("sheet.bailiffs"), bailiff_rows(asked, ctx.region), t),
    ]
    return workbook(sheets, f"{t('ahead.title')} {plan_id}")


def _sheet(title: str, rows: pd.DataFrame, t: Translate) -> Sheet:
    return title, [t(f"column.{name}") for name in rows], rows.astype(object).to_numpy().tolist()
