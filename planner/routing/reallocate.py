"""Which squad-days work where, from routes that were really found: a restricted master over columns.

A column is one way to work a township: so many squad-days of each group, and the routes found for them. The master
picks one column a township so that the groups suffice. Columns next to the present ones that nobody has routed yet
are offered at an estimate, a little too high; the master's choice is routed, the estimate gives way to what was
collected, and the master is asked again, until it chooses nothing new. (Column generation as a heuristic, with
"optimism in the face of the unknown" in place of a pricing problem.)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model
from scipy.optimize import linprog

from planner.model.progress import Progress
from planner.model.sweep import SweepProblem
from planner.routing.allocate import FINE, Curve, Yields, curve_of, value_at
from planner.routing.field import Effort, Routes, patch_of, search_all

DEPTH = 1_500
"""Steps of a column's search for each of its squad-days: 500 told columns apart too badly, 4,000 no better."""

DEEPEST = 6
"""Squad-days that count for that; the routes of further ones are those of the column it was made from."""

OPTIMISM = 0.03
"""By how much a column that nobody has routed is thought better than estimated, in average squad-days."""

MOST_SWAPS = 8
"""Groups up to which a squad-day of one may change places with that of another in one column."""

MASTER_EFFORT = 0.2
"""CP-SAT's deterministic time for one choice; it is decided in a hundredth of it, as a rule."""

Mix = tuple[int, ...]
"""Squad-days of each group."""

Key = tuple[int, Mix]
"""Township and mix."""


@dataclass(frozen=True)
class Column:
    """``routes`` are those of stand-ins: the first members of each group, those that collect most first."""

    prize: int
    routes: Routes


@dataclass(frozen=True)
class Allocation:
    """Squad-day -> township and squad-day -> visits; the ``steps`` taken, and what was learnt on the way.

    Attributes:
        squad_day_worth: (groups,) points that one more squad-day would bring.
        seen: township -> (group, visits) of every route that was found.
    """

    assigned: Mapping[int, int]
    routes: Routes
    steps: int
    squad_day_worth: npt.NDArray[np.float64]
    seen: Mapping[int, set[tuple[int, tuple[int, ...]]]]


@dataclass
class Master:
    """What is known so far, and the columns of the present allocation."""

    problem: SweepProblem
    yields: Yields
    curves: Mapping[int, Curve]
    known: dict[Key, Column]
    present: dict[int, Mix]
    steps: int = 0

    def worth(self, choice: Mapping[int, Mix]) -> int:
        return sum(self.known[key].prize - _loans(self, *key) for key in choice.items())


def reallocate(
    problem: SweepProblem,
    yields: Yields,
    assigned: Mapping[int, int],
    routes: Routes,
    effort: Effort,
    seed: int,
    progress: Progress,
) -> Allocation:
    """A better allocation and its routes; squad-days of a group are dealt in blocks of townships.

    Args:
        assigned, routes: the present allocation (squad-day -> township) and feasible routes for it; where there are
            none at all they are found first.
        effort: its steps are an upper limit, and those of the last columns may exceed it.
    """
    master = _begin(problem, yields, assigned, routes)
    limit = effort.steps
    if not routes:
        _route(master, list(master.present.items()), effort, seed, progress)
    while not effort.spent() and (limit is None or master.steps < limit):
        choice = _choose(master, _offers(master), seed)
        fresh = [key for key in choice.items() if key not in master.known]
        if fresh:
            _route(master, fresh, effort, seed, progress)
        elif master.worth(choice) > master.worth(master.present):
            master.present = choice
        else:
            break
    else:  # out of time: what was routed last may be better already
        choice = _choose(master, _known(master), seed)
        if master.worth(choice) > master.worth(master.present):
            master.present = choice
    return Allocation(*_dealt(master), master.steps, _squad_day_worth(master), _seen(master))


def _begin(problem: SweepProblem, yields: Yields, assigned: Mapping[int, int], routes: Routes) -> Master:
    """The present allocation as columns."""
    curves = {demand.township: curve_of(problem, demand, yields.step) for demand in yields.demands}
    known, present = dict[Key, Column](), dict[int, Mix]()
    for demand in yields.demands:
        t, found = demand.township, dict[int, tuple[int, ...]]()
        sent = [[day for day in group.members if assigned.get(day) == t] for group in yields.groups]
        for group, days in zip(yields.groups, sent, strict=True):
            held = [tuple(routes.get(day, ())) for day in days]
            found |= dict(zip(group.members, held, strict=False))
        present[t] = tuple(len(days) for days in sent)
        known[t, present[t]] = _column(problem, yields, found)
    return Master(problem, yields, curves, known, present)


def _column(problem: SweepProblem, yields: Yields, routes: Routes) -> Column:
    """Within each group the routes that collect most first, so that the last is the one to give up."""
    ordered: dict[int, tuple[int, ...]] = {}
    for group in yields.groups:
        held = [day for day in group.members if day in routes]
        best = sorted((routes[day] for day in held), key=lambda visits: -int(problem.prize[list(visits)].sum()))
        ordered |= dict(zip(held, best, strict=True))
    return Column(sum(int(problem.prize[list(visits)].sum()) for visits in ordered.values()), ordered)


def _route(master: Master, fresh: list[Key], effort: Effort, seed: int, progress: Progress) -> None:
    """Search the routes of columns, each from those of the township's present column."""
    patches = []
    for t, mix in fresh:
        days = [day for group, n in zip(master.yields.groups, mix, strict=True) for day in group.members[:n]]
        warm = master.known[t, master.present[t]].routes
        number = seed * 10_007 + 101 * len(master.known) + t
        patch = patch_of(master.problem, t, dict.fromkeys(days, t), number, warm)
        patch.quota = DEPTH * min(len(days), DEEPEST)
        patches.append(patch)
    search_all([patch for patch in patches if patch.visits and patch.squad_days], effort, progress)
    for key, patch in zip(fresh, patches, strict=True):
        master.steps += patch.search.steps
        master.known[key] = _column(master.problem, master.yields, patch.routes())


def _choose(master: Master, offers: Mapping[Key, float], seed: int) -> dict[int, Mix]:
    """One column a township, worth most together."""
    model = cp_model.CpModel()
    taken = {key: model.new_bool_var("") for key in offers}
    for t in master.present:
        model.add_exactly_one(taken[key] for key in offers if key[0] == t)
    for g, group in enumerate(master.yields.groups):
        model.add(sum(mix[g] * take for (_, mix), take in taken.items() if mix[g]) <= len(group.members))
    # one more squad-day out for a tenth of a point: better there than idle
    worth = {key: round(FINE * offer) + sum(key[1]) for key, offer in offers.items()}
    model.maximize(sum(worth[key] * take for key, take in taken.items()))
    for key, take in taken.items():
        model.add_hint(take, master.present[key[0]] == key[1])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = MASTER_EFFORT
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return dict(master.present)
    return {t: mix for (t, mix), take in taken.items() if solver.boolean_value(take)}


def _known(master: Master) -> dict[Key, float]:
    """What every column that was routed is worth."""
    return {key: float(column.prize) - _loans(master, *key) for key, column in master.known.items()}


def _offers(master: Master) -> dict[Key, float]:
    """The known columns and those next to the present ones, these at their estimate."""
    fresh = [(t, mix) for t in master.present for mix in _next_to(master, t) if (t, mix) not in master.known]
    return _known(master) | {key: _estimate(master, *key) - _loans(master, *key) for key in fresh}


def _next_to(master: Master, t: int) -> Iterator[Mix]:
    """Mixes of one squad-day more or less than the present one, or another in its place."""
    present, groups = master.present[t], master.yields.groups
    able = [g for g in range(len(groups)) if master.yields.steps[g, t] >= 0]
    swaps = [(g, h) for g in able for h in able if g != h] if len(able) <= MOST_SWAPS else []
    for more, less in [*((g, None) for g in able), *((None, g) for g in able), *swaps]:
        mix = list(present)
        if more is not None:
            mix[more] += 1
        if less is not None:
            mix[less] -= 1
        enough = all(0 <= n <= len(group.members) for n, group in zip(mix, groups, strict=True))
        if enough and master.problem.least_days[t] <= sum(mix) <= master.problem.most_days[t]:
            yield tuple(mix)


def _estimate(master: Master, t: int, mix: Mix) -> float:
    """The present column corrected by its curve, at the share of the curve that routing really collected."""
    present = master.present[t]
    now, then = _curve_at(master, t, present), _curve_at(master, t, mix)
    collected = sum(master.known[key].prize for key in master.present.items())
    promised = sum(_curve_at(master, *key) for key in master.present.items())
    share = master.known[t, present].prize / now if now else collected / max(promised, 1.0)
    sent = sum(sum(other) for other in master.present.values())
    return master.known[t, present].prize + share * (then - now) + OPTIMISM * collected / max(sent, 1)


def _curve_at(master: Master, t: int, mix: Mix) -> float:
    capacity = sum(n * max(0, int(steps)) for n, steps in zip(mix, master.yields.steps[:, t], strict=True))
    return value_at(master.curves[t], capacity)


def _loans(master: Master, t: int, mix: Mix) -> int:
    away = sum(n for n, group in zip(mix, master.yields.groups, strict=True) if not group.like.home[t])
    return master.problem.loan_cost * away


def _dealt(master: Master) -> tuple[dict[int, int], dict[int, tuple[int, ...]]]:
    """Squad-day -> township and squad-day -> visits, a group's members in blocks of townships."""
    assigned: dict[int, int] = {}
    routes: dict[int, tuple[int, ...]] = {}
    for g, group in enumerate(master.yields.groups):
        members = iter(group.members)
        for t, mix in sorted(master.present.items()):
            for stand_in in group.members[: mix[g]]:
                day = next(members)
                assigned[day], routes[day] = t, tuple(master.known[t, mix].routes[stand_in])
    return assigned, routes


def _squad_day_worth(master: Master) -> npt.NDArray[np.float64]:
    """(groups,) dual values of the master's linear relaxation."""
    offers = _offers(master)
    if not offers:
        return np.zeros(len(master.yields.groups))
    used = np.array([mix for _, mix in offers], dtype=float).T
    one = np.array([[float(key[0] == t) for key in offers] for t in master.present])
    sizes = [len(group.members) for group in master.yields.groups]
    cost = -np.array(list(offers.values()))
    found = linprog(cost, A_ub=used, b_ub=sizes, A_eq=one, b_eq=np.ones(len(one)), method="highs")
    duals: npt.NDArray[np.float64] = np.asarray(found.ineqlin.marginals, dtype=np.float64)
    return np.maximum(0.0, -duals)


def _seen(master: Master) -> dict[int, set[tuple[int, tuple[int, ...]]]]:
    group_of = {day: g for g, group in enumerate(master.yields.groups) for day in group.members}
    seen: dict[int, set[tuple[int, tuple[int, ...]]]] = {}
    for (t, _), column in master.known.items():
        seen.setdefault(t, set()).update((group_of[day], visits) for day, visits in column.routes.items() if visits)
    return seen
