"""Which township each squad-day works in: CP-SAT over prize curves.

A curve says what a township yields for so much capacity, in steps of half an hour: a fractional knapsack of its
visits. planner.routing.reallocate corrects it by what routing really collects. Visits that need a skill count only as
far as the squads that have it reach: value <= curve of the others(all capacity) + curve of those(capacity with the
skill).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from planner.errors import Impossible
from planner.model.region import SKILLS
from planner.model.sweep import IntArray, SweepProblem
from planner.routing.capacity import Demand, Group, demand_of, groups_of, net_table

STEPS_A_DAY = 18
"""Capacity steps in the longest duty: half an hour of nine hours."""

FINE = 10
"""Tenths of a point: the objective of CP-SAT is whole."""

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Yields:
    """What townships are expected to yield, and how squad-days are grouped.

    Attributes:
        steps: (groups, townships) capacity of one squad-day in steps; -1 where it cannot go.
        step: minutes of a step.
    """

    groups: tuple[Group, ...]
    demands: tuple[Demand, ...]
    steps: IntArray
    step: int


def yields_of(problem: SweepProblem) -> Yields:
    """Groups, demands and capacities of a problem."""
    groups = groups_of(problem)
    demands = tuple(demand_of(problem, t) for t in range(problem.townships) if problem.chosen[t])
    net = net_table(problem, groups, demands)
    longest = max((day.duty_end - day.duty_start for day in problem.squad_days), default=STEPS_A_DAY)
    step = max(1, longest // STEPS_A_DAY)
    return Yields(groups, demands, np.where(net < 0, -1, net // step).astype(np.int32), step)


def promised(problem: SweepProblem, yields: Yields, assigned: Mapping[int, int]) -> float:
    """Prize that the curves promise for an allocation."""
    capacity: dict[int, int] = {}
    for g, group in enumerate(yields.groups):
        for t in (assigned[member] for member in group.members if member in assigned):
            capacity[t] = capacity.get(t, 0) + int(yields.steps[g, t])
    curves = {demand.township: curve_of(problem, demand, yields.step) for demand in yields.demands}
    return sum(value_at(curves[t], steps) for t, steps in capacity.items())


def allocate(problem: SweepProblem, yields: Yields, seed: int, effort: float) -> dict[int, int]:
    """Squad-day -> its township; squad-days that stay idle are left out. ``effort`` is CP-SAT's deterministic time.

    Raises:
        Impossible: the least squad-days of the townships cannot be had together.
    """
    model = cp_model.CpModel()
    moves = _moves(model, problem, yields)
    worth = [_value(model, problem, yields, demand, moves) for demand in yields.demands]
    loans = [move for (g, t), move in moves.items() if not yields.groups[g].like.home[t]]
    sent = sum(moves.values())  # curves know nothing of windows: better out for a tenth of a point than idle
    model.maximize(sum(worth) - FINE * problem.loan_cost * sum(loans) + sent)
    hint = greedy_moves(problem, yields)
    for (g, t), move in moves.items():
        model.add_hint(move, int(hint[g, t]))
    solver = _solved(model, seed, effort)
    if solver is None:
        raise Impossible("least_days", least=int(problem.least_days.sum()), squad_days=len(problem.squad_days))
    return _spread_out(problem, yields, {key: solver.value(move) for key, move in moves.items()})


def greedy_moves(problem: SweepProblem, yields: Yields) -> IntArray:
    """(groups, townships) squad-days, one after the other where the curves gain most; what is owed goes first."""
    left = np.array([len(group.members) for group in yields.groups])
    moves = np.zeros(yields.steps.shape, np.int32)
    capacity = np.zeros(problem.townships, np.int64)
    curves = {demand.township: curve_of(problem, demand, yields.step) for demand in yields.demands}
    loan = np.array([[0 if at_home else problem.loan_cost for at_home in group.like.home] for group in yields.groups])
    owed_bonus = float(problem.prize.sum()) + 1.0
    for _ in range(int(left.sum())):
        gain = np.full(moves.shape, -np.inf)
        for t, curve in curves.items():
            can = np.flatnonzero((yields.steps[:, t] >= 0) & (left > 0))
            sent = int(moves[:, t].sum())
            if sent < problem.most_days[t]:
                owed = owed_bonus if sent < problem.least_days[t] else 0.0
                more = np.minimum(capacity[t] + yields.steps[can, t], len(curve) - 1)
                gain[can, t] = curve[more] - value_at(curve, int(capacity[t])) - loan[can, t] + owed
        g, t = divmod(int(gain.argmax()), problem.townships)
        if gain[g, t] < 0:
            break
        moves[g, t] += 1
        left[g] -= 1
        capacity[t] += yields.steps[g, t]
    return moves


def _solved(model: cp_model.CpModel, seed: int, effort: float) -> cp_model.CpSolver | None:
    """A solver with an answer, None if there is none; where the effort does not decide, it is given more."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = effort
    solver.parameters.relative_gap_limit = 1e-4
    solver.parameters.linearization_level = 2  # the chords make the relaxation nearly exact
    solver.parameters.cp_model_presolve = False  # costs seconds here and gains nothing
    status = solver.solve(model)
    if status == cp_model.UNKNOWN:
        return _solved(model, seed, 4 * effort)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _moves(model: cp_model.CpModel, problem: SweepProblem, yields: Yields) -> dict[tuple[int, int], cp_model.IntVar]:
    """How many squad-days of each group go to each township."""
    moves: dict[tuple[int, int], cp_model.IntVar] = {}
    for g, group in enumerate(yields.groups):
        size = len(group.members)
        for t in np.flatnonzero(yields.steps[g] >= 0).tolist():
            moves[g, t] = model.new_int_var(0, size, f"squad_days_{g}_{t}")
        model.add(sum(move for (other, _), move in moves.items() if other == g) <= size)
    for t in range(problem.townships):
        sent = sum(move for (_, other), move in moves.items() if other == t)
        model.add_linear_constraint(sent, int(problem.least_days[t]), int(problem.most_days[t]))
    return moves


def _value(
    model: cp_model.CpModel,
    problem: SweepProblem,
    yields: Yields,
    demand: Demand,
    moves: dict[tuple[int, int], cp_model.IntVar],
) -> cp_model.IntVar:
    """What one township yields, in 1/FINE points."""

    def curve(visits: Demand, skill: int) -> cp_model.IntVar:
        able = [g for g, group in enumerate(yields.groups) if not skill or group.like.skills & skill]
        return _promise(model, problem, yields, visits, moves, able)

    value = curve(demand, 0)
    needs = problem.needs[demand.visits]
    for bit in range(len(SKILLS)):
        needing = (needs & (1 << bit)) != 0
        if needing.any() and not all(group.like.skills & (1 << bit) for group in yields.groups):
            most = int(FINE * problem.prize[demand.visits].sum()) + 1
            limited = model.new_int_var(0, most, f"value_{demand.township}_{bit}")
            others, those = _part(demand, ~needing), _part(demand, needing)
            model.add(limited <= value)
            model.add(limited <= curve(others, 0) + curve(those, 1 << bit))
            value = limited
    return value


def _part(demand: Demand, which: npt.NDArray[np.bool_]) -> Demand:
    return Demand(demand.township, demand.visits[which], demand.weight[which])


def _promise(
    model: cp_model.CpModel,
    problem: SweepProblem,
    yields: Yields,
    demand: Demand,
    moves: dict[tuple[int, int], cp_model.IntVar],
    able: list[int],
) -> cp_model.IntVar:
    """The curve of some visits at the capacity of the squad-days of some groups.

    The curve is concave, so it is the lowest of its chords, each a linear rule: far easier on CP-SAT than a table.
    """
    t = demand.township
    parts = [(moves[g, t], int(yields.steps[g, t]), len(yields.groups[g].members)) for g in able if (g, t) in moves]
    most = sum(steps * size for _, steps, size in parts)
    capacity = sum(steps * move for move, steps, _ in parts)
    curve = FINE * curve_of(problem, demand, yields.step)[: most + 2]
    gains = np.minimum.accumulate(np.rint(np.diff(curve))).astype(int)  # concave in spite of rounding
    value = model.new_int_var(0, int(gains.sum()), "")
    for k, gain in enumerate(gains.tolist()):
        model.add(value <= int(gains[:k].sum()) + gain * (capacity - k))
        if gain == 0:
            break
    return value


def curve_of(problem: SweepProblem, demand: Demand, step: int) -> Curve:
    """(k,) fractional knapsack value at 0, 1, .. k - 1 steps of capacity; all of it fits into the last."""
    prize, weight = problem.prize[demand.visits].astype(float), demand.weight.astype(float)
    order = np.argsort(-prize / np.maximum(weight, 1), kind="stable")
    filled = np.concatenate([[0.0], np.cumsum(weight[order])])
    capacity = np.arange(int(filled[-1]) // step + 2) * float(step)
    curve: Curve = np.interp(capacity, filled, np.concatenate([[0.0], np.cumsum(prize[order])]))
    return curve


def value_at(curve: Curve, steps: int) -> float:
    """A curve at some steps of capacity, however many."""
    return float(curve[min(steps, len(curve) - 1)])


def _spread_out(problem: SweepProblem, yields: Yields, counts: dict[tuple[int, int], int]) -> dict[int, int]:
    """Counts back to squad-days, in blocks, so that a squad stays in one township as long as it can."""
    assigned: dict[int, int] = {}
    for g, group in enumerate(yields.groups):
        blocks = [t for t in range(problem.townships) for _ in range(counts.get((g, t), 0))]
        assigned |= dict(zip(group.members, blocks, strict=False))
    return assigned
