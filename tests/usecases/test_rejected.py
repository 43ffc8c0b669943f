"""Rejected rows leave as a workbook, are mended, come back, and only they change."""

from io import BytesIO

import openpyxl
import pytest

from planner.errors import RequestError
from planner.i18n import translator
from planner.store import audit, register
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.rejected import rejected_workbook, waiting_rows

ZH = translator("zh")
ID = "999999198001010013"
CASES = """单位：万元
案号,立案日期,申请执行标的
(2026)浙0225执1号,2026-01-02,10
(2026)浙0225执2号,2026-02-30,20
,2026-01-04,30
(2026)浙0225执1号,2026-01-02,10
合计,,60
"""
PARTIES = f"""案号,当事人,地位,证件号,户籍地
(2026)浙0225执1号,示例甲,被执行人,,石浦镇
(2026)浙0225执1号,示例丁,被执行人,,石浦镇
(2026)浙0225执2号,示例乙,被执行人,{ID},大徐镇
(2026)浙0225执1号,,被执行人,,鹤浦镇
"""
FILES = [("案件.csv", CASES.encode()), ("当事人.csv", PARTIES.encode())]


def _opened(ctx: Context, import_id: str | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(rejected_workbook(ctx, ZH, import_id)))


def test_what_waits_is_written_as_it_came_with_comments(ctx: Context) -> None:
    done = import_register(ctx, FILES)
    assert waiting_rows(ctx, done.id) == 4  # neither the repeated row nor the total
    book = _opened(ctx)
    cases, parties, listed = (book[name] for name in ("案件.csv", "当事人.csv", "退回清单"))
    assert [cell.value for cell in cases[1]] == ["案号", "立案日期", "申请执行标的(万元)", "退回标记"]
    assert [cell.value for cell in cases[2]][:3] == ["(2026)浙0225执2号", "2026-02-30", "20"]
    assert str(cases["D2"].value).startswith("R")
    assert "不存在" in cases["B2"].comment.text
    assert "没有案号" in cases["A3"].comment.text
    assert parties.max_row == 3
    assert ID not in str([cell.value for row in parties.rows for cell in row])
    assert listed.max_row == 1 + done.report.rows_rejected
    assert audit.entries(ctx.engine)["action"].iloc[-1] == "register.rejected_exported"


def test_mended_rows_come_in_and_only_they_change(ctx: Context) -> None:
    done = import_register(ctx, FILES)
    book = _opened(ctx)
    book["案件.csv"]["B2"] = "2026-02-28"
    book["当事人.csv"]["B3"] = "示例丙"
    mended = BytesIO()
    book.save(mended)
    again = import_register(ctx, [("退回清单.xlsx", mended.getvalue())])
    assert (again.outcome.new, again.outcome.updated, again.outcome.mended) == (1, 1, 3)
    assert again.outcome.no_longer_named == 0
    cases = register.cases(ctx.engine).set_index("case_id")
    assert cases["claimed_fen"].tolist() == [10_000_000, 20_000_000]  # 万元 stood in a title above
    people = register.parties(ctx.engine)
    assert people["name"].tolist() == ["示例甲", "示例丁", "示例丙", "示例乙"]
    assert people["party_no"].tolist() == [1, 2, 3, 1]
    assert waiting_rows(ctx, done.id) == 0
    assert waiting_rows(ctx, again.id) == 1  # the row without a case number, now of this import
    assert waiting_rows(ctx) == 1
    assert not import_register(ctx, [("退回清单.xlsx", mended.getvalue())]).changed


def test_an_id_number_is_known_again_by_its_token(ctx: Context) -> None:
    import_register(ctx, FILES)
    book = _opened(ctx)
    book["案件.csv"]["B2"] = "2026-02-28"
    mended = BytesIO()
    book.save(mended)
    import_register(ctx, [("退回清单.xlsx", mended.getvalue())])
    straight = PARTIES.splitlines()[0] + f"\n(2026)浙0225执1号,示例乙,被执行人,{ID},大徐镇\n"
    import_register(ctx, [("当事人.csv", straight.encode())])
    hashes = register.parties(ctx.engine).query("name == '示例乙'")["id_hash"]
    assert len(hashes) == 2
    assert hashes.nunique() == 1


def test_there_is_nothing_to_mend_where_nothing_was_imported(ctx: Context) -> None:
    for import_id in (None, "nosuch"):
        with pytest.raises(RequestError) as told:
            rejected_workbook(ctx, ZH, import_id)
        assert told.value.key == "unknown_import"


def test_what_waits_of_older_imports_is_written_too(ctx: Context) -> None:
    import_register(ctx, FILES)
    other = "案号,立案日期,被执行人,户籍地\n(2026)浙0225执9号,2026-13-01,示例己,石浦镇\n"
    import_register(ctx, [("后来.csv", other.encode())])
    assert waiting_rows(ctx) == 5
    assert {"案件.csv", "当事人.csv", "后来.csv"} <= set(_opened(ctx).sheetnames)


def test_an_old_mended_row_does_not_go_before_a_newer_register(ctx: Context) -> None:
    done = import_register(ctx, FILES)
    book = _opened(ctx)
    book["案件.csv"]["B2"] = "2026-02-28"
    mended = BytesIO()
    book.save(mended)
    header = "案号,立案日期,结案日期,结案方式,被执行人,户籍地\n"
    newer = f"{header}(2026)浙0225执2号,2026-02-28,2026-06-01,执行完毕,示例乙,大徐镇\n"
    import_register(ctx, [("新.csv", newer.encode())])
    import_register(ctx, [("退回清单.xlsx", mended.getvalue())])
    cases = register.cases(ctx.engine).set_index("case_id")
    assert cases["status"]["(2026)浙0225执2号"] == "closed"
    assert waiting_rows(ctx, done.id) == 0


def test_counted_up_marks_settle_nothing(ctx: Context) -> None:
    done = import_register(ctx, FILES)
    book = _opened(ctx)
    for n, row in enumerate((2, 3), 1):
        book["案件.csv"].cell(row, 4).value = f"R{n}"
    book["案件.csv"]["B2"] = "2026-02-28"
    del book["当事人.csv"]
    mended = BytesIO()
    book.save(mended)
    again = import_register(ctx, [("退回清单.xlsx", mended.getvalue())])
    assert again.outcome.mended == 0
    assert waiting_rows(ctx, done.id) == 4
