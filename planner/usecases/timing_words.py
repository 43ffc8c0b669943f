"""A timing of counties in sentences and rows, the same for the page, the command line and the workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

import pandas as pd

from planner.files.exports import Sheet, workbook
from planner.model.together import KeptTiming, TimedLoan, TimingPlan
from planner.store import audit
from planner.usecases.context import Context, permit
from planner.usecases.together import timing_of

Translate = Callable[..., str]
SHARES = ("moved_share", "elsewhere_share", "home_share")


def timing_label(kept: KeptTiming, t: Translate) -> str:
    plan = kept.plan
    state = t("timing.in_force") if kept.adopted_at else ""
    return t("timing.label", first=plan.weeks[0], weeks=len(plan.weeks), id=plan.id, state=state)


def timing_lines(plan: TimingPlan, t: Translate) -> list[str]:
    """What the timing is worth, how sure that is, and beside the ways that a province might go instead."""
    swept = [county for county in plan.counties if county.week]
    alone, greedy = (max(told, 1) for told in (plan.alone, plan.greedy))
    return [
        t("timing.swept", swept=len(swept), counties=len(plan.counties) + len(plan.missing), weeks=len(plan.weeks),
          most=plan.most_a_week, as_of=plan.as_of),
        t("timing.worth", points=f"{plan.points:,}", worth=f"{plan.worth:,}", kept=f"{plan.kept:,}",
          away=f"{plan.away:,}"),
        t("timing.beside", alone=f"{plan.points / alone - 1:+.2%}", greedy=f"{plan.points / greedy - 1:+.2%}"),
        t("timing.sure", gap=f"{plan.gap:.2%}"),
    ]  # fmt: skip


def policy_lines(plan: TimingPlan, t: Translate) -> list[str]:
    """The rules and weights that it was made with."""
    given = {field.name: getattr(plan.policy, field.name) for field in fields(plan.policy)}
    given["most_a_week"] = plan.most_a_week
    return [
        t(f"timing.rule_{name}", value=f"{value:.0%}" if name in SHARES else value) for name, value in given.items()
    ]


def squads_told(loans: Sequence[TimedLoan], names: Mapping[str, str], side: str, t: Translate) -> str:
    """Who lends (``side`` lender) or borrows, with how many squads."""
    return "、".join(t("timing.squads_of", name=names[getattr(x, side)], squads=len(x.squads)) for x in loans)


def county_rows(plan: TimingPlan, cities: Mapping[str, str], t: Translate) -> pd.DataFrame:
    """One row a county, those without a week too: city, county, timed_week, squads, own_points, points,
    helped_by, helps, why_no_more."""
    names = names_of(plan)
    rows = [
        (
            cities.get(county.code, ""),
            county.name,
            f"{county.week}" if county.week else t("timing.no_week"),
            county.squads,
            county.own,
            county.worth,
            squads_told([x for x in plan.loans if x.borrower == county.code], names, "lender", t),
            squads_told([x for x in plan.loans if x.lender == county.code], names, "borrower", t),
            t(f"{'unhelped' if county.week else 'unswept'}.{county.reason}"),
        )
        for county in plan.counties
    ]
    columns = ["city", "county", "timed_week", "squads", "own_points", "points", "helped_by", "helps", "why_no_more"]
    return pd.DataFrame(rows, columns=columns)


def loan_rows(plan: TimingPlan) -> pd.DataFrame:
    """One row a loan: timed_week, lender, borrower, squad_count, officers, drive_minutes, gain, cost."""
    names = names_of(plan)
    rows = [
        (f"{x.week}", names[x.lender], names[x.borrower], len(x.squads), x.officers, x.minutes, x.gain, x.cost)
        for x in plan.loans
    ]
    columns = ["timed_week", "lender", "borrower", "squad_count", "officers", "drive_minutes", "gain", "cost"]
    return pd.DataFrame(rows, columns=columns)


def pair_rows(plan: TimingPlan, t: Translate) -> pd.DataFrame:
    """One row a common border, the greatest first: what it keeps and whether both sides go together, or why not."""
    names = names_of(plan)
    rows = [
        (
            f"{names[pair.a]} — {names[pair.b]}",
            pair.points,
            pair.moving,
            pair.elsewhere,
            t("timing.together")
            if pair.together
            else t(f"apart.{pair.reason}")
            if pair.reason
            else t("timing.no_week"),
        )
        for pair in sorted(plan.pairs, key=lambda pair: (-pair.points, pair.a, pair.b))
    ]
    return pd.DataFrame(
        rows, columns=["border", "border_points", "moving_points", "elsewhere_cases", "together_or_why"]
    )


def names_of(plan: TimingPlan) -> dict[str, str]:
    return {county.code: county.name for county in plan.counties}


def timing_file(ctx: Context, timing_id: str, cities: Mapping[str, str], t: Translate) -> bytes:
    """A timing as xlsx: what it comes to, weeks, loans, borders. No personal data.

    Raises:
        RequestError: no such timing. Denied: the actor may not export.
    """
    permit(ctx, "export")
    plan = timing_of(ctx, timing_id)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "timing.exported", timing_id, "xlsx")
    told: list[list[object]] = [[line] for line in (*timing_lines(plan, t), *policy_lines(plan, t))]
    told += [[t("timing.digest", id=plan.id, digest=plan.input_digest)]]
    sheets: list[Sheet] = [
        (t("timing.sheet_told"), [t("timing.sheet_told")], told),
        *(
            (t(f"timing.sheet_{name}"), [t(f"column.{column}") for column in rows], rows.to_numpy(object).tolist())
            for name, rows in (
                ("weeks", county_rows(plan, cities, t)),
                ("loans", loan_rows(plan)),
                ("pairs", pair_rows(plan, t)),
            )
        ),
    ]
    return workbook(sheets, f"{t('timing.title')} {plan.weeks[0]} {plan.id}")
