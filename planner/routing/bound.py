"""An upper bound: no plan for the problem collects more prize.

Relaxation. Squad-days of one group are alike; x[g, t] of them, whole or not, work in township t; y[v] in [0, 1] of
visit v is made. Every plan gives such numbers, and they satisfy

    sum_t x[g, t] <= size of g                      a squad-day works one township at most
    least[t] <= sum_g x[g, t] <= most[t]
    sum of weight * y <= sum_g net[g, t] * x[g, t]  over the visits of t (planner.routing.capacity has the proof)
    the same for the visits that need the skills m, over the groups that have them
    sum of y <= max_visits * sum_g x[g, t]          over the visits of t

so the greatest sum of prize * y under these rules, a linear program, is at least the prize of every plan.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

from planner.model.sweep import SweepProblem
from planner.routing.capacity import Demand, Group, demand_of, groups_of, net_table

MARGIN = 1e-6
"""Relative slack for the accuracy of the linear program (its tolerances are 1e-7)."""


def upper_bound(problem: SweepProblem) -> int:
    """Whole points that no feasible plan exceeds; the sum of all prizes where the relaxation cannot be solved."""
    groups = groups_of(problem)
    demands = tuple(demand_of(problem, t) for t in range(problem.townships) if problem.chosen[t])
    visits = np.concatenate([np.zeros(0, np.int32), *(demand.visits for demand in demands)]).astype(np.int32)
    total = int(problem.prize[visits].sum())
    if not len(visits) or not groups:
        return total if groups else 0
    net = net_table(problem, groups, demands)
    rows = _Rows(len(groups) * problem.townships, len(visits))
    _add_squad_days(rows, problem, groups)
    first = 0
    for demand in demands:
        _add_township(rows, problem, groups, demand, net[:, demand.township], first)
        first += len(demand.visits)
    cost = np.concatenate([np.zeros(rows.moves), -problem.prize[visits].astype(float)])
    most = np.concatenate([_most_moves(groups, net), np.ones(len(visits))])
    matrix, limits = rows.system()
    bounds = np.column_stack([np.zeros(len(most)), most])
    found = linprog(cost, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")  # type: ignore[call-overload]
    return total if found.status != 0 else min(total, int(np.floor(-found.fun * (1 + MARGIN) + MARGIN)))


def _most_moves(groups: tuple[Group, ...], net: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    sizes = np.array([len(group.members) for group in groups], dtype=float)
    return np.where(net >= 0, sizes[:, None], 0.0).ravel()


class _Rows:
    """Rows ``a . (x, y) <= b`` of a linear program, gathered one by one."""

    def __init__(self, moves: int, visits: int) -> None:
        self.moves, self.width = moves, moves + visits
        self.rows: list[sparse.csr_array] = []
        self.limits: list[float] = []

    def add(self, columns: npt.NDArray[np.int64], values: npt.NDArray[np.float64], limit: float) -> None:
        shape = (1, self.width)
        self.rows.append(sparse.csr_array((values, (np.zeros(len(columns), np.int64), columns)), shape=shape))
        self.limits.append(limit)

    def system(self) -> tuple[sparse.csr_array, npt.NDArray[np.float64]]:
        return sparse.csr_array(sparse.vstack(self.rows)), np.array(self.limits)


def _add_squad_days(rows: _Rows, problem: SweepProblem, groups: tuple[Group, ...]) -> None:
    for g, group in enumerate(groups):
        of_group = g * problem.townships + np.arange(problem.townships)
        rows.add(of_group, np.ones(len(of_group)), len(group.members))


def _add_township(
    rows: _Rows,
    problem: SweepProblem,
    groups: tuple[Group, ...],
    demand: Demand,
    net: npt.NDArray[np.int32],
    first: int,
) -> None:
    t, count = demand.township, len(groups)
    moves = np.arange(count) * problem.townships + t
    columns = rows.moves + first + np.arange(len(demand.visits))
    rows.add(moves, np.ones(count), float(problem.most_days[t]))
    rows.add(moves, -np.ones(count), -float(problem.least_days[t]))
    limits = np.concatenate([np.ones(len(columns)), np.full(count, -float(problem.max_visits))])
    rows.add(np.concatenate([columns, moves]), limits, 0.0)
    needs, skills = problem.needs[demand.visits], np.array([group.like.skills for group in groups])
    for mask in sorted({0, *needs.tolist()}):
        needing, having = (needs & mask) == mask, (skills & mask) == mask
        packed = demand.weight[needing].astype(float)
        room = -np.where(having, np.maximum(net, 0), 0).astype(float)
        rows.add(np.concatenate([columns[needing], moves]), np.concatenate([packed, room]), 0.0)
