"""How many squad-days each township may get: concentrated, spread (撒胡椒面) or mixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from planner.model.hotspot import Selection
from planner.model.policy import SweepPolicy
from planner.model.sweep import IntArray, SquadDay

EVERYWHERE = "every_township"
"""The reason of a choice that belongs to the even spread and not to the areas that squads are massed on."""


@dataclass(frozen=True)
class Share:
    """(t,) each: where squads may go, and the least and most squad-days there."""

    chosen: npt.NDArray[np.bool_]
    least: IntArray
    most: IntArray


def share_days(
    selection: Selection,
    codes: Sequence[str],
    squad_days: Sequence[SquadDay],
    prize: npt.NDArray[np.float64],
    policy: SweepPolicy,
) -> Share:
    """Squad-days per township by the policy's spread.

    concentrate: at least ``min_squad_days`` in each chosen township, none elsewhere. spread: an even share of all
    squad-days in every township, rounded down or up. mixed: ``mixed_share`` of the squad-days massed on the chosen,
    the rest evenly over the others. What cannot be had (too few squad-days, no way there) is lowered.

    Args:
        prize: (t,) sum of the prizes of a township's visits; a township without a visit gets no squad.
    """
    days, open_to = len(squad_days), _open_to(selection, codes, prize)
    focus = [t for t in open_to if codes[t] in _massed(selection)]
    others = sorted((t for t in open_to if t not in set(focus)), key=lambda t: -prize[t])
    least, most = np.zeros(len(codes), np.int32), np.zeros(len(codes), np.int32)
    if policy.spread == "spread":
        _mass(least, most, focus + others, days // max(1, len(open_to)), -(-days // max(1, len(open_to))))
    else:
        massed = days if policy.spread == "concentrate" or not others else round(days * policy.mixed_share)
        _mass(least, most, focus, min(policy.min_squad_days, massed // max(1, len(focus))), massed)
        if policy.spread == "mixed":
            _deal(least, most, others, days - massed)
    return Share(most > 0, attainable(least, squad_days), most)


def _open_to(selection: Selection, codes: Sequence[str], prize: npt.NDArray[np.float64]) -> list[int]:
    return [t for t, code in enumerate(codes) if code not in selection.left_out and prize[t] > 0]


def _massed(selection: Selection) -> set[str]:
    return {choice.township_code for choice in selection.choices if choice.reason != EVERYWHERE}


def _mass(least: IntArray, most: IntArray, townships: Sequence[int], few: int, many: int) -> None:
    least[list(townships)], most[list(townships)] = few, many


def _deal(least: IntArray, most: IntArray, townships: Sequence[int], days: int) -> None:
    """Exactly ``days`` squad-days, one after the other, the townships with more to collect first."""
    for number in range(days):
        most[townships[number % len(townships)]] += 1
    least[list(townships)] = most[list(townships)]


def attainable(wanted: IntArray, squad_days: Sequence[SquadDay]) -> IntArray:
    """(t,) as many of the wanted squad-days as can be had together, given where each squad-day can go.

    Grants one squad-day a township in turn, and keeps a grant only if all grants so far can be matched to
    squad-days (maximum bipartite matching).
    """
    reaches = np.array([[access is not None for access in day.access] for day in squad_days])
    granted: list[int] = []
    refused: set[int] = set()
    for level in range(int(wanted.max(initial=0))):
        for t in np.flatnonzero(wanted > level).tolist():
            if t not in refused and _matched(reaches, [*granted, t]):
                granted.append(t)
            else:
                refused.add(t)
    return np.bincount(granted, minlength=len(wanted)).astype(np.int32)


def _matched(reaches: npt.NDArray[np.bool_], townships: Sequence[int]) -> bool:
    matching = maximum_bipartite_matching(csr_array(reaches[:, list(townships)].T), perm_type="column")
    return bool((matching >= 0).all())
