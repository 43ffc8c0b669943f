"""A trial in sentences and rows, the same for the page and the command line."""

from collections.abc import Callable
from math import isfinite, log

import pandas as pd

from planner.model.trial import Trial
from planner.review.coin import LEAST_PAIRS, Answer
from planner.usecases.review_words import percent
from planner.usecases.trial import TrialTold, TrialWeek
from planner.usecases.trial_power import Visible

Translate = Callable[..., str]
LARGEST = log(3.0)
"""An effect beyond which "not even threefold" says it better."""


def trial_label(trial: Trial, t: Translate) -> str:
    """What tells a trial from others."""
    first, last = trial.pairs[0][0], trial.pairs[-1][1]
    return t("trial.label", first=first, last=last, pairs=len(trial.pairs), name=trial.name or trial.id)


def answer_line(told: TrialTold, t: Translate) -> str:
    """One sentence: what was counted and a verdict of three, or why there is none yet."""
    if told.answer is None:
        return t(f"trial.why_{told.why}", as_of=told.as_of, start=told.trial.pairs[0][0], complete=told.complete)
    return _counted(told, t) + _verdict(told, told.answer, t)


def _counted(told: TrialTold, t: Translate) -> str:
    more, less = told.cases
    said = {"as_of": told.as_of, "complete": told.complete, "more": f"{more:,}", "less": f"{less:,}"}
    if told.days is None:
        return t("trial.head", **said)
    rates = {"rate": f"{more / told.days[0]:.2f}", "other": f"{less / told.days[1]:.2f}"}
    return t("trial.head_days", **said, **rates, days=f"{told.days[0]:,}", other_days=f"{told.days[1]:,}")


def _verdict(told: TrialTold, answer: Answer, t: Translate) -> str:
    if not isfinite(answer.low):
        return t("trial.no_bounds", value=percent(answer.log_ratio), least=LEAST_PAIRS)
    said = {"value": percent(answer.log_ratio), "low": percent(answer.low), "high": percent(answer.high)}
    if not told.over:
        return t("trial.interim", complete=told.complete, pairs=len(told.trial.pairs), **said)
    return t(f"trial.verdict_{told.verdict}", **said)


def caveat_lines(told: TrialTold, t: Translate) -> list[str]:
    """What weakens the answer: weeks that departed from the coin, pairs that do not count, days not known."""
    lines = []
    if strayed := [week for week in told.weeks if week.obeyed is False and week.state != "ahead"]:
        lines.append(t("trial.strayed", weeks=_days(strayed), count=len(strayed)))
    lost = {state: [week for week in told.weeks if week.state == state] for state in ("missing", "holiday")}
    lines += [t(f"trial.lost_{state}", weeks=_days(weeks)) for state, weeks in lost.items() if weeks]
    if told.unknown_days:
        lines.append(t("trial.unknown_days", count=told.unknown_days))
    return lines


def way_line(told: TrialTold, t: Translate) -> str | None:
    """How the coins that fell compare with all the ways in which they could have; told at the end alone."""
    answer = told.answer
    if answer is None or not told.over:
        return None
    return t("trial.ways", ways=f"{answer.ways:,}", share=f"{answer.p:.1%}".replace("%", " %"))


def week_rows(told: TrialTold, t: Translate) -> pd.DataFrame:
    """One row a week, as text: week, drawn, plan in force, obeyed, counted, cases, officer-days."""
    rows = [
        (
            f"{week.monday:%Y-%m-%d}",
            t(f"trial.{week.drawn}"),
            "—" if week.spread is None else f"{t(f'spread.{week.spread}')} · {week.plan_id}",
            t("trial.unplanned" if week.obeyed is None else "trial.obeyed" if week.obeyed else "trial.not_obeyed"),
            t(f"trial.state_{week.state}"),
            "—" if week.counted is None else f"{week.counted:,}",
            "—" if week.officer_days is None else f"{week.officer_days:,}",
        )
        for week in told.weeks
    ]
    names = ("week", "drawn", "plan", "obeyed", "state", "cases", "days")
    return pd.DataFrame(rows, columns=[f"trial_{name}" for name in names])


def drawn_rows(trial: Trial, t: Translate) -> pd.DataFrame:
    """What the coin said, pair by pair, as text."""
    rows = [
        (str(number), *(f"{monday:%Y-%m-%d} {t(f'trial.{trial.drawn(monday)}')}" for monday in pair))
        for number, pair in enumerate(trial.pairs, 1)
    ]
    return pd.DataFrame(rows, columns=["trial_pair", "trial_first", "trial_second"])


def curve_rows(curve: pd.DataFrame) -> pd.DataFrame:
    """pairs, weeks, power; as text."""
    return pd.DataFrame(
        {
            "trial_pairs": [f"{pairs}" for pairs in curve["pairs"]],
            "trial_weeks": [f"{2 * pairs}" for pairs in curve["pairs"]],
            "trial_power": [_percent(share) for share in curve["power"]],
        }
    )


def power_line(power: float, smallest: float | None, effect: float, pairs: int, t: Translate) -> str:
    """What a trial of so many pairs would find."""
    return t(
        "trial.power", pairs=pairs, weeks=2 * pairs, power=_percent(power), effect=percent(effect),
        smallest=change(smallest, t),
    )  # fmt: skip


def visible_lines(seen: Visible, t: Translate) -> list[str]:
    """The smallest effect a sweep could show, by the time one waits."""
    if seen.why:
        return [t(f"trial.blind_{seen.why}", as_of=seen.as_of)]
    return [t("trial.visible", weeks=weeks, value=change(effect, t)) for weeks, effect in seen.smallest]


def change(effect: float | None, t: Translate) -> str:
    """A smallest log effect as people say it."""
    return t("trial.beyond") if effect is None or effect > LARGEST else percent(effect)


def again_line(trial: Trial, t: Translate) -> str:
    """How anybody draws the same again."""
    first = trial.pairs[0][0]
    digit = "even" if trial.drawn(first) == "concentrate" else "odd"
    return t("trial.again", seed=trial.seed, week=first, text=f"{trial.seed}:{first}", fell=t(f"trial.{digit}"))


def _days(weeks: list[TrialWeek]) -> str:
    return "、".join(f"{week.monday:%Y-%m-%d}" for week in weeks)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
