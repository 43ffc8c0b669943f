"""分流: cases that a village contact, another team or judicial relief takes on, and how they come back."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pandas as pd

from planner.errors import RequestError
from planner.files.exports import Sheet, Translate, workbook
from planner.files.printing import hand_over_slips
from planner.model.region import Calendar
from planner.model.triage import ACTIONS, CASE_ACTION_TABLE, TEAMS
from planner.model.units import BEIJING, FEN_PER_YUAN
from planner.review.outcomes import standing
from planner.scoring.triage import for_relief, out_now, overdue, to_hand_over, to_urge
from planner.store import audit, outcomes, plans, register, triage
from planner.usecases.clues import cases_of_visits
from planner.usecases.context import Context, permit
from planner.usecases.remembered import remembered


@dataclass(frozen=True)
class Proposed:
    """What the rules propose. ``urge``: VISIT_TABLE and reason; ``hand_over``: visit_id, case_ids, team, reason;
    ``relief``: case_id, reason. What is out already is in none of them."""

    urge: pd.DataFrame
    hand_over: pd.DataFrame
    relief: pd.DataFrame


def proposed(ctx: Context) -> Proposed:
    """Cases that might leave the field plan, of the latest score and of what squads reported."""
    permit(ctx, "triage.decide")
    return remembered(ctx, ("proposed",), lambda: _proposed(ctx))


def _proposed(ctx: Context) -> Proposed:
    actions, today = triage.actions(ctx.engine), _today(ctx)
    out = set(out_now(actions, today)["case_id"])
    run = plans.latest_score(ctx.engine)
    told = standing(outcomes.outcomes(ctx.engine))
    told = told.assign(case_ids=cases_of_visits(ctx, told))
    urge = to_urge(run.visits, actions, ctx.region.contacts, ctx.policy.urge, today) if run else pd.DataFrame()
    relief = for_relief(register.cases(ctx.engine))
    return Proposed(
        urge if urge.empty else urge[~_any_of(urge["case_ids"], out)].reset_index(drop=True),
        (over := to_hand_over(told))[~_any_of(over["case_ids"], out)].reset_index(drop=True),
        relief[~relief["case_id"].isin(out)].reset_index(drop=True),
    )


def take_out(
    ctx: Context,
    case_ids: Sequence[str],
    action: str,
    reason: str = "person",
    until: date | None = None,
    team: str | None = None,
    note: str = "",
) -> None:
    """Say that cases are worked elsewhere: ``urged`` until a day (None: the policy's working days from today),
    ``handed_over`` to a team, ``relief``.

    Raises:
        RequestError: no such case, action or team; a case that is closed or out already; a deadline in the past or on
            a day on which the court does not work; to be urged in a village without a contact.
    """
    permit(ctx, "triage.decide")
    today = _today(ctx)
    deadline = (
        (until or _deadline(ctx.region.calendar, today.date(), ctx.policy.urge.days)) if action == "urged" else None
    )
    _require_sound(ctx, case_ids, action, team, deadline, today)
    villages = _villages(ctx, case_ids)
    if action == "urged" and (alone := [case_id for case_id in case_ids if not _has_contact(ctx, villages[case_id])]):
        raise RequestError("no_village_contact", case_id=alone[0])
    rows = [
        _row(ctx, case_id, action, reason, deadline, team, villages[case_id] if action == "urged" else None, note)
        for case_id in dict.fromkeys(case_ids)
    ]
    _save(ctx, rows)


def take_back(ctx: Context, case_ids: Sequence[str], reason: str = "person", note: str = "") -> None:
    """Cases are visited again from now on.

    Raises:
        RequestError: a case that is not out.
    """
    permit(ctx, "triage.decide")
    out = set(out_now(triage.actions(ctx.engine), _today(ctx))["case_id"])
    if inside := [case_id for case_id in case_ids if case_id not in out]:
        raise RequestError("case_not_out", case_id=inside[0])
    _save(ctx, [_row(ctx, case_id, "back", reason, None, None, None, note) for case_id in dict.fromkeys(case_ids)])


def undo(ctx: Context, case_ids: Sequence[str]) -> None:
    """Take back the last word on where cases are worked, by saying what held before it.

    Raises:
        RequestError: nothing was said of a case, or it would be out until a day that has passed.
    """
    permit(ctx, "triage.decide")
    actions, today = triage.actions(ctx.engine), _today(ctx)
    rows: list[dict[str, object]] = []
    for case_id in dict.fromkeys(case_ids):
        said = actions[actions["case_id"] == case_id].to_dict("records")
        if not said:
            raise RequestError("nothing_to_undo")
        before = said[-2] if len(said) > 1 else None
        if before is None or before["action"] == "back":
            rows.append(_row(ctx, case_id, "back", "person", None, None, None, ""))
            continue
        if pd.notna(before["until"]) and before["until"] < today:
            raise RequestError("deadline_unfit", until=f"{before['until']:%Y-%m-%d}", today=f"{today:%Y-%m-%d}")
        again = {"action_id": uuid4().hex, "at": ctx.clock(), "by": ctx.actor.name}
        rows.append({str(name): value for name, value in before.items()} | again)
    _save(ctx, rows)


def out_of_field(ctx: Context) -> pd.DataFrame:
    """CASE_ACTION_TABLE: the word by which each case is out of the field today."""
    permit(ctx, "triage.decide")
    return out_today(ctx)


def out_today(ctx: Context) -> pd.DataFrame:
    """The same for other use cases, whoever asks."""
    return out_now(triage.actions(ctx.engine), _today(ctx))


def came_back(ctx: Context) -> pd.DataFrame:
    """CASE_ACTION_TABLE: urged cases whose deadline has passed; they are visited again."""
    permit(ctx, "triage.decide")
    return overdue(triage.actions(ctx.engine), _today(ctx))


def triage_workbook(ctx: Context, t: Translate) -> bytes:
    """What is out: lists for village contacts (with the debtors' names), slips for other teams, and relief. Audited."""
    permit(ctx, "triage.decide")
    permit(ctx, "names.see")
    out = out_of_field(ctx)
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "triage.exported", "triage", str(len(out)))
    return workbook([_sheet(ctx, out, action, t) for action in ACTIONS[:-1]], t("triage.title"))


def hand_over_pdf(ctx: Context, t: Translate) -> bytes:
    """The slips (移送单) of all cases that are with another team. Audited.

    Raises:
        RequestError: none is.
    """
    permit(ctx, "triage.decide")
    permit(ctx, "names.see")
    out = out_of_field(ctx)
    rows = out[out["action"] == "handed_over"]
    if rows.empty:
        raise RequestError("no_slips")
    people = _people(ctx, rows["case_id"].tolist())
    cases = register.cases(ctx.engine, rows["case_id"].tolist()).set_index("case_id")
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "triage.exported", "slips", str(len(rows)))
    return hand_over_slips([_slip(row, cases, people, t) for row in rows.to_dict("records")], t)


def _slip(row: dict[Hashable, Any], cases: pd.DataFrame, people: dict[str, str], t: Translate) -> dict[str, object]:
    case_id: str = row["case_id"]
    owed, cause = cases["claimed_fen"][case_id], cases["cause"][case_id]
    day = f"{row['at'].tz_convert(BEIJING):%Y-%m-%d}"
    facts = (
        ("case_ids", case_id),
        ("debtor", people.get(case_id, "")),
        ("cause", "" if pd.isna(cause) else cause),
        ("claimed_yuan", "" if pd.isna(owed) else f"{owed / FEN_PER_YUAN:,.2f}"),
        ("team", t(f"team.{row['team']}")),
        ("why", t(f"triage_reason.{row['reason']}")),
        ("note", "" if pd.isna(row["note"]) else row["note"]),
        ("by", row["by"]),
        ("day", day),
    )
    return {"case_id": case_id, "day": day, "facts": [(t(f"column.{name}"), value) for name, value in facts]}


def _sheet(ctx: Context, out: pd.DataFrame, action: str, t: Translate) -> Sheet:
    rows = out[out["action"] == action]
    cases = register.cases(ctx.engine, rows["case_id"].tolist()).set_index("case_id") if len(rows) else None
    people = _people(ctx, rows["case_id"].tolist())
    told: list[list[object]] = []
    for row in rows.to_dict("records"):
        of_case = cases.loc[row["case_id"]] if cases is not None else None
        owed = (
            None if of_case is None or pd.isna(of_case["claimed_fen"]) else int(of_case["claimed_fen"]) / FEN_PER_YUAN
        )
        told.append(
            [
                row["case_id"], people.get(row["case_id"], ""), _contact(ctx, row["village_code"]),
                t(f"team.{row['team']}") if pd.notna(row["team"]) else "", owed,
                f"{row['until']:%Y-%m-%d}" if pd.notna(row["until"]) else "", t(f"triage_reason.{row['reason']}"),
                row["by"], f"{row['at'].tz_convert(BEIJING):%Y-%m-%d}",
            ]
        )  # fmt: skip
    headers = [
        t(f"column.{name}")
        for name in ("case_ids", "debtor", "call", "team", "claimed_yuan", "until", "why", "by", "day")
    ]
    return t(f"action.{action}"), headers, told


def _people(ctx: Context, case_ids: Sequence[str]) -> dict[str, str]:
    parties = register.parties(ctx.engine, case_ids) if case_ids else None
    if parties is None:
        return {}
    debtors = parties[parties["role"] == "debtor"]
    return {str(case_id): "、".join(names) for case_id, names in debtors.groupby("case_id")["name"]}


def _contact(ctx: Context, village_code: object) -> str:
    known = ctx.region.contacts
    mine = known[(known["role"] == "contact") & (known["village_code"] == village_code).fillna(value=False)]
    return "、".join(f"{row['name']} {row['phone'] or ''}".strip() for row in mine.to_dict("records"))


def _require_sound(
    ctx: Context, case_ids: Sequence[str], action: str, team: str | None, deadline: date | None, today: pd.Timestamp
) -> None:
    if action not in ACTIONS[:-1]:
        raise RequestError("unknown_choice", name="action", value=action, allowed="、".join(ACTIONS[:-1]))
    if (action == "handed_over") != (team in TEAMS):
        raise RequestError("unknown_choice", name="team", value=team, allowed="、".join(TEAMS))
    cases = register.cases(ctx.engine, case_ids)
    known = dict(zip(cases["case_id"], cases["status"], strict=True))
    out = set(out_now(triage.actions(ctx.engine), today)["case_id"])
    for case_id in case_ids:
        if case_id not in known:
            raise RequestError("unknown_case", case_id=case_id)
        if known[case_id] == "closed":
            raise RequestError("case_closed", case_id=case_id)
        if case_id in out:
            raise RequestError("case_out_already", case_id=case_id)
    if deadline and (deadline < today.date() or not ctx.region.calendar.works_on(deadline)):
        raise RequestError("deadline_unfit", until=deadline.isoformat(), today=today.date().isoformat())


def _villages(ctx: Context, case_ids: Sequence[str]) -> dict[str, str | None]:
    placed = register.placed(ctx.engine, case_ids)
    lead = placed[placed["lead"]]
    found = dict(zip(lead["case_id"], lead["village_code"], strict=True))
    return {case_id: None if pd.isna(found.get(case_id)) else str(found[case_id]) for case_id in case_ids}


def _has_contact(ctx: Context, village_code: str | None) -> bool:
    return village_code is not None and bool(_contact(ctx, village_code))


def _deadline(calendar: Calendar, day: date, count: int) -> date:
    """The ``count``-th working day after a day."""
    while count:
        day += timedelta(days=1)
        count -= calendar.works_on(day)
    return day


def _today(ctx: Context) -> pd.Timestamp:
    return pd.Timestamp(ctx.clock().astimezone(BEIJING).date())


def _any_of(case_ids: "pd.Series[str]", out: set[str]) -> "pd.Series[bool]":
    return case_ids.str.split(";").map(lambda ids: not out.isdisjoint(ids)).astype(bool)


def _row(
    ctx: Context, case_id: str, action: str, reason: str, until: date | None, team: str | None,
    village_code: str | None, note: str,
) -> dict[str, object]:  # fmt: skip
    return {
        "action_id": uuid4().hex, "at": ctx.clock(), "by": ctx.actor.name, "case_id": case_id, "action": action,
        "until": until, "team": team, "village_code": village_code, "reason": reason, "note": note or None,
    }  # fmt: skip


def _save(ctx: Context, rows: list[dict[str, object]]) -> None:
    table = CASE_ACTION_TABLE.validate(pd.DataFrame(rows, columns=list(CASE_ACTION_TABLE.columns)))
    triage.save(ctx.engine, table, ctx.clock(), ctx.actor.name)
