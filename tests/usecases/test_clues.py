"""Clues: kept whatever they say, matched when sure, followed by a plan when the chief accepts, rewarded by rule."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from planner.access import Actor
from planner.errors import Denied, Impossible, RequestError
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.store import audit, clues, plans, register
from planner.usecases.accept import squads_changed
from planner.usecases.caseload import known_cases
from planner.usecases.clue_inbox import found_for, inbox, rewards_table
from planner.usecases.clue_intake import enter, read_files, read_text, typed
from planner.usecases.clue_replan import accept_offer, decline_offer, followed_on, offer
from planner.usecases.clues import clue_days, known, say
from planner.usecases.context import Context
from planner.usecases.in_force import adopt, in_force
from planner.usecases.plan import plan
from planner.usecases.record import OutcomeTold, record_outcomes
from planner.usecases.score import score
from planner.usecases.sweep import PlanRequest


def person(ctx: Context, status: str = "open") -> tuple[str, str, str]:
    """Name, case and village of a debtor who has one case of this status and a place that is known."""
    cases, parties, placed = register.cases(ctx.engine), register.parties(ctx.engine), register.placed(ctx.engine)
    people = parties[parties["role"] == "debtor"].merge(placed, on=["case_id", "party_no"])
    alone = people[~people["name"].duplicated(keep=False) & people["lead"] & people["village_code"].notna()]
    owed = cases["claimed_fen"].fillna(0) > cases["recovered_fen"].fillna(0)
    fit = cases.loc[(cases["status"] == status) & owed & (cases["scope"] == "field"), "case_id"]
    found = alone[alone["case_id"].isin(fit)].iloc[0]
    return str(found["name"]), str(found["case_id"]), str(found["village_code"])


def village_name(ctx: Context, code: str) -> str:
    row = ctx.region.villages.set_index("code").loc[code]
    return f"{ctx.region.township_name(str(row['township_code']))}{row['name']}"


def test_a_tip_is_read_matched_and_kept_sealed(demo: Context) -> None:
    name, case_id, village = person(demo)
    [draft] = read_text(demo, f"昨晚8点看到{name}在{village_name(demo, village)}家里亮灯，庭务主任示例甲报")
    assert draft.found[0].reason == "name_village"
    assert (draft.channel, draft.contact_village, draft.marks) == ("contact", village, ())
    entered = enter(demo, [draft])
    assert entered.matched == 1
    [told] = inbox(demo).to_dict("records")
    assert (told["state"], told["case_ids"], told["live"]) == ("matched", case_id, True)
    assert name.encode() not in demo.settings.data_dir.joinpath("planner.db").read_bytes()
    actions = audit.entries(demo.engine)["action"].tolist()
    assert actions[-3:] == ["clue.entered", "clue.matched", "names.shown"]


def test_the_odd_ones_are_kept_and_marked(demo: Context) -> None:
    texts = "无名氏在家\n(2099)浙0225执9999号 有车\n看到示例无此人Z\n什么也没说"
    assert enter(demo, read_text(demo, texts)).matched == 0
    told = inbox(demo)
    assert len(told) == 4
    assert set(told["state"]) == {"waiting"}
    marks = dict(zip(told["words"], told["marks"], strict=True))
    assert "unknown_case" in marks["(2099)浙0225执9999号 有车"]
    assert "no_person" in marks["什么也没说"]
    today = demo.clock().astimezone(BEIJING).date()
    draft = typed(demo, "示例", "示例无此人Z", (), "", "", "public", "other", "low", today, today - timedelta(days=1))
    assert set(draft.marks) == {"unknown_person", "until_before_seen", "expired"}
    with pytest.raises(RequestError, match="unknown_choice"):
        typed(demo, "示例", "", (), "", "", "rumour", "other", "low", today, today)


def test_the_same_words_twice_are_one_clue(demo: Context) -> None:
    name, _, _ = person(demo)
    text = f"听说{name}回来了"
    first = enter(demo, read_text(demo, text)).clue_ids[0]
    [again] = read_text(demo, text)
    assert (again.same_as, again.identical) == ((first,), True)
    second = enter(demo, [again]).clue_ids[0]
    told = known(demo).set_index("clue_id")
    assert (told["state"][second], told["joined_to"][second]) == ("joined", first)
    [alike] = read_text(demo, f"听说{name}今天回来了")
    assert (alike.same_as, alike.identical) == ((first,), False)


def test_a_sheet_is_read_and_one_without_headers_is_refused_in_words(demo: Context) -> None:
    name, case_id, _ = person(demo)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["案号", "被执行人", "线索内容"])
    sheet.append([case_id, name, "在家"])
    out = BytesIO()
    book.save(out)
    [draft] = read_files(demo, [("线索.xlsx", out.getvalue())])
    assert draft.found[0].case_ids == (case_id,)
    with pytest.raises(RequestError, match="no_clues_in_file"):
        read_files(demo, [("别的.csv", "甲,乙\n1,2\n".encode())])


def test_a_person_decides_and_the_last_word_counts(demo: Context) -> None:
    name, case_id, _ = person(demo)
    clue_id = enter(demo, read_text(demo, f"{name}回来了")).clue_ids[0]
    assert [match.case_ids for match in found_for(demo, clue_id)] == [(case_id,)]
    say(demo, clue_id, "matched", [case_id])
    assert clue_days(demo)["case_id"].tolist() == [case_id]
    say(demo, clue_id, "dismissed")
    assert clue_days(demo).empty
    for word, cases, other in (("matched", ["(2099)浙0225执9号"], None), ("joined", [], clue_id), ("eaten", [], None)):
        with pytest.raises(RequestError):
            say(demo, clue_id, word, cases, other)
    with pytest.raises(RequestError, match="unknown_clue"):
        say(demo, "nothing", "dismissed")


def test_a_clue_revives_a_terminated_case_until_it_is_past(demo: Context) -> None:
    name, case_id, village = person(demo, "terminated")
    before = score(demo).visits
    assert case_id not in set(before["case_ids"].str.split(";").explode())
    enter(demo, read_text(demo, f"{name}在{village_name(demo, village)}开店，线索到明天有效"))
    after = score(demo).visits
    assert case_id in set(after["case_ids"].str.split(";").explode())
    later = replace(demo, clock=lambda: demo.clock() + timedelta(days=3))
    assert case_id not in set(score(later).visits["case_ids"].str.split(";").explode())
    assert known_cases(later)["clue_on"].equals(register.cases(demo.engine)["clue_on"])


def test_low_trust_counts_as_older(demo: Context) -> None:
    name, case_id, _ = person(demo)
    clue_id = enter(demo, read_text(demo, f"据说{name}今天回来了")).clue_ids[0]
    say(demo, clue_id, "matched", [case_id])
    today = pd.Timestamp(demo.clock().astimezone(BEIJING).date())
    older = pd.Timedelta(days=demo.policy.worth.clue_low_trust_days)
    assert clue_days(demo)["clue_on"].tolist() == [today - older]


@pytest.fixture
def under_way(demo: Context) -> tuple[Context, SweepPlan]:
    """The second day of a week's plan, 10:20."""
    squads = tuple(squad.id for squad in demo.region.squads[:3])
    made = plan(demo, PlanRequest(seconds=1.0, townships=6, squads=squads))
    adopt(demo, made.id)
    at = datetime.combine(made.days[1], time(10, 20), BEIJING)
    return replace(demo, clock=lambda: at), made


def test_a_clue_at_ten_twenty_becomes_a_plan(under_way: tuple[Context, SweepPlan]) -> None:
    ctx, made = under_way
    _, visits = plans.load_plan(ctx.engine, made.id)
    elsewhere = {unserved.visit_id for unserved in made.unserved if unserved.reason == "township_not_chosen"}
    cases = visits.loc[visits["visit_id"].isin(elsewhere), "case_ids"].str.split(";").str[0]
    clue_id = enter(ctx, read_text(ctx, f"{cases.iloc[0]} 亲眼看到人在家")).clue_ids[0]
    proposal = offer(ctx, clue_id)
    assert len(plans.list_plans(ctx.engine)) == 1
    assert followed_on(proposal, cases.iloc[0]) is not None
    now = 10 * 60 + 20

    def done(of: SweepPlan) -> set[tuple[str, str, int]]:
        routes = [r for r in of.routes if r.day <= made.days[1]]
        return {
            (r.squad_id, s.visit_id, s.start) for r in routes for s in r.stops if r.day < made.days[1] or s.start < now
        }

    assert done(proposal.plan) == done(made)
    changed = squads_changed(proposal)
    same = [r for r in made.routes if r.squad_id not in changed and r.stops]
    assert all(
        [s.visit_id for s in r.stops]
        == [s.visit_id for q in proposal.plan.routes if (q.squad_id, q.day) == (r.squad_id, r.day) for s in q.stops]
        for r in same
    )
    accept_offer(ctx, clue_id, proposal)
    now_in_force = in_force(ctx, made.week_start)
    assert now_in_force is not None
    assert now_in_force.plan_id == proposal.plan.id
    [told] = known(ctx).to_dict("records")
    assert (told["plan"], told["live"]) == (proposal.plan.id, True)


def test_an_offer_needs_a_live_clue_and_a_plan(under_way: tuple[Context, SweepPlan]) -> None:
    ctx, made = under_way
    waiting = enter(ctx, read_text(ctx, "什么也没说")).clue_ids[0]
    with pytest.raises(Impossible, match="clue_not_live"):
        offer(ctx, waiting)
    with pytest.raises(RequestError, match="unknown_clue"):
        offer(ctx, "nothing")
    case_id = register.cases(ctx.engine)["case_id"].iloc[0]
    say(ctx, waiting, "matched", [case_id])
    decline_offer(ctx, waiting)
    assert known(ctx)["declined"].tolist() == [True]
    after = replace(ctx, clock=lambda: datetime.combine(made.days[-1] + timedelta(days=2), time(8), BEIJING))
    with pytest.raises(Impossible, match="no_plan_now"):
        offer(after, waiting)


def test_points_are_counted_by_rule(under_way: tuple[Context, SweepPlan]) -> None:
    ctx, made = under_way
    rule = ctx.policy.reward
    route = next(r for r in made.routes if r.day == made.days[1] and r.stops)
    _, visits = plans.load_plan(ctx.engine, made.id)
    stop = route.stops[0].visit_id
    case_id = visits.set_index("visit_id")["case_ids"][stop].split(";")[0]
    village = ctx.region.villages["code"].iloc[0]
    [draft] = read_text(ctx, f"{case_id} 庭务主任示例甲报：人在家")
    clue_id = enter(ctx, [replace(draft, contact_village=village)]).clue_ids[0]
    assert rewards_table(ctx, inbox(ctx))["points"].tolist() == [rule.points_told]
    told = OutcomeTold("o1", stop, ("found", "paid"), f"{route.day}T10:00", paid="25000")
    later = replace(ctx, clock=lambda: ctx.clock() + timedelta(minutes=5))
    recorded = record_outcomes(later, made.id, route.squad_id, route.day, [told], "page")
    if recorded.held:  # it owes less than that
        told = replace(told, outcome_id="o2", kinds=("found",), paid="")
        record_outcomes(later, made.id, route.squad_id, route.day, [told], "page")
    bands = 2 if not recorded.held else 0
    [row] = rewards_table(ctx, inbox(ctx)).to_dict("records")
    assert row["points"] == rule.points_told + rule.points_useful + bands * rule.points_per_band
    assert (row["clues"], row["useful"], row["found"]) == (1, 1, 1)
    say(ctx, clue_id, "dismissed")
    assert rewards_table(ctx, inbox(ctx))["points"].tolist() == [0]


def test_who_may_not_see_names_takes_no_clues(demo: Context) -> None:
    analyst = replace(demo, actor=Actor("示例", "analyst"))
    with pytest.raises(Denied):
        read_text(analyst, "示例")
    with pytest.raises(Denied):
        inbox(analyst)
    assert clues.clues(demo.engine).empty
