"""What the command line prints of plans."""

import pandas as pd

from planner.cli.tables import frame, output, say, show_table
from planner.i18n import Translate
from planner.model.region import Region
from planner.model.sweep import PlannedRoute
from planner.model.units import clock, moment
from planner.usecases.ahead import Ahead, ahead_lines, ahead_warnings, bailiff_rows, load_rows, paper_rows
from planner.usecases.figures import plan_figures, warning_lines
from planner.usecases.findings import change_rows, changes_sentence
from planner.usecases.replan import plan_changes
from planner.usecases.show import PlanView


def plan(view: PlanView, t: Translate) -> None:
    made = view.plan
    output.print(t("cli.plan_made", id=made.id, policy=t(f"spread.{made.spread}"), week=made.week_start.isoformat()))
    names = view.township_names
    grid = {(route.squad_id, route.day): route for route in made.routes}
    cells = [[squad, *(_cell(grid.get((squad, day)), names) for day in made.days)] for squad in sorted(made.squad_ids)]
    show_table(t("cli.grid"), [t("cli.squad"), *(f"{day:%m-%d}" for day in made.days)], cells, left=1 + len(made.days))
    show_table(t("cli.plan_figures"), [t("cli.figure"), t("cli.value_shown")], plan_figures(view, t))
    for warning in warning_lines(made, t):
        say(warning)
    frame(t("load.title"), load_rows(view, t), t)
    unserved = pd.Series([u.reason for u in made.unserved], dtype="str").value_counts()
    show_table(
        t("cli.unserved", count=len(made.unserved)),
        [t("cli.reason"), t("cli.visits")],
        [(t(f"unserved.{why}"), count) for why, count in unserved.items()],
    )


def papers(asked: Ahead, region: Region, t: Translate) -> None:
    """What must be asked for before the week of a plan."""
    for line in (*ahead_warnings(asked, t), *ahead_lines(asked, t)):
        say(line)
    frame(t("sheet.papers"), paper_rows(asked, region, t), t, left=8)
    frame(t("sheet.bailiffs"), bailiff_rows(asked, region), t, left=3)


def _cell(route: PlannedRoute | None, names: dict[str, str]) -> str:
    if route is None:
        return "—"
    return f"{names[route.township_code]} ({len(route.stops)}) {clock(route.leave_base)}–{clock(route.reach_base)}"


def plans(table: pd.DataFrame, t: Translate) -> None:
    if table.empty:
        say(t("cli.no_plans"))
        return
    headers = ["plan", "week", "policy", "visits", "prize", "bound", "created_at"]
    rows = [
        (
            r.id,
            r.week_start,
            t(f"spread.{r.spread}"),
            r.visits,
            f"{r.prize:,}",
            f"{r.bound:,}",
            moment(made_at),
        )
        for r, made_at in zip(table.itertuples(), table["made_at"], strict=True)
    ]
    show_table(t("cli.plans"), [t(f"cli.{name}") for name in headers], rows, left=3)


def replanned(before: PlanView, after: PlanView, t: Translate) -> None:
    """What a replan changes, and how the two compare."""
    changes = plan_changes(before.plan, after.plan)
    say(changes_sentence(before.plan, after.plan, changes, t))
    visits = pd.concat([before.visits, after.visits]).drop_duplicates("visit_id")
    rows = change_rows(changes, visits, after.squad_names, t)
    show_table(t("replan.title"), [t(f"column.{name}") for name in rows], rows.itertuples(index=False), left=4)
    side_by_side((before, after), t)


def side_by_side(views: tuple[PlanView, PlanView], t: Translate) -> None:
    first, second = views
    headers = [t("cli.figure"), *(f"{t(f'spread.{v.plan.spread}')} {v.plan.id}" for v in views)]
    rows = [
        (label, left, right)
        for (label, left), (_, right) in zip(plan_figures(first, t), plan_figures(second, t), strict=True)
    ]
    show_table(t("cli.side_by_side", week=first.plan.week_start.isoformat()), headers, rows)
    output.print(t("cli.caveat"))
