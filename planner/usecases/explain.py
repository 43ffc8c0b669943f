"""Say why the townships rank as they do, how well the method would have chosen before, and what else could be asked."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from planner.geo.neighbours import neighbours
from planner.model.hotspot import PARTS
from planner.model.policy import ScorePolicy
from planner.model.score_run import ScoreRun
from planner.scoring.backtest import Backtest, backtest
from planner.scoring.explain import Explanation, explain
from planner.scoring.past import Past, past_filings
from planner.scoring.sensitivity import Sensitivity, reweighted, sensitivity
from planner.scoring.state import filed_by
from planner.store import register
from planner.usecases.context import Context, permit

__all__ = [
    "Backtest",
    "Explanation",
    "Sensitivity",
    "backtest_score",
    "explain_score",
    "order_under",
    "over_plausible_weights",
    "policy_weights",
]


@dataclass(frozen=True)
class _Register:
    """``township`` and ``company`` (of the lead debtor) by row of ``cases``, NA where not known."""

    cases: pd.DataFrame
    township: pd.Series
    company: pd.Series
    past: Past
    pairs: pd.DataFrame


def explain_score(ctx: Context, run: ScoreRun) -> Explanation:
    """What stands behind a score: from the register as it is now, nothing after the day of the score used."""
    permit(ctx, "score.see")
    known = _register(ctx, run)
    return explain(
        known.cases, known.township, known.company, known.past, ctx.region, known.pairs, ctx.policy.score,
        run.hotspots.seed,
    )  # fmt: skip


def backtest_score(ctx: Context, run: ScoreRun, k: int) -> Backtest | None:
    """How the forecast would have chosen k townships in past periods; None where the register is too short."""
    permit(ctx, "score.see")
    return backtest(_register(ctx, run).past, ctx.policy.score, k, run.hotspots.seed)


def policy_weights(policy: ScorePolicy) -> dict[str, float]:
    """The weight of each part of the score."""
    weights = (policy.weight_filings, policy.weight_worth, policy.weight_livelihood, policy.weight_backlog)
    return dict(zip(PARTS, weights, strict=True))


def order_under(ctx: Context, run: ScoreRun, weights: Mapping[str, float]) -> pd.DataFrame:
    """The ranking of a score under other weights; nothing is saved."""
    permit(ctx, "score.see")
    return reweighted(run.hotspots.table, weights)


def over_plausible_weights(ctx: Context, run: ScoreRun, k: int) -> Sensitivity:
    """Which of the k hottest would leave, and who would come in, if the parts weighed somewhat otherwise."""
    permit(ctx, "score.see")
    return sensitivity(run.hotspots.table, policy_weights(ctx.policy.score), k, run.hotspots.seed)


def _register(ctx: Context, run: ScoreRun) -> _Register:
    as_of = run.hotspots.as_of
    cases, placed = filed_by(register.cases(ctx.engine), as_of), register.placed(ctx.engine)
    lead = placed.loc[placed["lead"], ["case_id", "party_no", "township_code"]]
    debtors = register.parties(ctx.engine)[["case_id", "party_no", "is_company"]]
    of_case = lead.merge(debtors, on=["case_id", "party_no"], how="left").set_index("case_id")
    township = cases["case_id"].map(of_case["township_code"])
    company = cases["case_id"].map(of_case["is_company"]).astype("boolean")
    pairs = neighbours(ctx.region)
    return _Register(cases, township, company, past_filings(cases, township, ctx.region.townships, pairs, as_of), pairs)
