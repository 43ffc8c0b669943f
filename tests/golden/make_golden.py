"""Makes the untidy files of tests/golden/<name>/; the tables beside them say by hand what must be read from them.

python tests/golden/make_golden.py
"""

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
import xlwt

HERE = Path(__file__).resolve().parent
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's properties have no time zone

Grid = list[list[object]]


def xlsx(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        fill(book)
    return out.getvalue()


def put(sheet: xlsxwriter.worksheet.Worksheet, first: int, rows: Grid) -> None:
    for i, row in enumerate(rows, first):
        for j, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, j, cell)
            elif cell is not None:
                sheet.write(i, j, cell)


def title_two_row_header(book: xlsxwriter.Workbook) -> None:
    """A title, 单位：万元, a merged header of two rows, a total, notes below, a hidden sheet."""
    sheet = book.add_worksheet("未结案件")
    sheet.merge_range(0, 0, 0, 6, "某县人民法院未结执行案件统计表")
    sheet.merge_range(1, 0, 1, 6, "单位：万元")
    sheet.merge_range(2, 0, 3, 0, "案  号")
    sheet.merge_range(2, 1, 3, 1, "案由")
    sheet.merge_range(2, 2, 2, 3, "立案情况")
    sheet.merge_range(2, 4, 2, 5, "被执行人")
    sheet.merge_range(2, 6, 3, 6, "执行到位金额（元）")
    put(sheet, 3, [[None, None, "立案\n日期", "申请执行标的", "姓名", "住址"]])
    put(
        sheet,
        4,
        [
            ["（2024）浙0225执１２号", "民间借贷纠纷", "2024-01-05", 12.5, "甲示例01", "石浦镇渔港路1号", "5000"],
            ["（2024）浙0225执恢3号", "追索劳动报酬纠纷", "2024-01-06", "3，000元", "乙示例02", "大徐镇", None],
            ["合  计", None, None, 12.8, None, None, "5000"],
            ["制表人：丙示例03", None, None, None, None, None, None],
        ],
    )
    hidden = book.add_worksheet("底稿")
    put(
        hidden, 0, [["案号", "立案日期", "被执行人", "住址"], ["(2020)浙0225执1号", "2020-01-01", "丁示例04", "石浦镇"]]
    )
    hidden.hide()


def dates_and_units(book: xlsxwriter.Workbook) -> None:
    """Every way to write a date, and amounts in yuan, 万元 and 亿元, in cell and header."""
    sheet = book.add_worksheet("Sheet1")
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    put(sheet, 0, [["案号", "立案时间", "标的额(万元)", "到位金额", "被告", "地址"]])
    days: list[object] = [
        "2024.6.20",
        "2024-6-20",
        "2024/6/20",
        "20240620",
        "2024年6月20日",
        "二〇二四年六月二十日",
        45463,
        date(2024, 6, 20),
        "2024-06-20 09:30:00",
        "二○二四年十二月三十一日",
        "2024-06-31",
        "六月二十日",
        "无",
    ]
    claimed: list[object] = [1, "1.5", "2万元", "￥30,000元", "0.2亿元", "五万", "-3", "", "1,234.5678", 0.07, 1, 1, 1]
    recovered: list[object] = [
        "100",
        "1.005",
        "￥1,000.50",
        "3万元",
        "人民币20元整",
        "-1",
        "不详",
        0,
        "1E+3",
        "1 000",
        1,
        1,
        1,
    ]
    for n, (day, ask, got) in enumerate(zip(days, claimed, recovered, strict=True), 1):
        put(
            sheet,
            n,
            [[f"(2024)浙0225执{n}号", None if isinstance(day, date) else day, ask, got, f"示例{n:02d}", "石浦镇"]],
        )
        if isinstance(day, date):
            sheet.write_datetime(n, 1, datetime(day.year, day.month, day.day), as_date)  # noqa: DTZ001


def several_debtors(book: xlsxwriter.Workbook) -> None:
    """Several debtors in a cell, with as many addresses or not, brackets that hold separators."""
    rows: Grid = [
        ["案号", "立案日期", "被执行人", "身份证号码", "性别", "现住址", "户籍地址", "申请执行人"],
        ["(2024)浙0225执1号", "2024-01-02", "甲示例01、乙示例02", "999999198001010013、999999198001010021", None,
         "石浦镇；鹤浦镇", "丹城", "示例银行"],
        ["(2024)浙0225执2号", "2024-01-02", "1.甲示例01 2.乙示例02 3.丙示例03", None, "男；女；男",
         "石浦镇；鹤浦镇", None, "示例银行；示例公司"],
        ["(2024)浙0225执3号", "2024-01-02", "示例公司（原名：丁示例、戊示例）有限公司", "91330225MA00000X1X", None,
         "新桥镇\n定塘镇", None, None],
        ["(2024)浙0225执4号", "2024-01-02", "己示例04\n庚示例05", "999999198001010013", "女", "西周镇", None, None],
        ["(2024)浙0225执5号", "2024-01-02", "辛示例06", "3.30225E+17", None, None, None, None],
        ["(2024)浙0225执6号", "2024-01-02", None, None, None, "西周镇", None, None],
    ]  # fmt: skip
    put(book.add_worksheet("台账"), 0, rows)


def merged_down(book: xlsxwriter.Workbook) -> None:
    """One case over several rows: its cells are merged downwards, one debtor a row."""
    sheet = book.add_worksheet("案件当事人")
    put(sheet, 0, [["案号", "立案日期", "结案日期", "结案方式", "被执行人", "送达地址"]])
    for column, text in enumerate(["(2024)浙0225执7号", "2024-02-03", "2024-09-01", "终结本次执行程序"]):
        sheet.merge_range(1, column, 3, column, text)
    put(sheet, 1, [[None] * 4 + [f"示例{n:02d}", f"茅洋乡{n}号"] for n in (1, 2, 3)])
    put(sheet, 4, [["(2024)浙0225执8号", "2024-02-04", None, None, "示例04", "晓塘乡"]])


def hidden_between(book: xlsxwriter.Workbook) -> None:
    """A hidden and a very hidden sheet between two visible ones; the cases go on in the last."""
    header: Grid = [["案号", "立案日期", "被执行人", "住址"]]
    for n, (name, state) in enumerate([("一月", ""), ("草稿", "hide"), ("备份", "very_hidden"), ("二月", "")], 1):
        sheet = book.add_worksheet(name)
        put(sheet, 0, [*header, [f"(2024)浙0225执{n}号", f"2024-0{n}-01", f"示例{n:02d}", "石浦镇"]])
        if state:
            getattr(sheet, state)()


def page_breaks(book: xlsxwriter.Workbook) -> None:
    """Printed by pages: the title and the header again on each, a sum per page, a sum of all, who made it."""
    header: list[object] = ["序号", "案号", "立案日期", "标的金额（元）", "被执行人", "现住址"]
    rows: Grid = []
    for page in (1, 2):
        rows += [["未结案件一览表"], header]
        for n in (2 * page - 1, 2 * page):
            rows.append([n, f"(2024)浙0225执{n}号", f"2024-03-0{n}", 1000 * n, f"示例{n:02d}", "大徐镇"])
        rows.append(["本页小计", None, None, 3000 if page == 1 else 7000])
    rows += [["合计", None, None, 10000], [], ["审核人：示例", None, None, None, "打印日期：2024-04-01"]]
    put(book.add_worksheet("一览表"), 0, rows)


def people_first(book: xlsxwriter.Workbook) -> None:
    """The sheet of people stands before that of cases; three addresses with signs for nothing; coordinates."""
    people: Grid = [
        ["案号", "当事人", "地位", "证件号", "户籍地", "经常居住地", "送达地址", "电话", "经度", "纬度"],
        ["(2024)浙0225执1号", "甲示例01", "被执行人", "999999198001010013", "丹城", "石浦镇", "/", "—", None, None],
        ["(2024)浙0225执1号", "示例银行", "申请执行人", None, None, "不详", None, "000-1", None, None],
        ["(2024)浙0225执2号", "乙示例02", "被执行人", "无", "暂无", "-", "鹤浦镇1号", "000-2", "121.94", "29.13"],
        ["(2024)浙0225执2号", "丙示例03", "被执行人", None, "无", "—", "/", None, "121.94", None],
    ]
    put(book.add_worksheet("当事人信息"), 0, people)
    cases: Grid = [
        ["执行案号", "立案时间", "执行案由", "申请标的", "执行到位"],
        ["(2024)浙0225执1号", "2024-05-01", "追索劳动报酬纠纷", "1,000", None],
        ["(2024)浙0225执2号", "2024-05-02", "船舶营运借款合同纠纷", "2,000", "500"],
    ]
    put(book.add_worksheet("案件信息"), 0, cases)


def others_unnamed(book: xlsxwriter.Workbook) -> None:
    """等3人 and 等 without a number; a company whose name holds brackets; a note behind the name."""
    rows: Grid = [
        ["案号", "立案日期", "被执行人", "被执行人住址"],
        ["(2024)浙0225执1号", "2024-01-02", "甲示例01等3人", "西周镇"],
        ["(2024)浙0225执2号", "2024-01-02", "乙示例02、丙示例03等五人", "墙头镇；泗洲头镇"],
        ["(2024)浙0225执3号", "2024-01-02", "丁示例04等", "爵溪街道"],
        ["(2024)浙0225执4号", "2024-01-02", "示例（象山）等离子设备有限公司", "东陈乡"],
    ]
    put(book.add_worksheet("台账"), 0, rows)


def far_cell(book: xlsxwriter.Workbook) -> None:
    """The table begins at C4 with blank columns inside; somebody typed a letter far away."""
    sheet = book.add_worksheet("Sheet1")
    put(sheet, 3, [[None, None, "案号", None, "立案日期", None, "被执行人", "地址"]])
    put(sheet, 4, [[None, None, "(2024)浙0225执1号", None, "2024-01-02", None, "甲示例01", "定塘镇"]])
    put(sheet, 6, [[None, None, "(2024)浙0225执2号", None, "2024-01-03", None, "乙示例02", "新桥镇"]])
    sheet.write_string(3000, 700, "x")


GB18030_CSV = '''案号,系列案,立案日期,案由,被执行人,证件号码,联系电话,户籍所在地,备注
〔2024〕浙0225执1号,否,2024-03-01,船员劳务合同纠纷,甲示例01,"=""999999197003030015""",000-1,象山县高塘岛乡,网格员来电
〔2024〕浙0225执1号,否,2024-03-01,船员劳务合同纠纷,乙示例㐂02,'99999919700303002X,000-2,象山县鹤浦镇,网格员来电
〔2024〕浙0225执1号,否,2024-03-01,船员劳务合同纠纷,甲示例01,"=""999999197003030015""",000-1,象山县高塘岛乡,网格员来电

〔2024〕浙0225执2号,是,2024-03-02,买卖合同纠纷,丙示例03,—,无,丹东街道,证件号999999197003030015已网络冻结
案号,系列案,立案日期,案由,被执行人,证件号码,联系电话,户籍所在地,备注
2024浙0225执3号,否,,买卖合同纠纷,丁示例04,,,西周镇,
（2024）浙0225执号,否,2024-03-02,买卖合同纠纷,戊示例05,,,西周镇,
'''

HTML = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>
<table border=1><tr><th rowspan=2>案号<th rowspan=2>立案日期<th colspan=2>当事人<th rowspan=2>备注</tr>
<tr><th>被执行人<th>经常居住地</tr>
<tr><td>(2024)浙0225执１号</td><td>2024年3月5日</td><td>甲示例01<br>乙示例02</td><td>贤庠镇<br>
  涂茨镇</td><td>拟搜查&nbsp;住所</td></tr>
<tr><td>(2024)浙0225
  执2号</td><td>2024.3.6</td><td>丙示例03</td><td>黄避岙乡</td><td>被执行人已申请破产</td></tr>
<tr><td>总 计</td><td colspan=4>2 件</td></tr>
</table></body></html>
"""

JOINED_CASES = """案号\t立案日期\t结案日期\t结案方式\t申请执行标的\t执行到位金额\t线索日期
(2024)浙0225执1号\t2024-01-01\t\t\t1000\t\t
(2024)浙0225执1号\t2024-01-01\t2024-05-01\t执行完毕\t1000\t1000\t
(2024)浙0225执2号\t2024-01-02\t2024-06-01\t终结本次执行程序\t2000\t0\t2024-07-01
(2024)浙0225执 2 号\t2024.1.2\t2024/6/1\t终结本次执行程序\t2000元\t0\t20240701
(2024)浙0225执3号\t2024-01-03\t2023-01-03\t执行完毕\t3000\t3000\t
(2024)浙0225执4号\t2024-01-04\t\t在办\t4000\t\t
"""

JOINED_PARTIES = """序号;案号;立案日期;当事人;诉讼地位;性别;职业;联系方式;经度;纬度;送达地址确认
1;(2024)浙0225执1号;2024-01-01;甲示例01;被执行人;女;;000-1;;;
2;(2024)浙0225执1号;2024-01-01;甲示例01;被执行人;女;;;;;石浦镇
3;(2024)浙0225执1号;2024-01-01;乙示例02;申请执行人;女;;;;;
4;(2024)浙0225执2号;2024-01-02;丙示例03;被执行人;男;渔民;000-3;121.94;29.23;
5;(2024)浙0225执2号;2024-01-02;丁示例04;案外人;;;;121.94;292.3;
6;(2024)浙0225执3号;2024-01-03;戊示例05;被执行人;;;;;;西周镇
7;(2024)浙0225执3号;2024-01-03;;被执行人;;;;;;西周镇
8;(2024)浙0225执9号;2024-01-09;己示例06;被执行人;;;;;;西周镇
6;(2024)浙0225执3号;2024-01-03;戊示例05;被执行人;;;;;;西周镇
"""


LOST_IDS = """案号,立案日期,被执行人,身份证号,户籍地址
(2024)浙0225执1号,2024-01-02,甲示例01,3.30225E+17,石浦镇
(2024)浙0225执2号,2024-01-03,乙示例02,999999198001010000,石浦镇
(2024)浙0225执3号,2024-01-04,丙示例03,9999991980010100 13,石浦镇
(2024)浙0225执4号,2024-01-05,丁示例04,999999800101001,石浦镇
(2024)浙0225执5号,2024-01-06,戊示例05,９９９９９９１９８００１０１００２Ｘ,石浦镇
(2024)浙0225执6号,2024-01-07,己示例06,证件遗失,石浦镇
(2024)浙0225执7号,2024-01-08,庚示例07(999999198001010013),,石浦镇
"""

SPOKEN = """案号;立案日期;结案日期;执行标的（大写）;执行标的;被执行人;住所地
(2024)浙0225执1号;24.1.2;;;叁万贰仟元整;甲示例01;茅洋乡
(2024)浙0225执2号;24年1月3日;24-06-20;;五万;乙示例02;茅洋乡
(2024)浙0225执3号;1/4/24;;;约三万元;丙示例03;茅洋乡
(2024)浙0225执4号;二○二四年一月五日;6/20/24;;两千零五十元;丁示例04;茅洋乡
"""

FULL_WIDTH = """案号，立案日期，申请执行标的，被执行人，联系电话，经常居住地
（２０２４）浙０２２５执１号，２０２４－０１－０２，１２３４．５０，甲示例０１，０００－１，石浦镇渔港路１号
〔２０２４〕浙０２２５执　２　号，２０２４．１．３，１万元，乙示例０２，０００－２，晓塘乡
""".replace("，", ",").replace("－", "-")

JANUARY = """案号,立案日期,结案方式,结案日期,执行到位金额,被执行人,地址
(2024)浙0225执1号,2024-01-02,,,,甲示例01,黄避岙乡
(2024)浙0225执2号,2024-01-03,,,,乙示例02,黄避岙乡
(2024)浙0225执3号,2024-01-04,终结本次执行程序,2024-03-01,0,丙示例03,黄避岙乡
"""
JUNE = """案号,立案日期,结案方式,结案日期,执行到位金额,被执行人,地址
(2024)浙0225执1号,2024-01-02,执行完毕,2024-06-01,800,甲示例01,黄避岙乡塔头旺村
(2024)浙0225执3号,2024-01-04,,,,丙示例03,黄避岙乡
(2024)浙0225执1号,2024-01-02,执行完毕,2024-05-01,700,丁示例04,黄避岙乡
"""

XML_2003 = """<?xml version="1.0" encoding="gb2312"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="执行案件"><Table>
  <Row><Cell ss:MergeAcross="4"><Data ss:Type="String">执行案件清单</Data></Cell></Row>
  <Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">案号</Data></Cell>
   <Cell ss:MergeDown="1"><Data ss:Type="String">立案日期</Data></Cell>
   <Cell ss:MergeAcross="1"><Data ss:Type="String">被执行人</Data></Cell>
   <Cell ss:MergeDown="1"><Data ss:Type="String">标的额(万元)</Data></Cell></Row>
  <Row><Cell ss:Index="3"><Data ss:Type="String">姓名</Data></Cell><Cell><Data ss:Type="String">住址</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">(2024)浙0225执1号</Data></Cell>
   <Cell><Data ss:Type="DateTime">2024-02-03T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="String">甲示例01</Data></Cell><Cell><Data ss:Type="String">贤庠镇</Data></Cell>
   <Cell><Data ss:Type="Number">12.5</Data></Cell></Row>
  <Row ss:Index="7"><Cell><Data ss:Type="String">(2024)浙0225执2号</Data></Cell>
   <Cell><Data ss:Type="Number">45326</Data></Cell>
   <Cell ss:Index="4"><Data ss:Type="String">涂茨镇</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="隐藏"><Table><Row><Cell><Data ss:Type="String">案号</Data></Cell></Row></Table>
  <WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>
 </Worksheet>
</Workbook>
"""


def true_xls() -> bytes:
    """Excel 97-2003, cases and parties as two sheets, ID numbers as numbers, real dates."""
    book = xlwt.Workbook(encoding="utf-8")
    cases, parties = book.add_sheet("案件"), book.add_sheet("当事人")
    as_date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for j, header in enumerate(["执行案号", "收案日期", "标的金额", "案件来源"]):
        cases.write(0, j, header)
    for i, (number, day, amount, source) in enumerate(
        [(1, date(2024, 3, 1), 12345.67, "清查发现"), (2, date(2024, 3, 2), 0.1 + 0.2, "当事人申请")], 1
    ):
        cases.write(i, 0, f"(2024)浙0225执{number}号")
        cases.write(i, 1, day, as_date)
        cases.write(i, 2, amount)
        cases.write(i, 3, source)
    for j, header in enumerate(["案号", "姓名", "证件号", "住所地"]):
        parties.write(0, j, header)
    for i, (number, identity) in enumerate([(1, 999999198505050012), (2, "99999919850505002X")], 1):
        parties.write(i, 0, f"(2024)浙0225执{number}号")
        parties.write(i, 1, f"示例{i:02d}")
        parties.write(i, 2, identity)
        parties.write(i, 3, "泗洲头镇")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def goldens() -> dict[str, dict[str, bytes]]:
    """Folder -> file name -> bytes."""
    return {
        "title_two_row_header": {"统计表.xlsx": xlsx(title_two_row_header)},
        "dates_and_units": {"台账.xlsx": xlsx(dates_and_units)},
        "several_debtors": {"台账.xlsx": xlsx(several_debtors)},
        "merged_down": {"台账.xlsx": xlsx(merged_down)},
        "gb18030_csv": {"导出.csv": GB18030_CSV.encode("gb18030")},
        "html_as_xls": {"导出.xls": HTML.encode("gb18030")},
        "true_xls": {"导出.xls": true_xls()},
        "two_files_joined": {
            "案件.txt": JOINED_CASES.encode("utf-16"),
            "当事人.csv": JOINED_PARTIES.encode("utf-8-sig"),
        },
        "hidden_between": {"月报.xlsx": xlsx(hidden_between)},
        "page_breaks": {"一览表.xlsx": xlsx(page_breaks)},
        "people_first": {"导出.xlsx": xlsx(people_first)},
        "others_unnamed": {"台账.xlsx": xlsx(others_unnamed)},
        "far_cell": {"台账.xlsx": xlsx(far_cell)},
        "lost_ids": {"台账.csv": LOST_IDS.encode("utf-8-sig")},
        "spoken_amounts": {"台账.csv": SPOKEN.encode("utf-8-sig")},
        "full_width": {"台账.csv": FULL_WIDTH.encode("gb18030")},
        "closed_later": {"一月.csv": JANUARY.encode(), "六月.csv": JUNE.encode()},
        "xml_2003": {"清单.xls": XML_2003.encode("gb18030")},
    }


def main() -> None:
    for folder, files in goldens().items():
        (HERE / folder).mkdir(exist_ok=True)
        for name, data in files.items():
            (HERE / folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
