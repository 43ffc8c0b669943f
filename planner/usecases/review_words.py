"""A review in sentences and rows, the same for the page, the command line and print."""

from collections.abc import Callable
from math import exp, expm1

import pandas as pd

from planner.usecases.review import Review
from planner.usecases.sweeps import Judged

Translate = Callable[..., str]
CERTAIN_FALL = 0.03
"""A rebound smaller than this is not worth a sentence."""


def percent(log_ratio: float) -> str:
    """A log ratio as a change: +12 %."""
    return f"{expm1(log_ratio):+.0%}".replace("%", " %")


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


def extra_line(told: Review, t: Translate) -> str | None:
    """The county as a whole per officer-day."""
    days = told.sweep.officer_days
    if told.extra is None or not days:
        return None
    return t("review.extra", extra=f"{told.extra:+,.0f}", days=f"{days:,}", each=f"{told.extra / days:+.2f}")


def smallest_line(told: Review, t: Translate) -> str | None:
    """What the next such sweep would have to bring to be seen."""
    return None if told.smallest is None else t("review.smallest", value=f"{exp(told.smallest) - 1:.0%}")


def window_rows(told: Review, t: Translate) -> pd.DataFrame:
    """weeks_over, effect, interval, verdict; as text."""
    rows = [(t("review.weeks_over", weeks=weeks), *_cells(judged, t)) for weeks, judged in told.windows]
    return pd.DataFrame(rows, columns=["weeks_over", "effect", "review_interval", "verdict"])


def measure_rows(told: Review, t: Translate) -> pd.DataFrame:
    """measure, effect, interval, holm; as text. The primary one first."""
    rows = []
    for measure, judged in told.measures:
        effect, interval, _ = _cells(judged, t)
        rows.append((t(f"measure.{measure}"), effect, interval, "—" if judged.holm is None else f"{judged.holm:.2f}"))
    return pd.DataFrame(rows, columns=["measure", "effect", "review_interval", "holm"])


def _cells(judged: Judged, t: Translate) -> tuple[str, str, str]:
    effect = judged.effect
    if effect is None:
        return "—", "—", t(f"review.short_{judged.why}")
    interval = f"{percent(effect.low)} … {percent(effect.high)}"
    return percent(effect.log_ratio), interval, t(f"review.short_{effect.verdict}")
