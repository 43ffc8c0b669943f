"""What must be asked for before a planned week, and how its work lies on the squads: as values, and in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from planner.files.policy import policy_from_json
from planner.model.region import Region
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING, clock
from planner.routing.ahead import bailiffs_of, papers_of
from planner.store import plans
from planner.usecases.context import Context, permit
from planner.usecases.remembered import worked_out
from planner.usecases.show import PlanView

Translate = Callable[..., str]

LOAD_NUMBERS = ("days_out", "visits", "loan_days", "island_days", "early_days", "late_days")
LOAD_HOURS = {"away_hours": "away_min", "drive_hours": "drive_min"}
MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class Ahead:
    """papers: PAPER_TABLE; bailiffs: BAILIFF_TABLE; today: the day in Beijing on which it was asked."""

    papers: pd.DataFrame
    bailiffs: pd.DataFrame
    lead_days: int
    today: date


def ahead(ctx: Context, plan_id: str) -> Ahead:
    """Papers to be approved or sent, and bailiffs to be asked for, before the week of a plan.

    Raises:
        RequestError: no such plan. Denied: the actor may not see it.
    """
    permit(ctx, "plan.see")
    plan, visits = plans.load_plan(ctx.engine, plan_id)
    today = ctx.clock().astimezone(BEIJING).date()
    return worked_out(ctx, ("ahead", today), lambda: _ahead(ctx, plan, visits, today), plan, ctx.region)


def _ahead(ctx: Context, plan: SweepPlan, visits: pd.DataFrame, today: date) -> Ahead:
    lead_days = policy_from_json(plan.policy).duty.bailiff_lead_days
    calendar = ctx.region.calendar
    return Ahead(
        papers=papers_of(plan, visits, calendar),
        bailiffs=bailiffs_of(plan, visits, ctx.region.squads, calendar, lead_days),
        lead_days=lead_days,
        today=today,
    )


def paper_rows(asked: Ahead, region: Region, t: Translate) -> pd.DataFrame:
    """The papers in words. No names of people: case numbers and villages."""
    return pd.DataFrame(
        {
            "due": asked.papers["due"].dt.strftime("%Y-%m-%d"),
            "paper": asked.papers["paper"].map(lambda name: t(f"paper.{name}")),
            "goes_to": asked.papers["goes_to"].map(lambda name: t(f"recipient.{name}")),
            "day": asked.papers["day"].dt.strftime("%Y-%m-%d"),
            "squad": _named(asked.papers["squad_id"], {squad.id: squad.name for squad in region.squads}),
            "township": asked.papers["township_code"].map(region.township_names),
            "village": asked.papers["village_code"].map(region.village_names).fillna(""),
            "case_ids": asked.papers["case_ids"].str.replace(";", "、"),
        }
    )


def bailiff_rows(asked: Ahead, region: Region) -> pd.DataFrame:
    """The bailiffs needed with names of bases and hours HH:MM–HH:MM."""
    needed = asked.bailiffs
    spans = zip(needed["first_min"], needed["last_min"], strict=True)
    return pd.DataFrame(
        {
            "ask_by": needed["ask_by"].dt.strftime("%Y-%m-%d"),
            "day": needed["day"].dt.strftime("%Y-%m-%d"),
            "base": _named(needed["base_id"], {base.id: base.name for base in region.bases}),
            "bailiffs": needed["bailiffs"],
            "own_bailiffs": needed["own_bailiffs"],
            "visits": needed["visits"],
            "hours": pd.Series([f"{clock(first)}–{clock(last)}" for first, last in spans], dtype="str"),
        }
    )


def ahead_lines(asked: Ahead, t: Translate) -> list[str]:
    """How many papers go where by when, and how many bailiff-days are asked for."""
    told = []
    for (goes_to, due), papers in asked.papers.groupby(["goes_to", "due"]):
        counts = papers["paper"].value_counts()
        named = "、".join(t("routes.paper", paper=t(f"paper.{name}"), count=count) for name, count in counts.items())
        told.append(t(f"ahead.{goes_to}", papers=named, due=f"{due:%Y-%m-%d}"))
    if len(asked.bailiffs):
        needed, first = asked.bailiffs, asked.bailiffs["ask_by"].min()
        told.append(
            t("ahead.bailiffs", count=needed["bailiffs"].sum(), days=asked.lead_days, first=f"{first:%Y-%m-%d}")
        )
    return told or [t("ahead.nothing")]


def ahead_warnings(asked: Ahead, t: Translate) -> list[str]:
    """What is too late already: a due date lies before today."""
    today = pd.Timestamp(asked.today)
    papers = int((asked.papers["due"] < today).sum())
    late = asked.bailiffs[asked.bailiffs["ask_by"] < today]
    said = {"papers_late": papers, "bailiffs_late": int(late["bailiffs"].sum())}
    return [t(f"ahead.{name}", count=count, today=f"{asked.today}") for name, count in said.items() if count]


def load_rows(view: PlanView, t: Translate) -> pd.DataFrame:
    """LOAD_TABLE with names and hours; the last row is the spread, most minus least."""
    numbers = view.load[list(LOAD_NUMBERS)].astype(int)
    for hours, minutes in LOAD_HOURS.items():
        numbers[hours] = (view.load[minutes] / MINUTES_PER_HOUR).astype(float).round(1)
    spread = (numbers.max() - numbers.min()).to_frame().T.astype(numbers.dtypes)
    rows = pd.concat([numbers, spread], ignore_index=True).round(1)
    rows.insert(0, "squad", [*_named(view.load["squad_id"], view.squad_names), t("load.spread")])
    return rows[["squad", "days_out", *LOAD_HOURS, *LOAD_NUMBERS[1:]]]


def _named(ids: pd.Series, names: dict[str, str]) -> pd.Series:
    """Names of ids; an id that the region no longer has stays as it is."""
    return ids.map(names).fillna(ids)
