"""Which townships each sweep of a campaign takes: all sweeps chosen together.

What a township yields depends on when it was swept before, so its sweeps have one worth together: a pattern. A stock of
visits stands for it. A sweep makes the visits that bring most for the minute until its minutes are used; of each it
makes, the chance to find somebody is taken out of the stock. Then the stock fills up again: in a township that nobody
sweeps, what is filed and what ordinary work ends are taken to balance, so that every kind of visit comes back at the
rate of filings, towards what it was. Worth and chances are those of the sweep's own week: fishermen are ashore only in
the moratorium. CP-SAT then picks one pattern for each township, with exactly k townships in each sweep (a set
partitioning over patterns, as for crews and cuts: Barnhart et al., Operations Research 46, 1998, 316-329).

Not modelled: who was not found once may be harder to find the next time; word of a sweep travels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from planner.errors import RequestError
from planner.model.campaign import Rules

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FINE = 10
"""Tenths of a point: the objective of CP-SAT is whole."""

EFFORT = 20.0
"""CP-SAT's deterministic time; the demo county needs a hundredth of it."""


@dataclass(frozen=True)
class Stock:
    """What there is to visit, of v visits in n townships, for s sweeps.

    Attributes:
        town: (v,) number of the township. minutes: (v,) the visit and the way to it.
        prize: (v, s) points of a visit in the week of each sweep; p_find: (v, s) chance to find somebody then.
        capacity: (n, s) minutes that a sweep has for visits in a township, were it one of the k.
        refill: (n,) share of what was taken out that comes back in a week.
        weeks: (s,) week of each sweep, ascending. free_from: (n,) first week in which a township has rested from
            what came before the campaign.
    """

    town: Whole
    minutes: Floats
    prize: Floats
    p_find: Floats
    capacity: Floats
    refill: Floats
    weeks: Whole
    free_from: Whole

    @property
    def townships(self) -> int:
        return len(self.refill)

    @property
    def sweeps(self) -> int:
        return len(self.weeks)


@dataclass(frozen=True)
class Rotation:
    """``sweeps``: numbers of the townships of each sweep. ``worth``: points of all visits. ``bound``: no choice under
    the same rules is worth more (infinite where none was proven)."""

    sweeps: tuple[tuple[int, ...], ...]
    worth: float
    bound: float = float("inf")


@dataclass(frozen=True)
class _State:
    """A township after some of its sweeps. ``left``: (visits,) share of each that is still there, right after the last
    of ``pattern``; ``worth``: of them all."""

    pattern: tuple[int, ...]
    left: Floats
    worth: float = 0.0


class _Township:
    """The visits of one township, in the order in which each sweep would make them."""

    def __init__(self, stock: Stock, number: int) -> None:
        rows = stock.town == number
        self.minutes, self.prize, self.p_find = stock.minutes[rows], stock.prize[rows], stock.p_find[rows]
        self.capacity, self.refill = stock.capacity[number], float(stock.refill[number])
        self.weeks, self.free_from = stock.weeks, int(stock.free_from[number])
        self.order = np.argsort(-self.prize / self.minutes[:, None], axis=0, kind="stable")
        self.fresh = np.array([self._made(sweep, self.untouched.left)[1] for sweep in range(stock.sweeps)])

    @property
    def untouched(self) -> _State:
        return _State((), np.ones(len(self.minutes)))

    def swept(self, state: _State, sweep: int) -> tuple[_State, float]:
        """After one more sweep, and what it brings."""
        left = state.left
        if state.pattern:
            away = self.weeks[sweep] - self.weeks[state.pattern[-1]]
            left = 1 - (1 - left) * np.exp(-self.refill * away)
        made, worth = self._made(sweep, left)
        after = left - made * self.p_find[:, sweep]
        return _State((*state.pattern, sweep), after, state.worth + worth), worth

    def _made(self, sweep: int, left: Floats) -> tuple[Floats, float]:
        """(visits,) how much of each a sweep makes, the last one in part (fractional knapsack), and its points."""
        order = self.order[:, sweep]
        needed = (left * self.minutes)[order]
        free = self.capacity[sweep] - (np.cumsum(needed) - needed)
        made = np.zeros_like(left)
        made[order] = np.clip(free, 0, needed) / self.minutes[order]
        return made, float((made * self.prize[:, sweep]).sum())

    def may(self, state: _State, sweep: int, rules: Rules) -> tuple[_State, float] | None:
        """Its next sweep, None where the rules forbid it: not rested, swept often enough, or swept dry."""
        if self.weeks[sweep] < self.free_from:
            return None
        if state.pattern:
            rested = self.weeks[sweep] - self.weeks[state.pattern[-1]] >= rules.rest_weeks
            if not rested or len(state.pattern) >= rules.most:
                return None
        after, worth = self.swept(state, sweep)
        dry = worth < rules.left * self.fresh[sweep] - 1e-9
        return None if dry else (after, worth)

    def patterns(self, rules: Rules) -> Iterator[_State]:
        """Every allowed set of sweeps of this township, the empty one first."""
        stack = [self.untouched]
        while stack:
            state = stack.pop()
            yield state
            first = state.pattern[-1] + 1 if state.pattern else 0
            allowed = (self.may(state, sweep, rules) for sweep in range(first, len(self.weeks)))
            stack.extend(told[0] for told in allowed if told)


def together(stock: Stock, rules: Rules, must: Sequence[int], seed: int = 0) -> Rotation:
    """The choice of all sweeps that is worth most; never worth less than :func:`greedy`.

    Args:
        must: numbers of townships that are swept at least once.

    Raises:
        RequestError: no choice keeps all rules; it says which one to relax.
    """
    _require_places(stock, rules, must)
    states = [list(_Township(stock, number).patterns(rules)) for number in range(stock.townships)]
    solved = _solve(states, stock.sweeps, rules.townships, set(must), seed)
    plain = greedy(stock, rules, must)
    if solved is None:
        if plain is None:
            raise _refused(stock, rules, must, seed)
        return plain  # the effort was used up
    chosen, bound = solved
    found = _rotation(chosen, stock.sweeps, bound)
    if plain is None or plain.worth <= found.worth:
        return found
    return replace(plain, bound=max(bound, plain.worth))  # ahead by tenths, or where the effort did not do


def greedy(stock: Stock, rules: Rules, must: Sequence[int]) -> Rotation | None:
    """Sweep by sweep the townships that yield most then; who must still be swept goes first where no place is left.

    None where that way too few townships are allowed in some sweep, or one that must be swept is not.
    """
    towns = [_Township(stock, number) for number in range(stock.townships)]
    states = [town.untouched for town in towns]
    for sweep in range(stock.sweeps):
        allowed = {n: told for n, town in enumerate(towns) if (told := town.may(states[n], sweep, rules))}
        owed = [n for n in must if not states[n].pattern]
        pressed = len(owed) >= (stock.sweeps - sweep) * rules.townships
        ranked = sorted(allowed, key=lambda n: (not (pressed and n in owed), -allowed[n][1], n))
        if len(ranked) < rules.townships:
            return None
        for n in ranked[: rules.townships]:
            states[n] = allowed[n][0]
    if any(not states[n].pattern for n in must):
        return None
    return _rotation(states, stock.sweeps)


def as_given(stock: Stock, sweeps: Sequence[Sequence[int]]) -> Rotation:
    """What given sweeps are worth, whatever the rules."""
    states = []
    for number in range(stock.townships):
        town = _Township(stock, number)
        state = town.untouched
        for sweep in range(stock.sweeps):
            if number in sweeps[sweep]:
                state, _ = town.swept(state, sweep)
        states.append(state)
    return _rotation(states, stock.sweeps)


def spread_out(stock: Stock, k: int) -> Rotation:
    """撒胡椒面: in every sweep every township, each with an even share of the minutes that k of them would have."""
    thin = replace(stock, capacity=stock.capacity * (k / stock.townships))
    return as_given(thin, [range(stock.townships)] * stock.sweeps)


def sweep_worths(stock: Stock, sweeps: Sequence[Sequence[int]]) -> list[tuple[float, ...]]:
    """Points of each township of given sweeps, in their order."""
    towns = [_Township(stock, number) for number in range(stock.townships)]
    states, found = [town.untouched for town in towns], []
    for sweep, chosen in enumerate(sweeps):
        told = {n: towns[n].swept(states[n], sweep) for n in chosen}
        for n, (state, _) in told.items():
            states[n] = state
        found.append(tuple(worth for _, worth in told.values()))
    return found


def _solve(
    states: Sequence[Sequence[_State]], sweeps: int, k: int, must: set[int], seed: int
) -> tuple[list[_State], float] | None:
    """One pattern for each township, and the proven bound; None where there is no choice."""
    model = cp_model.CpModel()
    takes: list[list[cp_model.IntVar]] = [[] for _ in range(sweeps)]
    worth, picks = [], []
    for number, mine in enumerate(states):
        usable = [state for state in mine if state.pattern or number not in must]
        pick = [model.new_bool_var("") for _ in usable]
        model.add_exactly_one(pick)
        for state, variable in zip(usable, pick, strict=True):
            worth.append(round(FINE * state.worth) * variable)
            for sweep in state.pattern:
                takes[sweep].append(variable)
        picks.append((usable, pick))
    for variables in takes:
        model.add(sum(variables) == k)
    model.maximize(sum(worth))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = EFFORT
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [next(s for s, v in zip(usable, pick, strict=True) if solver.value(v)) for usable, pick in picks]
    rounding = len(states) / 2  # each pattern was rounded to a tenth
    return chosen, (solver.best_objective_bound + rounding) / FINE


def _rotation(states: Sequence[_State], sweeps: int, bound: float = float("inf")) -> Rotation:
    taken = tuple(tuple(n for n, state in enumerate(states) if sweep in state.pattern) for sweep in range(sweeps))
    return Rotation(taken, float(sum(state.worth for state in states)), bound)


def _require_places(stock: Stock, rules: Rules, must: Sequence[int]) -> None:
    """What can be counted without trying.

    Raises:
        RequestError: more townships a sweep than there are, or more places than rest and most allow.
    """
    if not 1 <= rules.townships <= stock.townships:
        raise RequestError("too_few_townships", townships=rules.townships, most=stock.townships)
    places = rules.townships * stock.sweeps
    each = min(rules.most, _most_rested(stock.weeks, rules.rest_weeks))
    if places > each * stock.townships:
        raise RequestError(
            "campaign_too_many_places", places=places, sweeps=stock.sweeps, townships=rules.townships,
            all=stock.townships, each=each, rest_weeks=rules.rest_weeks, most=each * stock.townships,
        )  # fmt: skip
    if len(must) > places:
        raise RequestError("campaign_too_many_hot", hot=len(must), places=places, threshold=f"{rules.hot:.0%}")


def _most_rested(weeks: Whole, rest_weeks: int) -> int:
    """How many of the sweeps one township could have, with its rest between them."""
    count, last = 0, -(10**6)
    for week in weeks.tolist():
        if week - last >= rest_weeks:
            count, last = count + 1, week
    return count


def _refused(stock: Stock, rules: Rules, must: Sequence[int], seed: int) -> RequestError:
    """The first rule without which there is a choice; otherwise all that may be relaxed."""
    said = {"rest_weeks": rules.rest_weeks, "most": rules.most, "left": f"{rules.left:.0%}", "hot": f"{rules.hot:.0%}"}
    trials: list[tuple[str, Rules, Sequence[int]]] = [
        ("campaign_hot_unreachable", rules, ()),
        ("campaign_swept_dry", replace(rules, left=0.0), must),
        ("campaign_rest_too_long", replace(rules, rest_weeks=0), must),
    ]
    for key, relaxed, owed in trials:
        free = stock if relaxed.rest_weeks else replace(stock, free_from=np.zeros_like(stock.free_from))
        states = [list(_Township(free, n).patterns(relaxed)) for n in range(stock.townships)]
        if _solve(states, stock.sweeps, rules.townships, set(owed), seed):
            return RequestError(key, **said)
    return RequestError("campaign_impossible", **said)
