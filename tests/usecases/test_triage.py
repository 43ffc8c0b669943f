"""Cases leave the field plan by a word and come back by another, or when their time is over."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO

import openpyxl
import pandas as pd
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.access import Actor
from planner.errors import Denied, RequestError
from planner.i18n import translator
from planner.model.sweep import SweepPlan
from planner.model.triage import ACTIONS, CASE_ACTION_TABLE
from planner.model.units import BEIJING
from planner.scoring.triage import out_now, overdue
from planner.store import audit, plans, register
from planner.usecases.context import Context
from planner.usecases.plan import plan
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.score import score
from planner.usecases.sweep import PlanRequest
from planner.usecases.triage import (
    came_back,
    hand_over_pdf,
    out_of_field,
    proposed,
    take_back,
    take_out,
    triage_workbook,
)


def visited(ctx: Context) -> set[str]:
    return set(score(ctx).visits["case_ids"].str.split(";").explode())


def reasons(ctx: Context) -> dict[str, str]:
    out = score(ctx).out_of_field
    return dict(zip(out["case_id"], out["reason"], strict=True))


def test_an_urged_case_is_out_until_its_deadline(demo: Context) -> None:
    score(demo)
    urge = proposed(demo).urge
    assert (urge["claimed_fen"] <= demo.policy.urge.most_fen).all()
    cases = urge["case_ids"].iloc[0].split(";")
    take_out(demo, cases, "urged", "small_claim")
    assert not visited(demo) & set(cases)
    assert {reasons(demo)[case_id] for case_id in cases} == {"urged"}
    assert not set(cases) & set(proposed(demo).urge["case_ids"].str.split(";").explode())
    [until] = set(out_of_field(demo)["until"])
    assert demo.region.calendar.works_on(until.date())
    last_day = datetime.combine(until.date(), time(23), BEIJING)
    assert not visited(replace(demo, clock=lambda: last_day)) & set(cases)
    after = replace(demo, clock=lambda: last_day + timedelta(hours=2))
    assert set(cases) <= visited(after)
    assert set(came_back(after)["case_id"]) == set(cases)


def test_what_was_handed_over_comes_back_when_it_is_returned(demo: Context) -> None:
    case_id = sorted(visited(demo))[0]
    take_out(demo, [case_id], "handed_over", team="asset_disposal", note="示例：车辆一辆")
    assert case_id not in visited(demo)
    take_back(demo, [case_id], "returned")
    assert case_id in visited(demo)
    assert audit.entries(demo.engine)["action"].tolist().count("case.back") == 1
    with pytest.raises(RequestError, match="case_not_out"):
        take_back(demo, [case_id])


def test_a_plan_made_meanwhile_does_not_visit_it(demo: Context) -> None:
    made = plan(demo, PlanRequest(seconds=1.0))
    _, visits = plans.load_plan(demo.engine, made.id)
    first = next(stop.visit_id for route in made.routes for stop in route.stops)
    cases = visits.set_index("visit_id")["case_ids"][first].split(";")
    take_out(demo, cases, "relief")
    _, later = plans.load_plan(demo.engine, plan(demo, PlanRequest(seconds=1.0)).id)
    assert not set(cases) & set(later["case_ids"].str.split(";").explode())


def test_outcomes_propose_other_teams(demo: Context) -> None:
    made: SweepPlan = plan(demo, PlanRequest(seconds=1.0))
    route = max(made.routes, key=lambda route: len(route.stops))
    ctx = replace(demo, clock=lambda: datetime.combine(route.day, time(20), BEIJING))
    told = [
        OutcomeTold("a", route.stops[0].visit_id, ("found", "sealed"), f"{route.day}T10:00"),
        OutcomeTold("b", route.stops[1].visit_id, ("not_found",), f"{route.day}T11:00", next_step="terminate"),
        OutcomeTold("c", route.stops[2].visit_id, ("found",), f"{route.day}T12:00"),
    ]
    record_outcomes(ctx, made.id, route.squad_id, route.day, told, "page")
    over = proposed(ctx).hand_over.set_index("visit_id")
    assert over["team"].to_dict() == {told[0].visit_id: "asset_disposal", told[1].visit_id: "terminated"}
    assert over["reason"].tolist() == ["sealed_property", "officers_propose"]


def test_relief_is_proposed_by_rule(demo: Context) -> None:
    cases = register.cases(demo.engine)
    fit = cases[(cases["status"] == "open") & (cases["scope"] == "unable") & cases["livelihood"]]
    assert set(proposed(demo).relief["case_id"]) == set(fit["case_id"])


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"case_ids": ["(2099)浙0225执1号"], "action": "relief"}, "unknown_case"),
        ({"action": "eaten"}, "unknown_choice"),
        ({"action": "handed_over"}, "unknown_choice"),
        ({"action": "relief", "team": "review"}, "unknown_choice"),
        ({"action": "urged", "until": date(2020, 1, 2)}, "deadline_unfit"),
        ({"action": "urged", "until": date(2027, 1, 1)}, "deadline_unfit"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_changes(demo: Context, given: dict[str, object], key: str) -> None:
    cases = register.cases(demo.engine)
    open_case = cases.loc[cases["status"] == "open", "case_id"].iloc[0]
    with pytest.raises(RequestError) as told:
        take_out(demo, **({"case_ids": [open_case]} | given))  # type: ignore[arg-type]
    assert told.value.key == key
    assert out_of_field(demo).empty


def test_closed_twice_and_villages_without_contact_are_told(demo: Context) -> None:
    cases = register.cases(demo.engine)
    closed = cases.loc[cases["status"] == "closed", "case_id"].iloc[0]
    with pytest.raises(RequestError, match="case_closed"):
        take_out(demo, [closed], "relief")
    case_id = cases.loc[cases["status"] == "open", "case_id"].iloc[0]
    nobody = replace(demo, region=replace(demo.region, contacts=demo.region.contacts.head(0)))
    with pytest.raises(RequestError, match="no_village_contact"):
        take_out(nobody, [case_id], "urged")
    take_out(demo, [case_id], "relief")
    with pytest.raises(RequestError, match="case_out_already"):
        take_out(demo, [case_id], "relief")
    with pytest.raises(Denied):
        take_out(replace(demo, actor=Actor("示例", "officer", "S01")), [case_id], "relief")


def test_the_lists_name_debtors_and_contacts(demo: Context) -> None:
    score(demo)
    case_id = proposed(demo).urge["case_ids"].iloc[0].split(";")[0]
    take_out(demo, [case_id], "urged", "small_claim")
    book = openpyxl.load_workbook(BytesIO(triage_workbook(demo, translator("zh"))))
    assert book.sheetnames == ["督促履行", "移送", "司法救助"]
    row = [cell.value for cell in book["督促履行"][2]]
    parties = register.parties(demo.engine, [case_id])
    assert row[0] == case_id
    assert row[1] == "、".join(parties.loc[parties["role"] == "debtor", "name"])
    assert "示例主任" in str(row[2])
    assert audit.entries(demo.engine)["action"].tolist()[-1] == "triage.exported"


def test_a_slip_goes_with_each_case_that_is_handed_over(demo: Context) -> None:
    with pytest.raises(RequestError, match="no_slips"):
        hand_over_pdf(demo, translator("zh"))
    cases = sorted(visited(demo))[:2]
    take_out(demo, cases, "handed_over", team="terminated", note="示例：无财产")
    document = pypdfium2.PdfDocument(hand_over_pdf(demo, translator("zh")))
    texts = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    assert len(texts) == 2
    assert all(case_id in text and "终本管理团队" in text for case_id, text in zip(cases, texts, strict=True))


WORDS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(ACTIONS), st.integers(-5, 5)), max_size=12)


@given(WORDS)
def test_the_last_word_on_a_case_decides(words: list[tuple[str, str, int]]) -> None:
    today = pd.Timestamp("2026-11-24")
    rows = [
        {
            "action_id": str(n), "at": pd.Timestamp("2026-11-01T00:00Z"), "by": "示例", "case_id": case_id,
            "action": action, "until": today + pd.Timedelta(days=days) if action == "urged" else None,
            "team": "review" if action == "handed_over" else None, "village_code": None, "reason": "person",
            "note": None,
        }
        for n, (case_id, action, days) in enumerate(words)
    ]  # fmt: skip
    table = CASE_ACTION_TABLE.validate(pd.DataFrame(rows, columns=list(CASE_ACTION_TABLE.columns)))
    last = {case_id: (action, days) for case_id, action, days in words}
    out = {c for c, (action, days) in last.items() if action != "back" and not (action == "urged" and days < 0)}
    assert set(out_now(table, today)["case_id"]) == out
    assert set(overdue(table, today)["case_id"]) == {c for c, (a, days) in last.items() if a == "urged" and days < 0}
