"""A review in sentences and rows, the same for the page, the command line and print."""

from collections.abc import Callable, Mapping
from math import expm1

import pandas as pd

from planner.review.compare import LEVEL
from planner.review.indicators import Share
from planner.usecases.indicator_words import indicator_name
from planner.usecases.review import Review
from planner.usecases.sweeps import DoneSweep, Judged

Translate = Callable[..., str]
LARGEST_SHOWN = 5
LEAST_P = 0.01
"""Smaller p values are not told apart."""

CERTAIN_FALL = 0.03
"""A rebound smaller than this is not worth a sentence."""


def percent(log_ratio: float) -> str:
    """A log ratio as a change: +12 %, its sign never on another line than its number."""
    return f"{expm1(log_ratio):+.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def sweep_label(sweep: DoneSweep, names: Mapping[str, str], t: Translate) -> str:
    """What tells a sweep that was done from the others: its week and where it went; ``names``: by code."""
    return t("review.label", week=sweep.week_start, townships="、".join(names[code] for code in sweep.townships))


def verdict_line(told: Review, t: Translate) -> str:
    """One sentence with the number and a verdict of three, or why there is none yet."""
    effect = told.primary.effect
    if effect is None:
        return t(f"review.why_{told.primary.why}", as_of=told.as_of, weeks=told.weeks)
    said = {"value": percent(effect.log_ratio), "low": percent(effect.low), "high": percent(effect.high)}
    head = t(
        "review.head", weeks=told.weeks, as_of=told.as_of, counted=f"{effect.counted:,.0f}",
        expected=f"{effect.expected * effect.others_ratio:,.0f}",
    )  # fmt: skip
    return head + t(f"review.verdict_{effect.verdict}", **said)


def caveat_lines(told: Review, t: Translate) -> list[str]:
    """What weakens the answer."""
    codes = list(told.primary.effect.caveats) if told.primary.effect else []
    lines = [t(f"caveat.{code}") for code in codes]
    if told.left_out:
        lines.append(t("review.left_out", count=len(told.left_out), names="、".join(told.left_out)))
    if told.aside:
        lines.append(t("review.aside", count=len(told.aside), names="、".join(told.aside)))
    if told.missing:
        lines.append(t("review.missing", weeks="、".join(f"{day:%Y-%m-%d}" for day in told.missing)))
    return lines


def before_lines(told: Review, t: Translate) -> list[str]:
    """What plain before/after would have said, and how much of it comes back by itself."""
    lines = []
    if told.before_after is not None:
        lines.append(t("review.before_after", value=percent(told.before_after)))
    if told.rebound is not None and abs(told.rebound) >= CERTAIN_FALL:
        lines.append(t("review.rebound", value=percent(told.rebound)))
    return lines


def rank_line(told: Review, t: Translate) -> str | None:
    """How far out the true choice of townships stands among all."""
    effect = told.primary.effect
    if effect is None:
        return None
    return t("review.rank", rank=effect.rank, choices=f"{effect.choices:,}", level=f"{LEVEL:.0%}")


def near_lines(told: Review, t: Translate) -> list[str]:
    """Neighbours against far townships, as a ratio and in cases."""
    lines, near = [], told.near.effect
    if near:
        lines.append(t("review.near", value=percent(near.log_ratio), low=percent(near.low), high=percent(near.high)))
    if told.drawn:
        drawn = {name: f"{getattr(told.drawn, name):+,.1f}" for name in ("value", "low", "high")}
        lines.append(t("review.drawn", **drawn))
    return lines


def largest_line(told: Review, t: Translate) -> str | None:
    """Whose money was capped, by case number, the largest first."""
    shown = "、".join(told.largest[:LARGEST_SHOWN])
    return t("review.largest", count=len(told.largest), cases=shown) if shown else None


def effort_rows(told: Review, t: Translate) -> list[tuple[str, str]]:
    """What was done, (label, value); empty where nobody reported."""
    done = told.effort
    if not done.visits:
        return []
    rows = [(t("review.visits"), done.visits), (t("review.found"), done.found)]
    rows += [(t(f"outcome.{kind}"), done.kinds.get(kind, 0)) for kind in ("summoned", "detained", "fined")]
    return [(label, f"{value:,}") for label, value in rows]


def extra_line(told: Review, t: Translate) -> str | None:
    """The county as a whole per officer-day."""
    days = told.sweep.officer_days
    if told.extra is None or not days:
        return None
    return t("review.extra", extra=f"{told.extra:+,.0f}", days=f"{days:,}", each=f"{told.extra / days:+.2f}")


def smallest_line(told: Review, t: Translate) -> str | None:
    """What the next such sweep would have to bring to be seen."""
    return None if told.smallest is None else t("review.smallest", value=percent(told.smallest).lstrip("+"))


def window_rows(told: Review, t: Translate) -> pd.DataFrame:
    """weeks_over, effect, interval, verdict; as text."""
    rows = [(t("review.weeks_over", weeks=weeks), *_cells(judged, t)) for weeks, judged in told.windows]
    return pd.DataFrame(rows, columns=["weeks_over", "effect", "review_interval", "verdict"])


def measure_rows(told: Review, t: Translate) -> pd.DataFrame:
    """measure, effect, interval, holm; as text. The primary one first."""
    rows = []
    for measure, judged in told.measures:
        effect, interval, _ = _cells(judged, t)
        rows.append((t(f"measure.{measure}"), effect, interval, _p(judged.holm)))
    return pd.DataFrame(rows, columns=["measure", "effect", "review_interval", "holm"])


def _p(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.2f}" if value >= LEAST_P else f"< {LEAST_P}"


def rate_rows(told: Review, t: Translate) -> pd.DataFrame:
    """indicator, rate_who, window_rate, year_before_rate; as text."""
    rows = [
        (indicator_name(rate.spec, t), t(f"review.who_{rate.who}"), _share(rate.now), _share(rate.before))
        for rate in told.rates
    ]
    return pd.DataFrame(rows, columns=["indicator", "rate_who", "window_rate", "year_before_rate"])


def _share(share: Share) -> str:
    if not share.denominator:
        return f"{share.numerator} ÷ 0"
    value = f"{100 * share.numerator / share.denominator:.1f} %"
    return f"{value} = {share.numerator:,} ÷ {share.denominator:,} [{100 * share.low:.0f}, {100 * share.high:.0f}]"


def _cells(judged: Judged, t: Translate) -> tuple[str, str, str]:
    effect = judged.effect
    if effect is None:
        return "—", "—", t(f"review.short_{judged.why}")
    interval = f"{percent(effect.low)} … {percent(effect.high)}"
    return percent(effect.log_ratio), interval, t(f"review.short_{effect.verdict}")
