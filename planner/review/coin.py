"""Concentrate or spread? Weeks decided by a coin, what they could show before, and what they showed after.

In each pair of weeks that follow each other a coin says which of the two concentrates. What moves the county, a
season, a slow rise, a creditor with a hundred cases, meets both weeks alike or is as likely to meet one as the other;
the coin alone is what the test rests on (Fisher, The Design of Experiments, 1935). Compared is the county as a whole
per officer-day, so that work drawn away from other townships counts against the sweep.

Per pair: the log ratio of cases per officer-day, concentrated over spread. The statistic weighs each pair by its
precision and bounds what a single pair can say (Huber's score, as Maritz, J R Stat Soc B 41, 1979, for pairs): a week
in which a holiday's work was booked does not decide. Its p value is the share of all ways in which the coins could
have fallen that give as much; the interval holds the effects that this test does not refuse. Analysed as drawn.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from planner.review.compare import LEVEL, WIDEST

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

LEAST_PAIRS = 6
"""Pairs below which p <= 0.05 is out of reach however they come out: 2 / 2^6 = 0.03, 2 / 2^5 = 0.06."""

LEAST_ESTIMATE = 2
"""Complete pairs below which not even an estimate is given."""

ALL_TRIED = 14
"""Pairs up to which every way the coins could fall is tried, 2^14; beyond, so many ways are drawn."""

POWER_TRIED = 10
"""The same for power, where the test is asked hundreds of times."""

SCORE_BOUND = 1.5
"""Median distances from nothing beyond which a pair says no more."""


@dataclass(frozen=True)
class Pairs:
    """Complete pairs. ``concentrated``, ``spread``: (p,) cases of the county; ``days``: (p, 2) officer-days of the
    concentrated and of the spread week, NaN where one of them is not known: then the two count as equal."""

    concentrated: Counts
    spread: Counts
    days: Floats

    @property
    def offset(self) -> Floats:
        """(p,) log ratio of officer-days."""
        ratio = np.where(self.known, self.days[:, 0], 1.0) / np.where(self.known, self.days[:, 1], 1.0)
        offset: Floats = np.log(ratio)
        return offset

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(p,) whether the officer-days of both weeks are known."""
        return np.logical_and(self.days[:, 0] > 0, self.days[:, 1] > 0)


@dataclass(frozen=True)
class Answer:
    """``log_ratio``: cases per officer-day, concentrated over spread; ``low``, ``high`` at 95 % (infinite: the pairs
    set no bound). ``p``: share of the ``ways`` in which the coins could have fallen that are as far out."""

    log_ratio: float
    low: float
    high: float
    p: float
    ways: int
    pairs: int

    @property
    def verdict(self) -> str:
        if self.p > 1 - LEVEL + 1e-12:
            return "cannot_tell"
        return "more" if self.log_ratio > 0 else "less"


def draw(pairs: Sequence[tuple[date, date]], seed: int) -> tuple[date, ...]:
    """Of each pair the week that concentrates, by ``sha256_parity`` (planner.model.trial)."""
    return tuple(first if _digit(seed, first) % 2 == 0 else second for first, second in pairs)


def analyse(pairs: Pairs, seed: int = 0) -> Answer:
    """What the pairs say.

    Raises:
        ValueError: fewer than two.
    """
    n = len(pairs.concentrated)
    if n < LEAST_ESTIMATE:
        raise ValueError(f"{n} pairs")
    signs = _signs(n, ALL_TRIED, seed)
    estimate = _estimate(pairs)
    p = _p(pairs, signs, 0.0)
    bounds = (_edge(pairs, signs, estimate, step) for step in (-_step(pairs), _step(pairs)))
    low, high = bounds if n >= LEAST_PAIRS else (-np.inf, np.inf)
    return Answer(estimate, float(low), float(high), p, len(signs), n)


def power(past: Counts, pairs: int, effect: float, seed: int = 0, draws: int = 400) -> float:
    """Share of trials of so many pairs that would find a true log effect.

    Args:
        past: (m, 2) the county's cases in weeks that followed each other and were both worked alike: its season and
            its scatter are in them. Pairs are drawn from them with replacement, and coins thrown; the concentrated
            week gets Poisson many cases more, or loses some one by one.
    """
    rng = np.random.default_rng(seed)
    drawn = past[rng.integers(0, len(past), (draws, pairs))]
    first = rng.random((draws, pairs)) < 0.5
    spread = np.where(first, drawn[..., 1], drawn[..., 0])
    concentrated = changed(np.where(first, drawn[..., 0], drawn[..., 1]), effect, rng)
    scores = _scores(concentrated, spread, np.zeros((draws, pairs)), 0.0)
    return float((_share(scores, _signs(pairs, POWER_TRIED, seed)) <= 1 - LEVEL).mean())


def smallest(past: Counts, pairs: int, seed: int = 0, draws: int = 400, wanted: float = 0.8) -> float | None:
    """The smallest log effect found with the power ``wanted``, to a hundredth; None where even e^4 would not be."""
    if pairs < LEAST_PAIRS or power(past, pairs, WIDEST, seed, draws) < wanted:
        return None
    low, high = 0.0, WIDEST
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if power(past, pairs, middle, seed, draws) >= wanted else (middle, high)
    return high


def changed(counts: Counts, effect: float, rng: np.random.Generator) -> Counts:
    """Counts under a log effect: with Poisson many more, or thinned."""
    if effect >= 0:
        more: Counts = counts + rng.poisson(np.expm1(effect) * counts)
        return more
    left: Counts = rng.binomial(counts, np.exp(effect)).astype(np.int64)
    return left


def _digit(seed: int, monday: date) -> int:
    return int(hashlib.sha256(f"{seed}:{monday.isoformat()}".encode()).hexdigest()[-1], 16)


def _signs(pairs: int, most: int, seed: int) -> Floats:
    """(ways, pairs) of +1 and -1: as it fell first, then all other ways, or as many as are drawn."""
    if pairs <= most:
        bits = (np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1
        return np.where(bits, -1.0, 1.0)
    drawn = np.random.default_rng(seed).integers(0, 2, (2**most - 1, pairs))
    return np.concatenate([np.ones((1, pairs)), np.where(drawn, -1.0, 1.0)])


def _scores(concentrated: Counts, spread: Counts, offset: Floats, effect: float) -> Floats:
    """(..., p) what each pair says against a supposed log effect.

    Under that effect another fall of a coin would only turn the sign of its pair: weights and scale come from what
    stays, so that the test is exact. Both weeks are brought to the same officer-days, each half the way.
    """
    one = concentrated * np.exp(-effect - offset / 2) + 0.5
    other = spread * np.exp(offset / 2) + 0.5
    ratios = np.log(one) - np.log(other)
    weights = np.sqrt(one * other / (one + other))
    said = weights * ratios
    scale = np.maximum(np.median(np.abs(said), axis=-1, keepdims=True), 1e-9)
    scores: Floats = weights * np.clip(said / scale, -SCORE_BOUND, SCORE_BOUND)
    return scores


def _share(scores: Floats, signs: Floats) -> Floats:
    """(...,) share of ways that are as far out as the first."""
    sums = np.abs(scores @ signs.T)
    share: Floats = (sums >= sums[..., :1] - 1e-9).mean(axis=-1)
    return share


def _p(pairs: Pairs, signs: Floats, effect: float) -> float:
    return float(_share(_scores(pairs.concentrated, pairs.spread, pairs.offset, effect), signs))


def _estimate(pairs: Pairs) -> float:
    """The log effect under which the pairs say nothing more, to a ten-thousandth (Hodges, Lehmann 1963)."""
    low, high = -WIDEST, WIDEST
    while high - low > 1e-4:
        middle = (low + high) / 2
        above = _scores(pairs.concentrated, pairs.spread, pairs.offset, middle).sum() > 0
        low, high = (middle, high) if above else (low, middle)
    return (low + high) / 2


def _step(pairs: Pairs) -> float:
    """The error that counting alone would leave: a first step from the estimate."""
    c, s = pairs.concentrated + 0.5, pairs.spread + 0.5
    return float(1 / np.sqrt((c * s / (c + s)).sum()))


def _edge(pairs: Pairs, signs: Floats, estimate: float, step: float) -> float:
    """From the estimate step by step to what is refused, then halved to a thousandth."""
    inside, outside = estimate, estimate + step
    while _p(pairs, signs, outside) > 1 - LEVEL:
        inside, outside = outside, outside + step
        if abs(outside - estimate) > 2 * WIDEST:
            return float(np.copysign(np.inf, step))
    while abs(outside - inside) > 1e-3:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if _p(pairs, signs, middle) > 1 - LEVEL else (inside, middle)
    return inside
