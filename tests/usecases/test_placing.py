import pytest

from planner.errors import RequestError
from planner.store import audit, decisions, register
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.placing import Decision, decide_place, placing_question, placing_queue
from tests.conftest import MADE_UP

HEADER = "案号,立案日期,被执行人,户籍地\n"


def _some_case(ctx: Context) -> tuple[str, int]:
    placed = register.placed(ctx.engine)
    row = placed[placed["lead"] & (placed["method"] == "village")].iloc[0]
    return str(row["case_id"]), int(row["party_no"])


def _take_in(ctx: Context, *rows: str) -> None:
    import_register(ctx, [("补充.csv", (MADE_UP + HEADER + "\n".join(rows) + "\n").encode())])


def _place(ctx: Context, case_id: str) -> tuple[object, object, object]:
    row = register.placed(ctx.engine, [case_id]).iloc[0]
    return row["township_code"], row["village_code"], row["method"]


def test_decision_wins_and_is_kept(demo: Context) -> None:
    case_id, party_no = _some_case(demo)
    village = demo.region.villages.iloc[-1]
    decide_place(demo, Decision(case_id, party_no, village["township_code"], village["code"]))
    placed = register.placed(demo.engine).set_index(["case_id", "party_no"]).loc[(case_id, party_no)]
    assert (placed["township_code"], placed["village_code"]) == (village["township_code"], village["code"])
    assert (placed["method"], placed["confidence"]) == ("decided", 1.0)


def test_decision_holds_for_all_cases_of_the_debtor_and_for_later_registers(ctx: Context) -> None:
    _take_in(ctx, "(2026)浙0225执1号,2026-01-02,示例甲,示例岙12号", "(2026)浙0225执2号,2026-01-03,示例甲,示例岙12号")
    village = ctx.region.villages.iloc[0]
    where = (village["township_code"], village["code"])
    assert decide_place(ctx, Decision("(2026)浙0225执1号", 1, *where)) == 2
    _take_in(ctx, "(2026)浙0225执3号,2026-01-04,示例甲,示例岙12号", "(2026)浙0225执4号,2026-01-04,示例甲,示例岙13号")
    for number in (1, 2, 3):
        assert _place(ctx, f"(2026)浙0225执{number}号") == (*where, "decided")
    assert _place(ctx, "(2026)浙0225执4号")[2] != "decided"


def test_a_name_that_is_taught_places_others_at_once_until_it_is_taken_back(ctx: Context) -> None:
    _take_in(ctx, "(2026)浙0225执1号,2026-01-02,示例甲,示例岙12号", "(2026)浙0225执2号,2026-01-03,示例乙,示例岙77号")
    before = _place(ctx, "(2026)浙0225执2号")
    village = ctx.region.villages.iloc[0]
    where = (village["township_code"], village["code"])
    assert decide_place(ctx, Decision("(2026)浙0225执1号", 1, *where, alias="示例岙")) == 2
    assert _place(ctx, "(2026)浙0225执2号")[:2] == where
    assert "示例岙" in set(decisions.aliases(ctx.engine)["alias"])
    decide_place(ctx, Decision("(2026)浙0225执1号", 1, withdrawn=True))
    assert _place(ctx, "(2026)浙0225执2号") == before
    assert decisions.aliases(ctx.engine).empty


@pytest.mark.parametrize(
    ("township", "village", "key"),
    [("999999999", None, "unknown_township"), ("330225101", "330225102001", "unknown_village")],
)
def test_decision_for_a_place_that_is_not_there(demo: Context, township: str, village: str | None, key: str) -> None:
    case_id, party_no = _some_case(demo)
    before = len(audit.entries(demo.engine))
    with pytest.raises(RequestError) as told:
        decide_place(demo, Decision(case_id, party_no, township, village))
    assert told.value.key == key
    assert len(audit.entries(demo.engine)) == before


def test_decision_about_nobody(demo: Context) -> None:
    case_id, _ = _some_case(demo)
    for verb in (lambda: decide_place(demo, Decision(case_id, 99)), lambda: placing_question(demo, case_id, 99)):
        with pytest.raises(RequestError) as told:
            verb()
        assert told.value.key == "unknown_party"


def test_the_queue_names_nobody_and_each_question_is_audited(demo: Context) -> None:
    _take_in(demo, "(2026)浙0225执90001号,2026-01-02,示例甲,示例岙12号")
    queue = placing_queue(demo)
    assert (queue["confidence"] < demo.policy.gazetteer.queue_below).all()
    assert "name" not in queue
    before = len(audit.entries(demo.engine))
    first = queue.iloc[0]
    question = placing_question(demo, first["case_id"], int(first["party_no"]))
    assert question.debtor
    assert question.cases >= 1
    assert sum(candidate.probability for candidate in question.candidates) <= 1 + 1e-9
    told = audit.entries(demo.engine)
    assert len(told) == before + 1
    assert told[["action", "subject"]].iloc[-1].tolist() == ["names.shown", first["case_id"]]


def test_who_stands_in_more_cases_comes_first(ctx: Context) -> None:
    _take_in(
        ctx,
        "(2026)浙0225执1号,2026-01-02,示例甲,某处无名路1号",
        "(2026)浙0225执2号,2026-01-03,示例乙,某处无名路2号",
        "(2026)浙0225执3号,2026-01-03,示例乙,某处无名路2号",
    )
    queue = placing_queue(ctx)
    assert queue[["case_id", "cases"]].values.tolist() == [["(2026)浙0225执2号", 2], ["(2026)浙0225执1号", 1]]


def test_a_corrected_decision_takes_back_what_the_wrong_one_taught(ctx: Context) -> None:
    _take_in(ctx, "(2026)浙0225执1号,2026-01-02,示例甲,示例岙12号", "(2026)浙0225执2号,2026-01-03,示例乙,示例岙77号")
    wrong, right = (ctx.region.villages.iloc[n] for n in (0, -1))
    decide_place(ctx, Decision("(2026)浙0225执1号", 1, wrong["township_code"], wrong["code"], alias="示例岙"))
    decide_place(ctx, Decision("(2026)浙0225执1号", 1, right["township_code"], right["code"]))
    assert decisions.aliases(ctx.engine).empty
    assert _place(ctx, "(2026)浙0225执2号")[1] != wrong["code"]


@pytest.mark.parametrize("name", ["镇", "abc", "一二三四五六七八九"])
def test_what_is_no_name_is_not_taught(demo: Context, name: str) -> None:
    case_id, party_no = _some_case(demo)
    with pytest.raises(RequestError) as told:
        decide_place(demo, Decision(case_id, party_no, "330225101", alias=name))
    assert told.value.key == "not_a_place_name"
