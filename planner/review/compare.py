"""Did a sweep work? Counts of swept townships against what would have been expected, and how sure that is.

A learnt baseline: the level to be expected of a township is its mean of 52 weeks, pulled a share b towards its last
quarter, and kept by a share a only from the county's mean; a and b are learnt from past quarters without sweeps, so
that what was high by chance, in a quarter or in a year, is expected to fall back. The
effect is the log ratio of ratios: of counted to expected in swept townships, over the same in the others, so that
what moved the whole county cancels (Wilson, J Exp Criminol 2022, for ratios of counts). The verdict comes from an
exact permutation: every choice of as many townships could have been the swept one, each statistic divided by its own
standard error (Janssen, Stat Probab Lett 36, 1997: studentised permutations hold where variances differ), and the
interval holds the effects that the permutation does not refuse. Several sweeps are pooled by their precision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

YEAR, QUARTER = 52, 13
WINDOWS = (1, 4, 13)
"""Weeks after the start of a sweep: at once, a month, a quarter (work that was only brought forward shows here)."""

FULL_HISTORY = 91
"""Weeks before the sweep from which on the baseline is learnt and not rough: a year and three quarters."""

LEAST_HISTORY = YEAR
MOST_CHOICES = 20_000
"""Choices of townships that are all tried; beyond, so many are drawn."""

LEAST_EXPECTED = 5.0
"""Counts expected in swept townships below which the answer rests on little and says so."""

VERDICTS = ("more", "less", "cannot_tell")
LEVEL = 0.95
GUESS = np.array([1.0, 0.5])
PRIOR_QUARTERS, PRIOR_KEEP = 1.0, 0.05
"""How many quarters' worth the starting guess of (a, b) weighs against what is learnt, and how much less that of a."""

WIDEST = 4.0
"""Log effects beyond this are not told apart."""


@dataclass(frozen=True)
class Baseline:
    """``keep``: a. ``pull``: b. ``spread``: variance of a township's level from quarter to quarter, relative to it,
    beyond chance in counting. ``dispersion``: variance of weekly counts over their mean. ``quarters``: past quarters
    it was learnt from."""

    keep: float
    pull: float
    spread: float
    dispersion: float
    quarters: int


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
        before: (weeks,) weeks that belong to earlier sweeps and teach nothing.
    """

    counts: Counts
    swept: Flags
    start: int
    weeks: int
    before: Flags | None = None


def learn(counts: Counts, start: int, weeks: int = QUARTER, before: Flags | None = None) -> Baseline:
    """The baseline from quarters that end before ``start`` and hold no sweep.

    Args:
        counts: (weeks, n). weeks: length of the window that is to be foretold.
    """
    found = [
        origin
        for origin in range(start - weeks, LEAST_HISTORY - 1, -QUARTER)
        if before is None or not before[origin - QUARTER : origin + weeks].any()
    ]
    if not found:
        return Baseline(float(GUESS[0]), float(GUESS[1]), 0.02, 1.0, 0)
    parts = [(*_levels(counts, origin), counts[origin : origin + weeks].sum(axis=0)) for origin in found]
    weights = _weights(parts)
    ratios, expected = [], []
    for year, quarter, seen in parts:
        told = _expected(year, quarter, weights) * weeks
        told = told * (seen.sum() / told.sum()) if told.sum() and seen.sum() else told
        ratios.append(seen - told)
        expected.append(told)
    rest, mean = np.concatenate(ratios), np.maximum(np.concatenate(expected), 0.5)
    dispersion = _dispersion(counts, start)
    # Method of moments: Var(seen) = dispersion * mean + spread * mean^2.
    spread = float(((rest**2 - dispersion * mean) / mean**2 * mean).sum() / mean.sum())
    return Baseline(*weights, max(spread, 0.0), dispersion, len(found))


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
    base = learn(sweep.counts, sweep.start, sweep.weeks, sweep.before)
    told = np.tile(_expected(*_levels(sweep.counts, sweep.start), (base.keep, base.pull)), (sweep.weeks, 1))
    half = 1.645 * np.sqrt(base.dispersion * np.maximum(told, 0.1) + base.spread * told**2)
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
    others_ratio: float
    caveats: tuple[str, ...]

    def statistics(self, effect: float) -> tuple[Floats, Floats]:
        """(c,) log ratios and their errors after a supposed log effect is taken out of the swept townships."""
        seen = np.where(self.swept, self.seen * np.exp(-effect), self.seen)
        inside, wanted = seen[self.choices].sum(axis=1), self.told[self.choices].sum(axis=1)
        ratios = np.log((inside + 0.5) / (wanted + 0.5)) - np.log(
            (seen.sum() - inside + 0.5) / (self.told.sum() - wanted + 0.5)
        )
        scale = np.where(self.swept, np.exp(-effect), 1.0)
        return ratios, self._errors(scale)

    def _errors(self, scale: Floats) -> Floats:
        """Delta method, from what was expected and not from what was seen: a small count is not sure of itself."""
        variance = self.base.dispersion * self.told * scale**2 + self.base.spread * self.told**2
        inside, wanted = variance[self.choices].sum(axis=1), self.told[self.choices].sum(axis=1)
        rest, others = variance.sum() - inside, self.told.sum() - wanted
        errors: Floats = np.sqrt(inside / (wanted + 0.5) ** 2 + rest / (others + 0.5) ** 2)
        return errors

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
    base = learn(counts, start, sweep.weeks, sweep.before)
    told = np.maximum(_expected(*_levels(counts, start), (base.keep, base.pull)) * sweep.weeks, 1e-3)
    seen = told.copy() if planned else counts[start : start + sweep.weeks].sum(axis=0).astype(float)
    others = float(seen[~swept].sum() / told[~swept].sum())
    caveats = [] if start >= FULL_HISTORY else ["short_history"]
    if base.quarters == 0:
        caveats.append("nothing_learnt")
    return _Case(_choices(swept, seed), seen, told, base, swept, others, tuple(caveats))


def _levels(counts: Counts, origin: int) -> tuple[Floats, Floats]:
    """(n,) mean counts a week over the year, and over the quarter, before a week."""
    return counts[origin - YEAR : origin].mean(axis=0), counts[origin - QUARTER : origin].mean(axis=0)


def _expected(year: Floats, quarter: Floats, base: tuple[float, float]) -> Floats:
    """(n,) counts a week: the year's level, drawn towards the county's mean and pulled towards the last quarter."""
    keep, pull = base
    mean = year.mean()
    moved = quarter.sum() / max(float(year.sum()), 1e-9)
    now: Floats = mean + keep * (year - mean) + pull * (quarter / max(moved, 1e-9) - year)
    floored: Floats = np.maximum(now, 0.1 * year)
    return floored


def _weights(parts: Sequence[tuple[Floats, Floats, Counts]]) -> tuple[float, float]:
    """(a, b) by least squares, each township weighed by its level, drawn to (1, 1/2) where little is learnt.

    Within a quarter the county's own movement is taken out first.
    """
    matrix, right = np.zeros((2, 2)), np.zeros(2)
    for year, quarter, seen in parts:
        total, weight = max(float(year.sum()), 1e-9), 1 / np.maximum(year, 0.02)
        level = year - year.mean()
        change = quarter * (total / max(float(quarter.sum()), 1e-9)) - year
        became = seen * (total / max(float(seen.sum()), 1e-9)) - year.mean()
        columns = np.stack([level, change])
        matrix += (columns * weight) @ columns.T
        right += (columns * weight) @ became
    prior = np.diag(np.diag(matrix)) * (PRIOR_QUARTERS / len(parts)) * np.array([PRIOR_KEEP, 1.0]) + 1e-9 * np.eye(2)
    keep, pull = np.linalg.solve(matrix + prior, right + prior @ GUESS)
    return float(np.clip(keep, 0.0, 1.0)), float(np.clip(pull, 0.0, 1.0))


def _dispersion(counts: Counts, start: int) -> float:
    """Variance over mean of weekly counts within quarters, not below one (Pearson)."""
    last = counts[max(0, start - FULL_HISTORY) : start]
    quarters = last[len(last) % QUARTER :].reshape(-1, QUARTER, last.shape[1])
    means = quarters.mean(axis=1)
    known = means > 0.05
    if not known.any():
        return 1.0
    return max(1.0, float((quarters.var(axis=1, ddof=1)[known]).sum() / means[known].sum()))


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
