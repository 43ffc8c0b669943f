"""What a case was before: every value that a later register changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from planner.access import Refused, can
from planner.errors import InputError, RequestError
from planner.register import canonical_case_number
from planner.store import audit, register
from planner.usecases.context import Context, permit

PERSONAL = ("parties", "remark")


@dataclass(frozen=True)
class CaseHistory:
    """A case as it stands and as it stood.

    Attributes:
        case: its row of CASE_TABLE.
        changes: at, field (of CASE_TABLE, or ``parties``), before, after (texts; NA: blank), the newest first.
            What tells of people is left out where the actor may not see names.
    """

    case: "pd.Series[str]"
    changes: pd.DataFrame


def case_history(ctx: Context, number: str) -> CaseHistory:
    """A case's history by its number, in any way of writing it. The look is audited.

    Raises:
        InputError: no case number. RequestError: no such case.
    """
    permit(ctx, "register.import")
    case_id = canonical_case_number(number)
    if case_id is None:
        raise InputError("not_a_case_number", number=number)
    cases = register.cases(ctx.engine, [case_id])
    if cases.empty:
        raise RequestError("unknown_case", case_id=case_id)
    names = not isinstance(can(ctx.actor, "names.see"), Refused)
    case = cases.iloc[0]
    people: list[dict[Any, Any]] = register.parties(ctx.engine, [case_id]).to_dict("records")
    later: dict[Any, Any] = case.to_dict() | {"parties": people}
    rows: list[tuple[datetime, str, str | None, str | None]] = []
    for at, before in register.history(ctx.engine, case_id):
        for field, value in before.items():
            rows.append((at, field, _told(field, value), _told(field, later[field])))
            later[field] = value
    changes = pd.DataFrame(rows, columns=["at", "field", "before", "after"])
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "case.history_seen", case_id, "names" if names else "")
    return CaseHistory(case, changes if names else changes[~changes["field"].isin(PERSONAL)].reset_index(drop=True))


def _told(field: str, value: Any) -> str | None:
    """One value as text; None where it is blank."""
    if field == "parties":
        return "；".join(map(_person, value))
    if pd.isna(value):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _person(person: dict[Any, Any]) -> str:
    told = (person[field] for field in ("name", "residence", "service", "domicile"))
    return " ".join(value for value in told if isinstance(value, str))
