"""Nothing is overwritten in silence: what a case was can be read, by whoever may, and the look is audited."""

from dataclasses import replace

import pytest

from planner.access import Actor
from planner.errors import PlannerError
from planner.store import audit
from planner.usecases.case_history import case_history
from planner.usecases.context import Context
from planner.usecases.import_register import import_register

HEADER = "案号,立案日期,结案方式,结案日期,被执行人,户籍地\n"
NUMBER = "（2026）浙0225执１号"


@pytest.fixture
def told(ctx: Context) -> Context:
    """One case over three registers: open, closed with its debtor moved, open again."""
    for n, rest in enumerate([",,示例甲,石浦镇", "执行完毕,2026-05-01,示例甲,大徐镇", ",,示例甲,大徐镇"]):
        import_register(ctx, [(f"{n}.csv", f"{HEADER}(2026)浙0225执1号,2026-01-02,{rest}\n".encode())])
    return ctx


def test_every_change_is_told_with_before_and_after(told: Context) -> None:
    found = case_history(told, NUMBER)
    assert found.case["status"] == "open"
    of_status = found.changes[found.changes["field"] == "status"]
    assert of_status[["before", "after"]].to_numpy().tolist() == [["closed", "open"], ["open", "closed"]]
    [people] = found.changes[found.changes["field"] == "parties"][["before", "after"]].to_numpy().tolist()
    assert people == ["示例甲 石浦镇", "示例甲 大徐镇"]
    assert audit.entries(told.engine)["action"].iloc[-1] == "case.history_seen"


def test_who_may_not_see_names_sees_none(told: Context) -> None:
    planner = replace(told, actor=Actor("示例", "planner"))
    found = case_history(planner, NUMBER)
    assert "parties" not in set(found.changes["field"])
    assert "status" in set(found.changes["field"])


@pytest.mark.parametrize(("number", "key"), [("石浦镇", "not_a_case_number"), ("(2026)浙0225执9号", "unknown_case")])
def test_what_is_no_case(told: Context, number: str, key: str) -> None:
    with pytest.raises(PlannerError) as error:
        case_history(told, number)
    assert error.value.key == key
