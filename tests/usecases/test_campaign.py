"""A campaign from proposal to bulletin, and everything that may be wrong with what is typed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pypdfium2
import pytest

from benchmarks.loop import MONDAY, County
from planner.access import Actor
from planner.bootstrap import open_context
from planner.errors import Denied, Overtaken, RequestError
from planner.i18n import translator
from planner.model.campaign import Campaign, CampaignSweep, Kept, Promise, Rules, Target, Task
from planner.model.region import Calendar
from planner.model.units import BEIJING
from planner.settings import read_settings
from planner.store import audit, campaigns, plans
from planner.usecases.bulletin import bulletin, bulletin_months
from planner.usecases.campaign import (
    CampaignRequest,
    add_tasks,
    drop_target,
    drop_tasks,
    keep,
    kept,
    mark_tasks,
    plan_request,
    propose,
    set_sweep,
    set_target,
)
from planner.usecases.campaign_progress import campaign_state, moved, paths_of
from planner.usecases.campaign_stock import sweep_weeks
from planner.usecases.campaign_tasks import read_tasks
from planner.usecases.campaign_words import elsewhere_lines, path_line, promise_lines, sweep_rows, task_rows
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.in_force import adopt
from planner.usecases.plan import plan
from tests.conftest import ROOT

T = translator("zh")
START = date(2026, 11, 30)
REQUEST = CampaignRequest("示例行动", START, weeks=10, sweeps=3, townships=2)


def at(ctx: Context, day: date) -> Context:
    return replace(ctx, clock=lambda: datetime.combine(day, time(9), BEIJING))


def made_up(ctx: Context, start: date = START, **changed: object) -> Campaign:
    """A campaign that nobody had to propose."""
    codes = ctx.region.townships["code"].tolist()
    sweeps = (CampaignSweep(start, tuple(codes[:2])), CampaignSweep(start + pd.Timedelta(weeks=4), tuple(codes[2:4])))
    plain = Campaign(
        "c1", "示例行动", start, 10, sweeps, Rules(2), Promise(100, 101, 90, 80, 120), start, 7
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]


@pytest.fixture
def of(ctx: Context) -> Kept:
    keep(ctx, made_up(ctx))
    return kept(ctx)[0]


def test_a_proposal_keeps_its_rules_and_is_told(demo: Context) -> None:
    made = propose(demo, REQUEST)
    assert [len(sweep.townships) for sweep in made.sweeps] == [2, 2, 2]
    assert all(sweep.week_start.weekday() == 0 for sweep in made.sweeps)
    assert made.promise.together >= (made.promise.greedy or 0)
    assert made.promise.together <= made.promise.bound
    assert kept(demo) == []
    hot = campaign_state(demo, made).townships[0]
    assert (hot.p_top or 0) < made.rules.hot or any(hot.code in sweep.townships for sweep in made.sweeps)
    assert len(promise_lines(made, T)) == 4
    request = plan_request(demo, made.sweeps[0])
    assert (request.must, request.townships) == (made.sweeps[0].townships, 2)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"start": date(2026, 12, 1)}, "not_a_monday"),
        ({"name": " "}, "campaign_unnamed"),
        ({"sweeps": 5, "weeks": 4}, "campaign_more_sweeps_than_weeks"),
        ({"weeks": 0}, "out_of_range"),
        ({"hot": 1.5}, "out_of_range"),
        ({"townships": 19}, "too_few_townships"),
    ],
)
def test_what_cannot_be_proposed_is_said_before_any_work(ctx: Context, changed: dict[str, object], key: str) -> None:
    with pytest.raises(RequestError, match=key):
        propose(ctx, replace(REQUEST, **changed))  # type: ignore[arg-type]


def test_sweeps_are_spread_around_holidays() -> None:
    spring = {date(2027, 2, day): "春节" for day in range(8, 13)} | {
        date(2027, 2, 15): "春节",
        date(2027, 2, 16): "春节",
    }
    calendar = Calendar(spring, {}, ())
    weeks = sweep_weeks(calendar, date(2027, 1, 25), 6, 3)
    assert weeks == (date(2027, 1, 25), date(2027, 2, 1), date(2027, 2, 22))
    assert sweep_weeks(calendar, date(2027, 1, 25), 6, 5)[-1] == date(2027, 3, 1)
    with pytest.raises(RequestError, match="campaign_too_many_sweeps"):
        sweep_weeks(calendar, date(2027, 1, 25), 6, 6)
    with pytest.raises(RequestError, match="campaign_starts_in_holidays"):
        sweep_weeks(Calendar({date(2027, 2, day): "春节" for day in (8, 9, 10)}, {}, ()), date(2027, 2, 8), 6, 1)


def test_changes_are_new_words_and_nobody_overwrites_another(ctx: Context, of: Kept) -> None:
    assert add_tasks(ctx, of, "县公安局,派员配合,12-10\n\n县渔政\t核对渔船，名单\t2026年12月20日") == 2
    with pytest.raises(Overtaken, match="campaign_changed_meanwhile"):
        add_tasks(ctx, of, "县公安局,派员配合,12-10")
    now = kept(ctx)[0]
    assert [(task.unit, task.what, task.due) for task in now.campaign.tasks] == [
        ("县公安局", "派员配合", date(2026, 12, 10)), ("县渔政", "核对渔船，名单", date(2026, 12, 20))
    ]  # fmt: skip
    first, second = (task.id for task in now.campaign.tasks)
    mark_tasks(at(ctx, date(2026, 12, 11)), now, [first], done=True)
    drop_tasks(ctx, kept(ctx)[0], [second])
    [left] = kept(ctx)[0].campaign.tasks
    assert (left.id, left.done_on) == (first, date(2026, 12, 11))
    mark_tasks(ctx, kept(ctx)[0], [first], done=False)
    set_target(ctx, kept(ctx)[0], Target("completed", 0.6, date(2027, 1, 30)))
    set_target(ctx, kept(ctx)[0], Target("completed", 0.7, date(2027, 1, 30)))
    assert [target.value for target in kept(ctx)[0].campaign.targets] == [0.7]
    drop_target(ctx, kept(ctx)[0], "completed")
    name = str(ctx.region.townships["name"].iloc[5])
    set_sweep(ctx, kept(ctx)[0], START, [name])
    assert kept(ctx)[0].campaign.sweeps[0].townships == (ctx.region.townships["code"].iloc[5],)
    deeds = audit.entries(ctx.engine)["action"].tolist()
    assert deeds == ["campaign.made"] + ["campaign.tasks_changed"] * 4 + ["campaign.targets_changed"] * 3 + [
        "campaign.sweep_changed"
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "campaign_no_tasks"),
        ("县公安局,2026-12-10", "campaign_task_incomplete"),
        (",派员,2026-12-10", "campaign_task_incomplete"),
        ("县公安局,派员,下周", "campaign_due_unreadable"),
        ("县公安局,派员,2026-02-30", "campaign_due_unreadable"),
        ("县公安局,派员,2026-01-05", "campaign_due_too_early"),
        ("县公安局,派员,7-1", "campaign_due_needs_year"),
    ],
)
def test_lines_that_are_no_tasks(text: str, key: str) -> None:
    with pytest.raises(RequestError, match=key):
        read_tasks(text, START, date(2027, 2, 7))


def test_days_without_a_year_fall_within_the_campaign() -> None:
    tasks = read_tasks("甲局；事一；12/31\n乙局|事二|1月5日\n丙局,事三,2027.3.1", START, date(2027, 2, 7))
    assert [task.due for task in tasks] == [date(2026, 12, 31), date(2027, 1, 5), date(2027, 3, 1)]


@pytest.mark.parametrize(
    ("target", "key"),
    [
        (Target("好评率", 0.5, date(2027, 1, 1)), "campaign_unknown_indicator"),
        (Target("completed", 0.5, START), "campaign_target_too_early"),
        (Target("completed", 52.0, date(2027, 1, 1)), "campaign_target_out_of_range"),
    ],
)
def test_targets_that_make_no_path(ctx: Context, of: Kept, target: Target, key: str) -> None:
    with pytest.raises(RequestError, match=key):
        set_target(ctx, of, target)


def test_a_sweep_takes_townships_that_exist(ctx: Context, of: Kept) -> None:
    with pytest.raises(RequestError, match="unknown_township"):
        set_sweep(ctx, of, START, ["无此镇"])
    with pytest.raises(RequestError, match="campaign_no_sweep"):
        set_sweep(ctx, of, date(2026, 12, 7), [of.campaign.sweeps[0].townships[0]])
    gone = made_up(ctx, id="c2", sweeps=(CampaignSweep(START, ("330225999",)),))
    told = campaign_state(ctx, gone)
    assert told.gone == ("330225999",)
    assert "330225999" in elsewhere_lines(told, {}, T)[0]
    with pytest.raises(RequestError, match="unknown_township"):
        plan_request(ctx, gone.sweeps[0])


def test_only_the_chief_changes_and_readers_read(ctx: Context, of: Kept) -> None:
    analyst = replace(ctx, actor=Actor("示例", "analyst"))
    assert kept(analyst)[0] == of
    assert campaign_state(analyst, of.campaign).as_of is None
    with pytest.raises(Denied):
        add_tasks(analyst, of, "甲局,事,12-31")
    with pytest.raises(Denied):
        bulletin(analyst, of.campaign.id, "2026-11", T)
    with pytest.raises(Denied):
        kept(replace(ctx, actor=Actor("示例", "officer", "S01")))
    with pytest.raises(RequestError, match="unknown_campaign"):
        campaigns.load(ctx.engine, "nowhere")


def ended(n: int, done: int, day: date) -> pd.DataFrame:
    """Cases that ended on a day, of which some were completed."""
    how = ["执行完毕"] * done + ["终结本次执行程序"] * (n - done)
    status = ["closed"] * done + ["terminated"] * (n - done)
    frame = pd.DataFrame({"closing": how, "status": status})
    stamp = pd.Timestamp(day)
    return frame.assign(
        filed_on=stamp - pd.Timedelta(days=30), closed_on=stamp, case_type="执", claimed_fen=100, recovered_fen=40
    ).astype({"claimed_fen": "Int64", "recovered_fen": "Int64", "closing": "string"})


@pytest.mark.parametrize(
    ("indicator", "value", "done", "verdict", "why"),
    [
        ("completed", 0.80, 900, "reached", None),
        ("completed", 0.99, 990, "on", None),
        ("completed", 0.90, 300, "behind", None),
        ("completed", 0.60, 565, "cannot_tell", "interval"),
        ("first_terminated", 0.20, 900, "reached", None),
        ("first_terminated", 0.20, 100, "behind", None),
        ("recovery", 0.90, 500, "behind", None),
    ],
)
def test_a_path_is_judged_by_its_interval(
    ctx: Context, indicator: str, value: float, done: int, verdict: str, why: str | None
) -> None:
    campaign = made_up(ctx, targets=(Target(indicator, value, date(2027, 12, 31)),))
    before, after = ended(1000, 500, date(2026, 6, 1)), ended(1000, done, date(2027, 8, 1))
    cases = pd.concat([before, after], ignore_index=True)
    [path] = paths_of(cases, campaign, ctx.region, date(2027, 9, 15))
    assert (path.verdict, path.why) == (verdict, why)
    assert path.first == pytest.approx(0.4 if indicator == "recovery" else 0.5)
    assert path.points["day"].is_monotonic_increasing
    line = path.points.set_index("day")["path"]
    assert line[pd.Timestamp(START) - pd.Timedelta(days=1)] == pytest.approx(path.first)
    assert (line.dropna().diff().dropna() > 0).all() == (value > (path.first or 0))
    assert T(f"campaign.path_{verdict}") in path_line(path, T)


def test_a_register_that_ends_before_the_campaign_tells_nothing(ctx: Context) -> None:
    campaign = made_up(ctx, targets=(Target("completed", 0.6, date(2027, 12, 31)),))
    [path] = paths_of(ended(10, 5, date(2026, 6, 1)), campaign, ctx.region, date(2026, 6, 1))
    assert (path.verdict, path.why) == ("cannot_tell", "not_begun")
    [path] = paths_of(ended(10, 5, date(2020, 6, 1)), campaign, ctx.region, date(2027, 1, 15))
    assert (path.verdict, path.why) == ("cannot_tell", "no_cases")
    assert "—" in path_line(path, T)


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Context, Campaign]]:
    """A county with a year of history, a campaign whose first sweep was driven, and a register of later weeks."""
    environment = {
        "PLANNER_DATA_DIR": str(tmp_path_factory.mktemp("campaign") / "var"),
        "PLANNER_REGION": str(ROOT / "data/regions/330225"),
    }
    with open_context(read_settings(environment)) as ctx:
        county = County(ctx.region.townships["name"].tolist()[:8], 3)
        nothing = np.ones(len(county.names))
        for week in range(-60, 0):
            county.pass_week(week, nothing)
        import_register(at(ctx, MONDAY), [("before.csv", county.register())])
        campaign = made_up(ctx, MONDAY, targets=(Target("completed", 0.95, date(2027, 1, 31)),))
        keep(ctx, campaign)
        made = plan(at(ctx, MONDAY), replace(plan_request(ctx, campaign.sweeps[0], 1.0)))
        adopt(ctx, made.id)
        for week in range(6):
            county.pass_week(week, nothing)
        later = at(ctx, date(2027, 1, 4))
        import_register(later, [("after.csv", county.register())])
        add_tasks(later, kept(ctx)[0], "甲局,事一,2026-12-01\n乙局,事二,2027-01-20\n丙局,事三,2026-12-20")
        mark_tasks(later, kept(ctx)[0], [kept(ctx)[0].campaign.tasks[2].id], done=True)
        yield later, kept(ctx)[0].campaign


def test_what_was_driven_is_over_and_reviewed(driven: tuple[Context, Campaign]) -> None:
    ctx, campaign = driven
    told = campaign_state(ctx, campaign)
    first, second = told.sweeps
    assert (first.state, second.state) == ("over", "missed")
    assert first.review is not None
    assert first.planned > 0
    assert first.elsewhere == ()
    swept = {one.code: one.last for one in told.townships if one.last}
    assert set(swept) <= set(campaign.sweeps[0].townships)
    assert set(swept.values()) == {MONDAY}
    assert [task.what for task in campaign.tasks if task.id in told.overdue] == ["事一"]
    names = dict(zip(ctx.region.townships["code"], ctx.region.townships["name"], strict=True))
    rows = sweep_rows(told, names, T)
    assert "本该有" in rows["verdict"][0]
    assert rows["verdict"][1] == T("campaign.verdict_missed")
    assert task_rows(told, T)["task_what"].tolist() == ["事一", "事二", "事三"]
    before = at(ctx, date(2026, 11, 24))
    assert [one.state for one in campaign_state(before, campaign).sweeps] == ["under_way", "to_plan"]


def test_a_kept_state_is_told_when_it_is_old(driven: tuple[Context, Campaign]) -> None:
    ctx, _ = driven
    before = moved(ctx)
    assert moved(ctx) == before
    adopt(ctx, str(plans.list_plans(ctx.engine)["id"].iloc[0]))
    assert moved(ctx) != before


def test_the_bulletin_is_two_pages_without_names(driven: tuple[Context, Campaign]) -> None:
    ctx, campaign = driven
    assert [f"{day:%Y-%m}" for day in bulletin_months(campaign, date(2027, 1, 4))] == ["2027-01", "2026-12", "2026-11"]
    document = pypdfium2.PdfDocument(bulletin(ctx, campaign.id, "2026-12", T))
    text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    assert len(document) <= 2
    document.close()
    assert "示例行动简报" in text
    assert "执行完毕率" in text
    assert "逾期（2）" in text  # one of them was done only after the month
    assert "没有执行" in text
    assert "示例开" not in text
    assert audit.entries(ctx.engine)["action"].tolist()[-1] == "campaign.exported"
    with pytest.raises(RequestError, match="campaign_month_outside"):
        bulletin(ctx, campaign.id, "2026-10", T)
    with pytest.raises(RequestError, match="campaign_month_outside"):
        bulletin(ctx, campaign.id, "腊月", T)


def test_a_bulletin_before_the_first_register_says_so(ctx: Context, of: Kept) -> None:
    text = bulletin(at(ctx, START), of.campaign.id, "2026-11", translator("en"))
    document = pypdfium2.PdfDocument(text)
    assert "No register was imported yet" in document[0].get_textpage().get_text_bounded()
    document.close()


def test_a_document_comes_back_as_it_was_said(ctx: Context) -> None:
    made = made_up(ctx, tasks=(Task("t", "甲局", "事", START),), promise=Promise(1.0, 2.0, None, 3.0, 4.0))
    keep(ctx, made)
    assert campaigns.load(ctx.engine, "c1").campaign == made
