"""A campaign in sentences and rows, the same for the page, the command line and print."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from planner.model.campaign import Campaign, Promise
from planner.usecases.campaign_progress import CampaignState, Path, SweepState
from planner.usecases.figures import yuan
from planner.usecases.indicator_words import indicator_name
from planner.usecases.review_words import verdict_line

Translate = Callable[..., str]
Names = Mapping[str, str]
Row = dict[Any, Any]
MARKS = {"to_plan": "○", "planned": "◔", "adopted": "◑", "under_way": "◕", "over": "●", "missed": "✕"}
"""A sweep's state as a sign: told apart by its shape, not by colour."""

EFFORT = ("summoned", "detained", "fined")


MOST_NAMED = 5


def names_of(codes: tuple[str, ...], names: Names) -> str:
    """A code that the region no longer has stands for itself."""
    return "、".join(names.get(code, code) for code in codes)


def promise_lines(campaign: Campaign, t: Translate) -> list[str]:
    """What the choice of all sweeps together is worth beside other ways."""
    told = campaign.promise
    return [
        t(
            "campaign.promise", points=f"{told.together:,.0f}", as_of=campaign.as_of,
            gap=f"{max(0.0, told.bound / max(told.together, 1.0) - 1):.1%}",
        ),
        t("campaign.greedy_fails") if told.greedy is None
        else t("campaign.beside_greedy", gain=_gain(told, told.greedy), points=f"{told.greedy:,.0f}"),
        t("campaign.beside_hottest", gain=_gain(told, told.hottest), points=f"{told.hottest:,.0f}"),
        t("campaign.beside_spread", gain=_gain(told, told.spread), points=f"{told.spread:,.0f}"),
    ]  # fmt: skip


def rule_line(campaign: Campaign, t: Translate) -> str:
    rules = campaign.rules
    return t(
        "campaign.rules", townships=rules.townships, rest=rules.rest_weeks, most=rules.most,
        hot=f"{rules.hot:.0%}", left=f"{rules.left:.0%}",
    )  # fmt: skip


def sweep_rows(told: CampaignState, names: Names, t: Translate) -> pd.DataFrame:
    """week, townships, state, plan, visits, found, verdict; as text."""
    rows = [
        (
            f"{one.sweep.week_start}",
            names_of(one.sweep.townships, names),
            f"{MARKS[one.state]} {t(f'campaign.state_{one.state}')}",
            one.plan.plan_id if one.plan else "—",
            f"{one.effort.visits:,} / {one.planned:,}" if one.plan else "—",
            f"{one.effort.found:,}" if one.effort.visits else "—",
            verdict_of(one, t),
        )
        for one in told.sweeps
    ]
    columns = ["sweep_week", "sweep_townships", "sweep_state", "sweep_plan", "sweep_visits", "sweep_found", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def verdict_of(one: SweepState, t: Translate) -> str:
    """The review's sentence, or why there is none."""
    return verdict_line(one.review, t) if one.review else t(f"campaign.verdict_{one.state}")


def elsewhere_lines(told: CampaignState, names: Names, t: Translate) -> list[str]:
    """What the plans do otherwise than the campaign says, and townships that are gone."""
    lines = [
        t("campaign.elsewhere", week=one.sweep.week_start, names=_few_of(one.elsewhere, names, t))
        for one in told.sweeps
        if one.elsewhere
    ]
    if told.gone:
        lines.append(t("campaign.gone", codes="、".join(told.gone)))
    return lines


def _few_of(codes: tuple[str, ...], names: Names, t: Translate) -> str:
    if len(codes) <= MOST_NAMED:
        return names_of(codes, names)
    return t("campaign.and_more", names=names_of(codes[:MOST_NAMED], names), count=len(codes))


def path_line(path: Path, t: Translate) -> str:
    """One sentence: where the indicator is, where the path is, and the verdict."""
    last = path.points.iloc[-1]
    said = {
        "name": indicator_name(path.spec, t), "value": share(last["value"]),
        "target": share(path.target.value), "by": path.target.by, "as_of": f"{last['day']:%Y-%m-%d}",
        "path": share(last["path"]), "made_of": made_of(last, path.spec.unit, t), "first": share(path.first),
    }  # fmt: skip
    why = t(f"campaign.why_{path.why}") if path.why else ""
    return t("campaign.path", **said) + t(f"campaign.path_{path.verdict}") + why


def path_rows(path: Path, t: Translate) -> pd.DataFrame:
    """day, value, interval, path, made of; as text, the newest first."""
    rows = [
        (
            f"{row['day']:%Y-%m-%d}", share(row["value"]), _interval(row), share(row["path"]),
            made_of(row, path.spec.unit, t),
        )
        for row in path.points.to_dict("records")[::-1]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["path_day", "indicator_value", "path_interval", "path_line", "made_of"])


def task_rows(told: CampaignState, t: Translate) -> pd.DataFrame:
    """id, task_unit, task_what, task_due, task_state; as text, what is overdue first, then by day; done ones last."""
    tasks = sorted(told.campaign.tasks, key=lambda task: (task.done_on is not None, task.due))
    rows = [(task.id, task.unit, task.what, f"{task.due}", task_state(task.due, task.done_on, told.today, t))
            for task in tasks]  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "task_unit", "task_what", "task_due", "task_state"])


def task_state(due: date, done_on: date | None, today: date, t: Translate) -> str:
    if done_on is not None:
        return t("campaign.task_done" if done_on <= due else "campaign.task_done_late", day=done_on)
    left = (due - today).days
    if left < 0:
        return t("campaign.task_overdue", days=-left)
    return t("campaign.task_open", days=left)


def township_rows(told: CampaignState, names: Names, t: Translate) -> pd.DataFrame:
    """name, p_top, last, next, times; as text, the hottest first."""
    never = t("campaign.never")
    rows = [
        (
            names.get(one.code, one.code),
            "—" if one.p_top is None else f"{one.p_top:.0%}",
            f"{one.last}" if one.last else never,
            f"{one.next}" if one.next else "—",
            f"{one.times}",
        )
        for one in told.townships
    ]
    return pd.DataFrame(rows, columns=["name", "p_top_now", "last_swept", "next_swept", "times"])


def effort_line(told: list[SweepState], t: Translate) -> str:
    """Visits, found, money, and the force that was used: effort, not success."""
    kinds = "、".join(
        t("campaign.effort_kind", kind=t(f"outcome.{kind}"), count=sum(one.effort.kinds.get(kind, 0) for one in told))
        for kind in EFFORT
    )
    return t(
        "campaign.effort", visits=f"{sum(one.effort.visits for one in told):,}",
        found=f"{sum(one.effort.found for one in told):,}", kinds=kinds,
        yuan=yuan(sum(one.effort.paid_fen for one in told)),
    )  # fmt: skip


def share(value: float | None) -> str:
    return "—" if value is None or pd.isna(value) else f"{100 * value:.1f} %"


def made_of(row: "Row | pd.Series[Any]", unit: str, t: Translate) -> str:
    above, below = int(row["numerator"]), int(row["denominator"])
    if unit == "cases":
        return t("indicator.cases", above=f"{above:,}", below=f"{below:,}")
    return t("indicator.yuan", above=yuan(above), below=yuan(below))


def _interval(row: Row) -> str:
    return "—" if pd.isna(row["low"]) else f"{share(row['low'])} … {share(row['high'])}"


def _gain(told: Promise, other: float) -> str:
    return f"{told.together / other - 1:+.1%}" if other else "—"
