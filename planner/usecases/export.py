"""Take a plan out as a file. Every export is audited."""

from planner.errors import RequestError
from planner.files.exports import Translate, plan_geopackage, plan_sheets, workbook
from planner.files.maps.offline import page
from planner.files.maps.routes import route_map
from planner.model.units import FEN_PER_YUAN
from planner.store import audit
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
        return page(route_map(ctx.region, plan, view.visits, squads, None, t)).encode()
    rows = view.rows.assign(claimed_yuan=view.rows["claimed_fen"] / FEN_PER_YUAN)
    sheets = plan_sheets(plan, plan_figures(view, t), ranking, rows, view.visits, view.township_names, t)
    return workbook(sheets, f"{plan.week_start} {plan_id}")
