"""What the command line prints: the same values as the pages, as plain tables."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table

from planner.i18n import Translate
from planner.model.hotspot import PARTS, Choice, Selection
from planner.model.region import Region
from planner.model.report import ColumnRule, ImportReport
from planner.model.score_run import ScoreRun
from planner.model.sweep import PlannedRoute
from planner.model.units import clock
from planner.usecases.ahead import Ahead, ahead_lines, ahead_warnings, bailiff_rows, load_rows, paper_rows
from planner.usecases.case_history import CaseHistory
from planner.usecases.columns import SheetColumns
from planner.usecases.duty import Duty
from planner.usecases.explain import Backtest, Explanation
from planner.usecases.figures import as_of, outcome_lines, plan_figures, warning_lines, yuan
from planner.usecases.findings import (
    backtest_sentence,
    change_rows,
    changes_sentence,
    crowd_lines,
    kind_lines,
    mix_sentence,
    rival_rows,
    township_rows,
)
from planner.usecases.import_region import RegionImported
from planner.usecases.import_register import RegisterImported
from planner.usecases.import_roads import RoadsImported
from planner.usecases.indicator_words import formula, group_rows, indicator_name, indicator_notes, indicator_rows
from planner.usecases.indicators import IndicatorView
from planner.usecases.replan import plan_changes
from planner.usecases.review import Review
from planner.usecases.review_words import (
    before_lines,
    caveat_lines,
    extra_line,
    measure_rows,
    smallest_line,
    verdict_line,
    window_rows,
)
from planner.usecases.show import PlanView

SHOWN_ISSUES = 20

output = Console(soft_wrap=False)
errors = Console(stderr=True)


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def show_table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> None:
    """Print a table; the first ``left`` columns are words, the rest numbers."""
    table = Table(title=title, title_justify="left")
    for place, header in enumerate(headers):
        table.add_column(header, justify="left" if place < left else "right", overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    output.print(table)


def region_imported(imported: RegionImported, t: Translate) -> None:
    draft = imported.draft
    output.print(
        t("cli.region_imported", townships=len(draft.townships), villages=len(draft.villages), folder=imported.folder)
    )
    rows = [(mend.subject, t(f"mend.{mend.kind}", subject=mend.subject, detail=mend.detail)) for mend in draft.mends]
    show_table(t("cli.mends"), [t("cli.subject"), t("cli.mend")], rows, left=2)
    if imported.facts is None:
        output.print(t("cli.no_facts"))
    else:
        output.print(t("cli.facts", folder=imported.facts))


def roads_imported(imported: RoadsImported, t: Translate) -> None:
    roads = imported.roads
    output.print(
        t(
            "roads.imported",
            source=roads.source,
            as_of=as_of(roads, t),
            km=f"{sum(imported.km.values()):,.0f}",
            nodes=f"{roads.junctions:,}",
            edges=f"{len(roads.ends):,}",
            main=f"{100 * imported.main_share:.1f}",
            folder=imported.folder,
        )
    )
    rows = [(t(f"road_class.{name}"), f"{km:,.1f}") for name, km in imported.km.items()]
    show_table(t("roads.km"), [t("roads.class"), "km"], rows, left=1)
    distances = {"median": metres(imported.median, t), "p95": metres(imported.p95, t)}
    output.print(t("roads.near", places=imported.places, far=imported.far, **distances))
    rows = [(name, metres(away, t)) for name, away in imported.worst]
    show_table(t("roads.worst"), [t("roads.place"), t("roads.metres")], rows, left=1)


def metres(value: float, t: Translate) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else t("roads.unserved")


def register_imported(imported: RegisterImported, t: Translate) -> None:
    report = imported.report
    rows = [
        (use.file, use.sheet, t(f"sheet_kind.{use.kind}"), use.rows_read, use.rows_kept, use.rows_rejected)
        for use in report.sheets
    ]
    headers = ["file", "sheet", "kind", "rows_read", "rows_kept", "rows_rejected"]
    show_table(t("cli.sheets"), [t(f"cli.{name}") for name in headers], rows, left=3)
    if not imported.changed:
        output.print(t("cli.same_files"))
    outcome = imported.outcome
    output.print(t("cli.cases_saved", new=outcome.new, updated=outcome.updated, unchanged=outcome.unchanged))
    for line in outcome_lines(outcome, t):
        output.print(line, markup=False)
    if outcome.reopened:
        output.print(t("import.reopened", count=outcome.reopened))
    placed = [(t(f"method.{method}"), count) for method, count in imported.placed.items()]
    show_table(t("cli.placed"), [t("cli.method"), t("cli.cases")], placed)
    _issues(report, t)


def columns(sheets: Sequence[SheetColumns], rules: Sequence[ColumnRule], t: Translate) -> None:
    """What the columns are taken for, and what people of the court said."""
    rows = [
        (
            sheet.sheet,
            use.column,
            use.header,
            ("✓ " if use.ruled else "") + (t(f"field.{use.field}") if use.field else "—"),
            use.field or "",
            use.unit or "",
            "、".join(use.samples),
        )
        for sheet in sheets
        for use in sheet.columns
    ]
    headers = [t(f"column.{name}") for name in ("sheet", "column", "header", "field", "field_name", "unit", "sample")]
    if rows:
        show_table(t("import.columns"), headers, rows, left=7)
    told = [
        (rule.header, t(f"field.{rule.field}") if rule.field else t("columns.unused"), rule.unit or "")
        for rule in rules
    ]
    if told:
        show_table(t("columns.remembered"), [t(f"column.{name}") for name in ("header", "field", "unit")], told, left=3)


def history(found: CaseHistory, t: Translate) -> None:
    case = found.case
    now = t(
        "profile.case_now",
        case=case["case_id"],
        filed=f"{case['filed_on']:%Y-%m-%d}",
        status=t(f"status.{case['status']}"),
    )
    if found.changes.empty:
        output.print(f"{now} {t('profile.never_changed')}", markup=False)
        return
    rows = [
        (f"{row.at:%Y-%m-%d %H:%M}", t(f"field.{row.field}"), row.before or "", row.after or "")
        for row in found.changes.itertuples()
    ]
    show_table(now, [t(f"column.{name}") for name in ("at", "item", "before", "after")], rows, left=4)


def _issues(report: ImportReport, t: Translate) -> None:
    """Rejected rows: the first few, then what to do about each kind."""
    rejected = [issue for issue in report.issues if issue.rejected]
    if not rejected:
        return
    rows = [(t(f"issue.{i.kind}"), i.sheet, i.row, i.column or "", i.value) for i in rejected[:SHOWN_ISSUES]]
    headers = [t(f"cli.{name}") for name in ("issue", "sheet", "row", "column", "value")]
    show_table(t("cli.rejected", count=report.rows_rejected), headers, rows, left=5)
    for kind, count in Counter(issue.kind for issue in rejected).items():
        output.print(f"{t(f'issue.{kind}')} ({count}): {t(f'issue_remedy.{kind}')}")


def reason(choice: Choice, t: Translate) -> str:
    return t(f"reason.{choice.reason}", **dict(choice.params))


def hotspots(run: ScoreRun, selection: Selection, t: Translate) -> None:
    h = run.hotspots
    parts = [t(f"column.{part}") for part in PARTS]
    names = ["rank", "township", "score", *parts, "p_top", "filings", "open_cases", "workable_yuan"]
    headers = [name if name in parts else t(f"cli.{name}", k=h.k) for name in names]
    chosen = set(selection.codes)
    rows = [
        (
            row["rank"],
            ("● " if row["township_code"] in chosen else "") + row["name"],
            f"{row['score']:.1f}",
            *(f"{row[part]:.1f}" for part in PARTS),
            percent(row["p_top"]),
            f"{row['expected_filings']:.0f} [{row['filings_low']:.0f}, {row['filings_high']:.0f}]",
            row["open_cases"],
            yuan(row["workable_fen"]),
        )
        for row in h.table.sort_values("rank").to_dict("records")
    ]
    show_table(t("cli.ranking", as_of=f"{h.as_of:%Y-%m-%d}", days=h.horizon_days, k=h.k), headers, rows, left=2)
    names_by_code = h.table.set_index("township_code")["name"]
    chosen_rows = [(names_by_code[c.township_code], reason(c, t)) for c in selection.choices]
    show_table(t("cli.chosen"), [t("cli.township"), t("cli.reason")], chosen_rows, left=2)
    for why, count in h.unplaced.items():
        output.print(t("cli.unplaced", reason=t(f"method.{why}"), count=count))


def explanation(run: ScoreRun, explained: Explanation, tested: Backtest | None, t: Translate) -> None:
    """Why the townships rank so, and how the method would have chosen before."""
    names = run.hotspots.table.set_index("township_code")["name"]
    shown = ["name", "trend", "change", "township_kind", "rests_on", "weak", "relative_rate", "gi", "moran"]
    rows = township_rows(run, explained, t).round({"relative_rate": 2})[shown].itertuples(index=False)
    show_table(t("page.hotspots"), [t(f"column.{name}") for name in shown], rows, left=len(shown))
    for line in (mix_sentence(explained, t), *crowd_lines(explained, names, t), *kind_lines(explained, names, t)):
        _say(line)
    if tested is None:
        output.print(t("evidence.too_short"))
        return
    _say(backtest_sentence(tested, t))
    rivals = rival_rows(tested, t)
    show_table(t("section.past"), [t(f"column.{name}") for name in rivals], rivals.itertuples(index=False), left=4)


def _say(sentence: str) -> None:
    """A sentence of a page without its marks for bold."""
    output.print(sentence.replace("**", ""), markup=False)


def indicators(view: IndicatorView, t: Translate) -> None:
    """The county's indicators, then each group's."""
    county = indicator_rows(view.table[view.table["scope"] == "county"], view.specs, t)
    _frame(f"{t('page.indicators')} {view.as_of:%Y-%m-%d}", county, t, left=len(county.columns))
    for line in (*indicator_notes(view, t), *(f"{indicator_name(s, t)}: {formula(s, t)}" for s in view.specs)):
        _say(line)
    headers, rows = group_rows(view, t)
    show_table(t(f"indicator.by_{view.grouping}"), headers, rows, left=len(headers))


def plan(view: PlanView, t: Translate) -> None:
    made = view.plan
    output.print(t("cli.plan_made", id=made.id, policy=t(f"spread.{made.spread}"), week=made.week_start.isoformat()))
    names = view.township_names
    grid = {(route.squad_id, route.day): route for route in made.routes}
    cells = [[squad, *(_cell(grid.get((squad, day)), names) for day in made.days)] for squad in sorted(made.squad_ids)]
    show_table(t("cli.grid"), [t("cli.squad"), *(f"{day:%m-%d}" for day in made.days)], cells, left=1 + len(made.days))
    show_table(t("cli.plan_figures"), [t("cli.figure"), t("cli.value_shown")], plan_figures(view, t))
    for warning in warning_lines(made, t):
        _say(warning)
    _frame(t("load.title"), load_rows(view, t), t)
    unserved = pd.Series([u.reason for u in made.unserved], dtype="str").value_counts()
    show_table(
        t("cli.unserved", count=len(made.unserved)),
        [t("cli.reason"), t("cli.visits")],
        [(t(f"unserved.{why}"), count) for why, count in unserved.items()],
    )


def papers(asked: Ahead, region: Region, t: Translate) -> None:
    """What must be asked for before the week of a plan."""
    for line in (*ahead_warnings(asked, t), *ahead_lines(asked, t)):
        _say(line)
    _frame(t("sheet.papers"), paper_rows(asked, region, t), t, left=8)
    _frame(t("sheet.bailiffs"), bailiff_rows(asked, region), t, left=3)


def _frame(title: str, rows: pd.DataFrame, t: Translate, left: int = 1) -> None:
    show_table(title, [t(f"column.{name}") for name in rows], rows.itertuples(index=False), left)


def _cell(route: PlannedRoute | None, names: dict[str, str]) -> str:
    if route is None:
        return "—"
    return f"{names[route.township_code]} ({len(route.stops)}) {clock(route.leave_base)}–{clock(route.reach_base)}"


def plans(table: pd.DataFrame, t: Translate) -> None:
    headers = ["plan", "week", "policy", "visits", "prize", "bound", "created_at"]
    rows = [
        (
            r.id,
            r.week_start,
            t(f"spread.{r.spread}"),
            r.visits,
            f"{r.prize:,}",
            f"{r.bound:,}",
            f"{r.made_at:%Y-%m-%d %H:%M}",
        )
        for r in table.itertuples()
    ]
    show_table(t("cli.plans"), [t(f"cli.{name}") for name in headers], rows, left=3)


def replanned(before: PlanView, after: PlanView, t: Translate) -> None:
    """What a replan changes, and how the two compare."""
    changes = plan_changes(before.plan, after.plan)
    _say(changes_sentence(before.plan, after.plan, changes, t))
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


def duty(board: Duty, t: Translate) -> None:
    title = t("duty.as_of", day=board.day, minute=clock(board.minute), now=f"{board.now:%H:%M}", id=board.plan.id)
    names = ("squad", "state", "township", "whereabouts", "told", "found", "late", "paid_yuan")
    rows = [
        (
            squad.squad, t(f"duty.{squad.state}"), squad.township or "—", squad.at or "—",
            f"{squad.told} / {squad.planned}", squad.found, squad.late, yuan(squad.paid_fen),
        )
        for squad in board.squads
    ]  # fmt: skip
    show_table(title, [t(f"column.{name}") for name in names], rows, left=4)


def clues(told: pd.DataFrame, t: Translate) -> None:
    rows = [
        (
            row["clue_id"], t(f"clue_state.{row['state']}"), t(f"clue_kind.{row['kind']}"),
            f"{row['seen_on']:%m-%d}", row["case_ids"].replace(";", "、"), row["words"],
        )
        for row in told.to_dict("records")
    ]  # fmt: skip
    headers = ["ID", t("column.state"), t("clues.kind"), t("clues.seen"), t("column.case_ids"), t("clues.words")]
    show_table(t("page.clues"), headers, rows, left=6)


def elsewhere(out: pd.DataFrame, t: Translate) -> None:
    rows = [
        (
            row["case_id"], t(f"action.{row['action']}"), "" if pd.isna(row["team"]) else t(f"team.{row['team']}"),
            "" if pd.isna(row["until"]) else f"{row['until']:%Y-%m-%d}",
        )
        for row in out.to_dict("records")
    ]  # fmt: skip
    headers = [t(f"column.{name}") for name in ("case_ids", "action", "team", "until")]
    show_table(t("triage.out", count=len(out)), headers, rows, left=4)


def reviewed(told: Review, t: Translate) -> None:
    """A sweep's review: the verdict, what weakens it, and the tables."""
    _say(verdict_line(told, t))
    for line in (*caveat_lines(told, t), *before_lines(told, t), extra_line(told, t), smallest_line(told, t)):
        if line:
            _say(f"- {line}")
    _frame(t("review.windows"), window_rows(told, t), t)
    _frame(t("review.measures"), measure_rows(told, t), t)
