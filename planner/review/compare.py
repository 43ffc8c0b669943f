"""Did a sweep work? Counts of swept townships against what would have been expected, and how sure that is.

The effect is the log ratio of ratios: of counted to expected (:mod:`planner.review.baseline`) in swept townships, over
the same in the others, so that what moved the whole county cancels (Wilson, J Exp Criminol 2022, for ratios of counts).
The verdict comes from an exact permutation: every choice of as many townships could have been the swept one, each
statistic divided by its own standard error (Janssen, Stat Probab Lett 36, 1997: studentised permutations hold where
variances differ), and the interval holds the effects that the permutation does not refuse. Several sweeps are pooled
by their precision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from planner.review.baseline import FULL_HISTORY, LEAST_HISTORY, Baseline, Counts, Flags, Floats, learn

WINDOWS = (1, 4, 13)
"""Weeks after the start of a sweep: at once, a month, a quarter (work that was only brought forward shows here)."""

MOST_CHOICES = 20_000
"""Choices of townships that are all tried; beyond, so many are drawn."""

LEAST_EXPECTED = 5.0
"""Counts expected in swept townships below which the answer rests on little and says so."""

LEVEL = 0.95
WIDEST = 4.0
"""Log effects beyond this are not told apart."""


@dataclass(frozen=True)
class Effect:
    """``log_ratio``: log of the ratio of ratios, with its ``low`` and ``high`` at 95 % and its standard error.

    ``p``: share of all choices of townships whose statistic is as far out; ``rank`` of ``choices`` from the top.
    ``counted`` and ``expected``: in swept townships; ``others_ratio``: counted over expected in the others.
    ``caveats``: codes of the catalogue ``caveat.<code>``.
    """

    log_ratio: float
    low: float
    high: float
    error: float
    p: float
    rank: int
    choices: int
    counted: float
    expected: float
    others_ratio: float
    caveats: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        if self.p > 1 - LEVEL + 1e-12:
            return "cannot_tell"
        return "more" if self.log_ratio > 0 else "less"


@dataclass(frozen=True)
class Sweep:
    """One sweep to be judged.

    Attributes:
        counts: (weeks, n) by township; swept: (n,); start: its first week; weeks: of the window.
        touched: (weeks, n) weeks in which a township stood under another sweep.
    """

    counts: Counts
    swept: Flags
    start: int
    weeks: int
    touched: Flags | None = None


def compare(sweep: Sweep, seed: int = 0) -> Effect:
    """One sweep's effect.

    Raises:
        ValueError: less than a year before it, no week after it, or nobody or everybody swept.
    """
    return pool([sweep], seed)


def pool(sweeps: Sequence[Sweep], seed: int = 0) -> Effect:
    """Several sweeps of one county as one effect, each weighed by its precision; one is a pool, too."""
    cases = [_prepared(sweep, seed) for sweep in sweeps]
    weights = np.array([1 / case.errors[0] ** 2 for case in cases])
    weights = weights / weights.sum()
    estimate = float(sum(w * case.ratios[0] for w, case in zip(weights, cases, strict=True)))
    error = float(np.sqrt(sum(w**2 * case.errors[0] ** 2 for w, case in zip(weights, cases, strict=True))))
    picks = _picks(cases, seed)
    p, rank = _placed(cases, picks, 0.0)
    low, high = _interval(cases, picks, estimate, error)
    counted = sum(float(case.seen[case.choices[0]].sum()) for case in cases)
    expected = sum(float(case.told[case.choices[0]].sum()) for case in cases)
    others = [case.others_ratio for case in cases]
    caveats = sorted({code for case in cases for code in case.caveats} | _few(expected))
    return Effect(
        estimate, low, high, error, p, rank, len(picks), counted, expected, float(np.mean(others)), tuple(caveats)
    )


def expected_path(sweep: Sweep) -> tuple[Floats, Floats, Floats]:
    """Per week of the window and township: what was to be expected, and its lower and upper end at 90 %."""
    base = learn(sweep.counts, sweep.start, sweep.weeks, sweep.touched)
    told = np.tile(base.expected(sweep.counts, sweep.start, sweep.touched), (sweep.weeks, 1))
    half = 1.645 * np.sqrt(base.counting(np.maximum(told, 0.1), 1) + base.spread * told**2)
    return told, np.maximum(told - half, 0.0), told + half


def smallest_effect(sweep: Sweep, power: float = 0.8) -> float:
    """The smallest true log effect that a sweep of these townships would show with this probability.

    From the standard error under the baseline: (z of the level + z of the power) standard errors (Bloom 1995).
    """
    from scipy.stats import norm

    case = _prepared(sweep, 0, planned=True)
    return float((norm.ppf((1 + LEVEL) / 2) + norm.ppf(power)) * case.errors[0])


@dataclass(frozen=True)
class _Case:
    """A sweep ready to be permuted. ``choices``: (c, k) township numbers, the swept ones first. ``ratios`` and
    ``errors``: of every choice as it was counted; ``seen`` and ``told``: (n,) counted and expected."""

    choices: npt.NDArray[np.int64]
    seen: Floats
    told: Floats
    base: Baseline
    swept: Flags
    weeks: int
    others_ratio: float
    caveats: tuple[str, ...]

    def statistics(self, effect: float) -> tuple[Floats, Floats]:
        """(c,) log ratios and their errors after a supposed log effect is taken out of the swept townships.

        The log of a level that wanders lies half its variance below the log of its mean; that is put back.
        """
        scale = np.where(self.swept, np.exp(-effect), 1.0)
        seen, told = self._split(self.seen * scale), self._split(self.told)
        wander = [part / (mean + 0.5) ** 2 for part, mean in zip(self._split(self._wander()), told, strict=True)]
        counting = [
            part / (mean + 0.5) ** 2 for part, mean in zip(self._split(self._counting(scale)), told, strict=True)
        ]
        inside, rest = (
            np.log((counted + 0.5) / (mean + 0.5)) + half / 2
            for counted, mean, half in zip(seen, told, wander, strict=True)
        )
        return inside - rest, np.sqrt(sum(wander) + sum(counting))

    def _split(self, of: Floats) -> tuple[Floats, Floats]:
        """(c,) sums over the chosen townships and over the others."""
        inside = of[self.choices].sum(axis=1)
        return inside, of.sum() - inside

    def _wander(self) -> Floats:
        return self.base.spread * self.told**2

    def _counting(self, scale: Floats) -> Floats:
        """Delta method, from what was expected and not from what was seen: a small count is not sure of itself."""
        base = self.base
        return base.counting(self.told, self.weeks) * (scale + base.noise(self.weeks))

    @property
    def ratios(self) -> Floats:
        return self.statistics(0.0)[0]

    @property
    def errors(self) -> Floats:
        return self.statistics(0.0)[1]


def _prepared(sweep: Sweep, seed: int, planned: bool = False) -> _Case:
    counts, start, n = sweep.counts, sweep.start, sweep.counts.shape[1]
    swept = np.asarray(sweep.swept, bool)
    if start < LEAST_HISTORY or not 0 < swept.sum() < n or (not planned and start + sweep.weeks > len(counts)):
        raise ValueError(f"start {start}, weeks {sweep.weeks} of {len(counts)}, swept {int(swept.sum())} of {n}")
    base = learn(counts, start, sweep.weeks, sweep.touched)
    told = np.maximum(base.expected(counts, start, sweep.touched) * sweep.weeks, 1e-3)
    seen = told.copy() if planned else counts[start : start + sweep.weeks].sum(axis=0).astype(float)
    others = float(seen[~swept].sum() / told[~swept].sum())
    caveats = [] if start >= FULL_HISTORY else ["short_history"]
    if base.origins == 0:
        caveats.append("nothing_learnt")
    if sweep.touched is not None and sweep.touched[:start, swept].any():
        caveats.append("treated_before")
    return _Case(_choices(swept, seed), seen, told, base, swept, sweep.weeks, others, tuple(caveats))


def _choices(swept: Flags, seed: int) -> npt.NDArray[np.int64]:
    """All choices of as many townships, the swept one first; drawn where there are too many."""
    n, k = len(swept), int(swept.sum())
    mine = np.flatnonzero(swept)
    if comb(n, k) <= MOST_CHOICES:
        every = np.array(list(combinations(range(n), k)))
        own = np.flatnonzero((every == mine).all(axis=1))[0]
        every[[0, own]] = every[[own, 0]]
        return every
    rng = np.random.default_rng(seed)
    drawn = np.argsort(rng.random((MOST_CHOICES - 1, n)), axis=1)[:, :k]
    return np.concatenate([mine[None, :], np.sort(drawn, axis=1)])


def _picks(cases: Sequence[_Case], seed: int) -> npt.NDArray[np.int64]:
    """(draws, sweeps) numbers of choices, the true ones first: all of them for one sweep, drawn for several."""
    if len(cases) == 1:
        return np.arange(len(cases[0].choices))[:, None]
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(0, len(case.choices), MOST_CHOICES // 4) for case in cases]
    return np.concatenate([np.zeros((1, len(cases)), np.int64), np.column_stack(drawn)])


def _placed(cases: Sequence[_Case], picks: npt.NDArray[np.int64], effect: float) -> tuple[float, int]:
    """Share of choices as far out as the true one, and its rank, once an effect is taken out."""
    top, bottom = np.zeros(len(picks)), np.zeros(len(picks))
    for number, case in enumerate(cases):
        ratios, errors = case.statistics(effect)
        weights = 1 / errors[picks[:, number]] ** 2
        top += weights * ratios[picks[:, number]]
        bottom += weights
    statistic = np.abs(top / np.sqrt(bottom))
    rank = int((statistic >= statistic[0] - 1e-9).sum())
    return rank / len(picks), rank


def _interval(
    cases: Sequence[_Case], picks: npt.NDArray[np.int64], estimate: float, error: float
) -> tuple[float, float]:
    """The effects that the permutation does not refuse, to a thousandth, outwards from the estimate."""
    return _edge(cases, picks, estimate, -error), _edge(cases, picks, estimate, error)


def _edge(cases: Sequence[_Case], picks: npt.NDArray[np.int64], estimate: float, step: float) -> float:
    """From the estimate step by step to what is refused, then halved."""
    inside, outside = estimate, estimate + step
    while _placed(cases, picks, outside)[0] > 1 - LEVEL:
        inside, outside = outside, outside + step
        if abs(outside) > WIDEST:
            return float(np.copysign(WIDEST, step))
    while abs(outside - inside) > 1e-3:
        middle = (inside + outside) / 2
        if _placed(cases, picks, middle)[0] > 1 - LEVEL:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def _few(expected: float) -> set[str]:
    return {"small_counts"} if expected < LEAST_EXPECTED else set()
