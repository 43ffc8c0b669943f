"""The queue of doubtful placings, and what people decide about them."""

import pandas as pd

from planner.errors import RequestError
from planner.geo.place import place_cases
from planner.store import audit, register
from planner.usecases.context import Context, permit, region_with_learnt_aliases


def placing_queue(ctx: Context) -> pd.DataFrame:
    """Open cases whose lead debtor is placed with less confidence than the policy asks for, least sure first.

    Columns of PLACED_TABLE joined with the debtor's addresses. Opening the queue is audited.
    """
    permit(ctx, "placing.decide")
    placed, parties = register.placed(ctx.engine), register.parties(ctx.engine)
    cases = register.cases(ctx.engine)
    doubtful = placed[placed["lead"] & (placed["confidence"] < ctx.policy.gazetteer.queue_below)]
    doubtful = doubtful[doubtful["case_id"].isin(cases.loc[cases["status"] == "open", "case_id"])]
    addresses = parties[["case_id", "party_no", "name", "residence", "service", "domicile"]]
    queue = doubtful.merge(addresses, on=["case_id", "party_no"]).sort_values("confidence", ignore_index=True)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "names.shown", "placing_queue", f"{len(queue)}")
    return queue


def decide_place(
    ctx: Context,
    case_id: str,
    party_no: int,
    township_code: str | None,
    village_code: str | None = None,
    alias: str | None = None,
) -> None:
    """A person says where a debtor is (None: outside the county); an alias teaches the gazetteer.

    Raises:
        RequestError: no such township, or the village is not in it.
    """
    permit(ctx, "placing.decide")
    _require_known(ctx, township_code, village_code)
    parties = register.parties(ctx.engine)
    of_case = parties[parties["case_id"] == case_id]
    if of_case.empty:
        raise RequestError("unknown_case", case_id=case_id)
    decision = {
        "case_id": case_id,
        "party_no": party_no,
        "township_code": township_code,
        "village_code": village_code,
    }
    decided = pd.concat([register.decisions(ctx.engine), pd.DataFrame([decision])], ignore_index=True)
    decided = decided.drop_duplicates(["case_id", "party_no"], keep="last", ignore_index=True)
    placed = place_cases(of_case, region_with_learnt_aliases(ctx), ctx.policy.gazetteer, decided)
    register.save_decision(ctx.engine, decision, alias, placed, at=ctx.clock(), by=ctx.actor.name)


def _require_known(ctx: Context, township_code: str | None, village_code: str | None) -> None:
    if township_code is None:
        return
    if township_code not in set(ctx.region.townships["code"]):
        raise RequestError("unknown_township", township=township_code)
    of_township = ctx.region.villages.loc[ctx.region.villages["township_code"] == township_code, "code"]
    if village_code is not None and village_code not in set(of_township):
        raise RequestError("unknown_village", village=village_code, township=township_code)
