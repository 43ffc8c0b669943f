from pathlib import Path

import pytest

from planner.errors import Cancelled, FileUnreadable, RegisterError
from planner.store import audit, imports, register
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.score import outdated, score
from tests.conftest import MADE_UP

Files = list[tuple[str, bytes]]


def _files(paths: list[Path]) -> Files:
    return [(path.name, path.read_bytes()) for path in paths]


def test_register_comes_in_and_every_row_is_accounted_for(ctx: Context, demo_files: list[Path]) -> None:
    done = import_register(ctx, _files(demo_files))
    assert done.changed
    assert done.outcome.new == len(register.cases(ctx.engine)) == 400
    assert done.report.rows_read == done.report.rows_kept + done.report.rows_rejected
    assert done.report.rows_rejected > 0
    assert done.placed.sum() == 400


def test_same_files_twice_change_nothing(ctx: Context, demo_files: list[Path]) -> None:
    import_register(ctx, _files(demo_files))
    before = (register.cases(ctx.engine), register.parties(ctx.engine), register.placed(ctx.engine))
    again = import_register(ctx, _files(demo_files[::-1]))
    after = (register.cases(ctx.engine), register.parties(ctx.engine), register.placed(ctx.engine))
    assert not again.changed
    assert all(old.equals(new) for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([("空.xlsx", b"")], FileUnreadable),
        ([("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)], FileUnreadable),
        ([("无地址.csv", "案号,立案日期\n(2024)浙0225执1号,2024-01-02\n".encode())], RegisterError),
    ],
    ids=["empty", "picture", "no address column"],
)
def test_bad_input_is_refused_and_changes_nothing(ctx: Context, files: Files, error: type[Exception]) -> None:
    with pytest.raises(error):
        import_register(ctx, files)
    assert register.cases(ctx.engine).empty
    assert imports.latest_at(ctx.engine) is None
    assert audit.entries(ctx.engine).empty


def test_no_id_number_of_the_demo_reaches_the_database(ctx: Context, demo_files: list[Path]) -> None:
    import_register(ctx, _files(demo_files))
    ctx.engine.dispose()
    data = b"".join(file.read_bytes() for file in ctx.settings.data_dir.glob("planner.db*"))
    assert b"999999" not in data  # the region prefix of every made-up ID number
    assert b"0225" in data  # the search itself works


def test_score_made_before_an_import_is_outdated(demo: Context) -> None:
    run = score(demo)
    assert not outdated(demo, run)
    text = f"{MADE_UP}案号,立案日期,被执行人,户籍地\n(2026)浙0225执99999号,2026-11-01,示例李四,象山县大徐镇\n"
    import_register(demo, [("新.csv", text.encode())])
    assert outdated(demo, run) == "register"
    assert outdated(demo, score(demo)) is None


CASES = "案号,立案日期,案由\n(2026)浙0225执1号,2026-01-02,船员劳务合同纠纷\n(2026)浙0225执2号,2026-01-03,买卖合同纠纷\n"
PARTIES = (
    "案号,当事人,地位,性别,职业,户籍地\n"
    "(2026)浙0225执1号,示例甲,被执行人,女,,石浦镇\n"
    "(2026)浙0225执2号,示例乙,被执行人,男,渔民,大徐镇\n"
)


def test_people_may_come_before_or_after_later_dates(ctx: Context) -> None:
    """Cases with their people first; then a file of closings alone, then one of people alone."""
    import_register(ctx, [("案件.csv", CASES.encode()), ("当事人.csv", PARTIES.encode())])
    closings = "案号,立案日期,结案日期,结案方式\n(2026)浙0225执2号,2026-01-03,2026-05-01,执行完毕\n"
    done = import_register(ctx, [("结案.csv", closings.encode())]).outcome
    assert (done.updated, done.no_longer_named, done.statuses) == (1, 1, (("open", "closed", 1),))
    cases = register.cases(ctx.engine).set_index("case_id")
    assert cases.loc["(2026)浙0225执2号", "fisher"]  # told by the debtor, whom the closings do not name
    people = "案号,当事人,地位,户籍地\n(2026)浙0225执2号,示例丙,被执行人,鹤浦镇\n"
    more = import_register(ctx, [("当事人.csv", people.encode())])
    assert (more.outcome.updated, more.outcome.no_longer_named, more.report.rows_rejected) == (1, 0, 0)
    assert register.parties(ctx.engine)["name"].tolist() == ["示例甲", "示例乙", "示例丙"]


def test_cancelled_while_it_runs_leaves_nothing(ctx: Context, demo_files: list[Path]) -> None:
    for last in ("read_files", "clean_parties", "place", "save"):

        def listen(stage: str, share: float, last: str = last) -> None:
            if stage == last:
                raise Cancelled("cancelled")

        with pytest.raises(Cancelled):
            import_register(ctx, _files(demo_files), listen)
        assert register.cases(ctx.engine).empty
    assert import_register(ctx, _files(demo_files)).outcome.new == 400


WHOLE = (
    "案号,立案日期,案由,申请执行标的,结案日期,结案方式,备注,被执行人,证件号,户籍地\n"
    "(2026)浙0225执1号,2026-01-02,买卖合同纠纷,1200,2026-05-01,执行完毕,旧备注,示例甲、示例乙,999999198001010013、999999198001010021,石浦镇\n"
)
CASE = "(2026)浙0225执1号"


@pytest.mark.parametrize(
    "later",
    [
        f"案号,立案日期\n{CASE},2026-01-02\n",
        f"案号,立案日期,承办人\n{CASE},2026-01-02,示例法官\n",
        f"案号,承办人\n{CASE},示例法官\n",
        f"案号,立案日期,被执行人\n{CASE},2026-01-02,示例甲\n",
        f"案号,当事人,地位,电话\n{CASE},示例甲,被执行人,000-1\n",
    ],
    ids=["dates", "handlers", "handlers without dates", "names", "a telephone"],
)
def test_what_a_later_file_does_not_tell_stays(ctx: Context, later: str) -> None:
    import_register(ctx, [("台账.csv", WHOLE.encode())])
    import_register(ctx, [("后来.csv", later.encode())])
    case = register.cases(ctx.engine).iloc[0]
    assert case[["cause", "claimed_fen", "status", "closing", "remark"]].tolist() == [
        "买卖合同纠纷", 120_000, "closed", "执行完毕", "旧备注",
    ]  # fmt: skip
    assert case["closed_on"].isoformat() == "2026-05-01T00:00:00"
    people = register.parties(ctx.engine)
    assert people["name"].tolist() == ["示例甲", "示例乙"]
    assert people["domicile"].tolist() == ["石浦镇", "石浦镇"]
    assert people["id_hash"].notna().all()
    assert register.placed(ctx.engine)["township_code"].notna().all()


def test_closings_alone_close(ctx: Context) -> None:
    opened = WHOLE.replace("2026-05-01,执行完毕", ",")
    import_register(ctx, [("台账.csv", opened.encode())])
    done = import_register(ctx, [("结案.csv", f"案号,结案日期,结案方式\n{CASE},2026-06-01,执行完毕\n".encode())])
    assert done.outcome.statuses == (("open", "closed", 1),)
    assert register.cases(ctx.engine)["claimed_fen"].tolist() == [120_000]


def test_two_imports_that_met_both_count(ctx: Context) -> None:
    import_register(ctx, [("台账.csv", WHOLE.encode())])
    met: list[str] = []

    def meanwhile(stage: str, share: float) -> None:
        if stage == "save" and not met:
            met.append(stage)
            people = f"案号,当事人,地位\n{CASE},示例丙,被执行人\n"
            import_register(ctx, [("别人.csv", people.encode())])

    people = f"案号,当事人,地位\n{CASE},示例丁,被执行人\n"
    import_register(ctx, [("自己.csv", people.encode())], meanwhile)
    assert set(register.parties(ctx.engine)["name"]) == {"示例甲", "示例乙", "示例丙", "示例丁"}


def test_a_file_without_headers_leaves_nobody_in_its_message(ctx: Context) -> None:
    text = "(2026)浙0225执1号,示例甲,999999198001010013,石浦镇沙塘湾村1号\n" * 3
    with pytest.raises(RegisterError) as told:
        import_register(ctx, [("无表头.csv", text.encode())])
    assert "示例甲" not in str(told.value)
    assert "999999" not in str(told.value)
