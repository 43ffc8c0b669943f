"""What the command line prints of registers and regions."""

import math
from collections import Counter
from collections.abc import Sequence

from planner.cli.tables import output, show_table
from planner.i18n import Translate
from planner.model.report import ColumnRule, ImportReport
from planner.model.units import moment
from planner.usecases.case_history import CaseHistory
from planner.usecases.columns import SheetColumns
from planner.usecases.figures import as_of, outcome_lines
from planner.usecases.import_region import RegionImported
from planner.usecases.import_register import RegisterImported
from planner.usecases.import_roads import RoadsImported

SHOWN_ISSUES = 20


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
        (moment(at), t(f"field.{row.field}"), row.before or "", row.after or "")
        for row, at in zip(found.changes.itertuples(), found.changes["at"], strict=True)
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
