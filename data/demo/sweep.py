"""Plays a sweep on the demo: what squads met in its week, and the register a quarter later. The truth is known here.

    python data/demo/sweep.py [--out DIR] [--region DIR] [--seed 7] [--cases 6000] [--as-of 2026-11-20] [--effect 0.6]

The newest plan of the installation (``PLANNER_*``) is adopted, an outcome is recorded for nearly every visit on it, and
the register as of ``--as-of`` is written, in which the swept townships really enforced so much more from the sweep on.
``truth.json`` beside it says what was played.
"""

import argparse
import json
import os
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from caseload import Case, make_caseload
from make_register import write_register

from planner.bootstrap import open_context
from planner.files.policy import policy_from_json
from planner.files.region import load_region
from planner.model.policy import WorthPolicy
from planner.model.sweep import PlannedRoute, PlannedVisit, SweepPlan
from planner.model.units import FEN_PER_YUAN
from planner.settings import read_settings
from planner.store import plans
from planner.usecases.context import Context
from planner.usecases.in_force import adopt
from planner.usecases.record import OutcomeTold, record_outcomes

SETTLED = ("执行完毕", "执行和解（长期履行）")


@dataclass(frozen=True)
class Truth:
    """How the made-up county really is. ``effect``: share by which more is enforced in swept townships. ``finds`` and
    ``finds_company``: factors on the policy's chance to find somebody. ``paid``: share of those found who pay, and
    ``recovery`` the mean share of the debt. ``unsaid``: share of visits of which nobody tells anything."""

    effect: float = 0.6
    finds: float = 1.25
    finds_company: float = 0.75
    paid: float = 0.34
    recovery: float = 0.30
    summoned: float = 0.10
    detained: float = 0.04
    fined: float = 0.06
    unsaid: float = 0.04
    late_minutes: float = 9.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", type=Path, default=Path(__file__).resolve().parents[1] / "regions" / "330225")
    parser.add_argument("--out", type=Path, default=Path("var/demo"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--effect", type=float, default=Truth.effect)
    args = parser.parse_args()
    truth = Truth(effect=args.effect)
    with open_context(read_settings(os.environ)) as ctx:
        plan = play_week(ctx, truth, args.seed)
    swept = {route.township_code for route in plan.routes if route.stops}
    region = load_region(args.region)
    cases = make_caseload(region, args.cases, args.as_of, np.random.default_rng(args.seed))
    enforce_more(cases, swept, plan.week_start, args.as_of, truth.effect, np.random.default_rng(args.seed + 1))
    write_register(region, args.out, cases, args.as_of, np.random.default_rng(args.seed + 2))
    told = asdict(truth) | {"plan": plan.id, "swept": sorted(swept)}
    (args.out / "truth.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def enforce_more(
    cases: list[Case], swept: set[str], since: date, until: date, effect: float, rng: np.random.Generator
) -> None:
    """Enforce waiting cases of swept townships, as many as ``effect`` says of those that were enforced anyway."""
    for township in sorted(swept):
        mine = [case for case in cases if case.township == township]
        done = [case for case in mine if case.closed_on and case.closed_on >= since and case.closing in SETTLED]
        waiting = [case for case in mine if case.closed_on is None]
        more = min(int(rng.poisson(effect * len(done))), len(waiting))
        for at in rng.choice(len(waiting), more, replace=False):
            case, days = waiting[int(at)], (until - max(since, waiting[int(at)].filed_on)).days
            case.closed_on = max(since, case.filed_on) + timedelta(days=int(rng.integers(0, days + 1)))
            case.closing, case.closing_reason, case.recovered = "执行完毕", "强制执行完毕", case.amount
            case.clue_on = case.clue_on if case.clue_on and case.clue_on <= case.closed_on else None


def play_week(ctx: Context, truth: Truth, seed: int) -> SweepPlan:
    """Adopt the newest plan and record what its squads met."""
    plan, visits = plans.load_plan(ctx.engine, plans.list_plans(ctx.engine)["id"].iloc[0])
    adopt(ctx, plan.id)
    rng = np.random.default_rng(seed)
    told = visits.set_index("visit_id")
    worth = policy_from_json(plan.policy).worth
    for route in plan.routes:
        met = [
            _met(truth, route, stop, told.loc[stop.visit_id], worth, rng)
            for stop in route.stops
            if rng.random() >= truth.unsaid
        ]
        if met:
            record_outcomes(ctx, plan.id, route.squad_id, route.day, met, "page")
    return plan


def _met(
    truth: Truth, route: PlannedRoute, stop: PlannedVisit, visit: "pd.Series[Any]", worth: WorthPolicy,
    rng: np.random.Generator,
) -> OutcomeTold:  # fmt: skip
    """What one visit came to."""
    company = visit["p_base"] == worth.p_find_company
    chance = min(visit["p_find"] * (truth.finds_company if company else truth.finds), worth.p_find_most)
    minute = stop.leave + int(np.clip(rng.normal(truth.late_minutes, 12), -20, 60))
    happened = datetime.combine(route.day, time()) + timedelta(minutes=minute)
    kinds, paid, fine = ("not_found",), "", ""
    if rng.random() < chance:
        kinds, paid, fine = _found(truth, int(visit["claimed_fen"]), rng)
    elif rng.random() < 0.12:
        kinds = ("moved_away",)
    outcome_id = f"{rng.integers(0, 2**63):016x}{rng.integers(0, 2**63):016x}"
    return OutcomeTold(outcome_id, stop.visit_id, kinds, happened.isoformat(timespec="minutes"), paid, fine)


def _found(truth: Truth, owed_fen: int, rng: np.random.Generator) -> tuple[tuple[str, ...], str, str]:
    kinds, paid, fine = ["found"], "", ""
    shares = (("summoned", truth.summoned), ("detained", truth.detained), ("fined", truth.fined))
    kinds += [kind for kind, share in shares if rng.random() < share]
    if "fined" in kinds:
        fine = f"{int(rng.integers(2, 21)) * 500}"
    share = float(rng.beta(truth.recovery * 4, (1 - truth.recovery) * 4))
    if rng.random() < truth.paid and owed_fen * share >= FEN_PER_YUAN:
        kinds.append("paid")
        paid = f"{int(owed_fen * share) // FEN_PER_YUAN}"
    elif rng.random() < 0.3:
        kinds.append("refused")
    return tuple(kinds), paid, fine


if __name__ == "__main__":
    main()
