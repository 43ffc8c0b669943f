"""The figures of a plan, and of an import, in words: each with its unit and how sure it is. One list for pages,
tables and exports."""

from collections.abc import Callable

from planner.model.report import ImportOutcome
from planner.model.road import Roads, RoadsUsed
from planner.model.sweep import SweepPlan
from planner.model.units import FEN_PER_YUAN
from planner.usecases.show import PlanView

Translate = Callable[..., str]


def yuan(fen: float) -> str:
    return f"{fen / FEN_PER_YUAN:,.0f}"


def gap(plan: SweepPlan) -> float:
    """By what share of its prize a plan could at most be better."""
    return gap_of(plan.prize, plan.bound)


def gap_of(prize: int, bound: int) -> float:
    """By what share of its prize the answer to a search could at most be better."""
    return (bound - prize) / max(prize, 1)


def hot_coverage(view: PlanView) -> tuple[int, int]:
    """(visits planned, visits that could be made) in the k hottest townships of the plan's score."""
    hottest = view.hotspots.table.sort_values("rank")["township_code"].head(view.hotspots.k)
    there = view.visits.loc[view.visits["township_code"].isin(hottest), "visit_id"]
    return int(there.isin(view.rows["visit_id"]).sum()), len(there)


def plan_figures(view: PlanView, t: Translate) -> list[tuple[str, str]]:
    """(label, value)."""
    plan, effect = view.plan, view.plan.effect
    made, could = hot_coverage(view)
    return [
        (t("figure.visits"), f"{effect.visits}"),
        (t("figure.coverage", k=view.hotspots.k), f"{made}/{could} = {100 * made / max(could, 1):.0f} %"),
        (t("figure.prize"), f"{plan.prize:,}"),
        (t("figure.bound"), f"{plan.bound:,}"),
        (t("figure.gap"), f"{100 * gap(plan):.1f} %"),
        (t("figure.finds"), f"{effect.finds_mean:.0f} [{effect.finds_low:.0f}, {effect.finds_high:.0f}]"),
        (
            t("figure.recovered"),
            f"{yuan(effect.recovered_fen_mean)} [{yuan(effect.recovered_fen_low)}, {yuan(effect.recovered_fen_high)}]",
        ),
        (t("figure.drive_hours"), f"{effect.drive_officer_hours:.0f}"),
        (t("figure.visit_hours"), f"{effect.visit_officer_hours:.0f}"),
        (t("figure.checker"), t("cli.checked")),
        (t("figure.travel"), travel_told(plan, t)),
    ]


def warning_lines(plan: SweepPlan, t: Translate) -> list[str]:
    """What is allowed in a plan but must be said."""
    told = (warning.partition(":") for warning in plan.warnings)
    return [t(f"warning.{code}", count=count) for code, _, count in told]


def travel_told(plan: SweepPlan, t: Translate) -> str:
    """What a plan's travel times rest on."""
    if plan.roads is None:
        return t("travel.estimated" if plan.travel_estimated else "travel.roads")
    used = plan.roads
    return t("travel.by_road", as_of=as_of(used, t), estimated=used.estimated, places=used.places)


def as_of(roads: Roads | RoadsUsed, t: Translate) -> str:
    return roads.as_of.isoformat() if roads.as_of else t("travel.undated")


def outcome_lines(outcome: ImportOutcome, t: Translate) -> list[str]:
    """What changed since the last import, and which datum the coordinates were taken for."""
    told = []
    if outcome.statuses:
        moves = "；".join(
            t("import.move", before=t(f"status.{before}"), after=t(f"status.{after}"), count=f"{count:,}")
            for before, after, count in outcome.statuses
        )
        told.append(t("import.moves", moves=moves))
    others = [(field, count) for field, count in outcome.fields if field != "status"]
    if others:
        named = "、".join(
            t("import.field_changed", field=t(f"field.{field}"), count=f"{count:,}") for field, count in others
        )
        told.append(t("import.fields_changed", fields=named))
    if outcome.no_longer_named:
        told.append(t("import.no_longer_named", count=f"{outcome.no_longer_named:,}"))
    if outcome.mended:
        told.append(t("import.mended", count=f"{outcome.mended:,}"))
    if outcome.points and outcome.datum:
        margin = f"{100 * outcome.datum_margin:.0f}"
        told.append(t("import.datum", points=f"{outcome.points:,}", datum=outcome.datum, margin=margin))
    return told
