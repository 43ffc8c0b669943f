"""Makes the demo register: two workbooks as untidy as real exports, and truth.csv. Same seed, same bytes.

    python data/demo/make_register.py [--region DIR] [--out DIR] [--seed 7] [--cases 6000] [--as-of 2026-11-20]
                                      [--until DAY]

``--until``: the register of the same cases as it stood on an earlier day.

Everybody and everything in it is made up; see people.py for how that is made plain.
"""

import argparse
import csv
import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import xlsxwriter
from caseload import Case, as_known_on, court_code, make_caseload
from people import Person

from planner.files.region import load_region
from planner.model.region import Region

HERE = Path(__file__).resolve().parent
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's properties have no time zone

CASES_FILE, PARTIES_FILE, TRUTH_FILE = "案件登记表.xlsx", "当事人登记表.xlsx", "truth.csv"
CASE_HEADER = (
    ("案件信息", ("案号", "系列案", "案由", "承办部门", "承办人", "书记员")),
    ("日期", ("立案日期", "分案时间", "应结案日期", "结案日期", "线索日期")),
    ("结案情况", ("结案方式", "结案事由")),
    ("金额", ("申请执行标的（元）", "结案标的（元）", "执行到位金额（元）")),
    ("其他", ("案件来源", "超期天数", "原案号", "执行依据文号", "备注")),
)
"""Two header rows: the groups above are merged."""
PARTY_HEADER = ("序号", "案号", "当事人", "地位", "证件号", "性别", "职业", "户籍地", "经常居住地", "送达地址", "电话")

SAME_AGAIN, CHANGED = 12, 8  # rows of cases that stand twice, alike and with an older state
LOST_IDS = 25  # ID numbers that Excel made into quantities
ORPHANS = 5
CHINESE_DIGITS = "〇一二三四五六七八九"
CHINESE_NUMBERS = ["", *"一二三四五六七八九", "十", *(f"十{d}" for d in "一二三四五六七八九"), "二十",
                   *(f"二十{d}" for d in "一二三四五六七八九"), "三十", "三十一"]  # fmt: skip

Row = list[object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", type=Path, default=HERE.parent / "regions" / "330225")
    parser.add_argument("--out", type=Path, default=Path("var/demo"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--until", type=date.fromisoformat)
    args = parser.parse_args()
    region, rng = load_region(args.region), np.random.default_rng(args.seed)
    cases, until = make_caseload(region, args.cases, args.as_of, rng), args.until or args.as_of
    write_register(region, args.out, as_known_on(cases, until), until, rng)


def write_register(region: Region, out: Path, cases: list[Case], as_of: date, rng: np.random.Generator) -> None:
    """Write both workbooks and truth.csv into the folder ``out``."""
    departments = {code: base.name for base in region.bases if base.kind == "tribunal" for code in base.jurisdiction}
    out.mkdir(parents=True, exist_ok=True)
    title = f"{region.name}人民法院执行案件登记表（截至{as_of:%Y年%m月%d日}，示例数据，人物均为虚构）"
    rows = case_rows(cases, departments, court_code(region.code), rng)
    _write_cases(out / CASES_FILE, title, rows, sum(case.amount for case in cases))
    parties = party_rows(cases, court_code(region.code), rng)
    _write_parties(out / PARTIES_FILE, title.replace("案件", "案件当事人"), parties)
    _write_truth(out / TRUTH_FILE, cases)


def case_rows(cases: list[Case], departments: dict[str, str], court: str, rng: np.random.Generator) -> list[Row]:
    """The cases as an export shows them, with repeated and broken rows in between."""
    rows = [_case_row(case, departments, rng) for case in cases]
    rows += [list(rows[i]) for i in rng.choice(len(cases), SAME_AGAIN, replace=False)]
    closed = [case for case in cases if case.closed_on]
    # The older state of a case that has since been closed.
    older = [
        replace(closed[i], closed_on=None, closing="", closing_reason="", recovered=0, clue_on=None)
        for i in rng.choice(len(closed), CHANGED, replace=False)
    ]
    rows += [_case_row(case, departments, rng) for case in older]
    rows += _broken_rows(court)
    return [rows[i] for i in rng.permutation(len(rows))]


def _case_row(case: Case, departments: dict[str, str], rng: np.random.Generator) -> Row:
    own = _steady(case.case_id)
    handler = f"示例法官{int(own.integers(1, 15)):02d}"
    department = departments.get(case.township, "执行局") if own.random() < 0.6 else "执行局"
    due_on = case.filed_on + timedelta(days=182)
    late = max(((case.closed_on or due_on) - due_on).days, 0)
    return [
        _untidy_number(case.case_id, rng),
        case.series or "否",
        case.cause,
        department,
        handler,
        f"示例书记员{int(own.integers(1, 9)):02d}",
        _untidy_date(case.filed_on, rng),
        _untidy_date(case.filed_on + timedelta(days=int(rng.integers(0, 4))), rng),
        _untidy_date(due_on, rng),
        _untidy_date(case.closed_on, rng),
        _untidy_date(case.clue_on, rng),
        case.closing,
        case.closing_reason,
        _untidy_amount(case.amount, rng),
        _untidy_amount(case.amount, rng) if case.closed_on else "",
        _untidy_amount(case.recovered, rng) if case.closed_on or case.recovered else "",
        case.source,
        late or "",
        case.original,
        f"示例文书{int(own.integers(1, 99999)):05d}",
        case.remark,
    ]


def _broken_rows(court: str) -> list[Row]:
    """Ten rows that no register may keep, each for a reason of its own."""
    good: Row = [f"(2026){court}执90001号", "否", "民间借贷纠纷", "执行局", "示例法官01", "", "2026-03-02"]
    good += [""] * 6 + ["10000"] + [""] * 7
    changes: list[dict[int, object]] = [
        {0: ""},
        {0: f"2026{court[1:]}"},
        {0: f"（2026）{court}执号"},
        {0: "补录，案号待定"},
        {0: f"(2026){court}执90002号", 6: ""},
        {0: f"(2026){court}执90003号", 6: "无"},
        {0: f"(2026){court}执90004号", 6: "2026-02-30"},
        {0: f"(2026){court}执90005号", 6: "2026.13.5"},
        {0: f"(2026){court}执90006号", 6: "三月初"},
        {0: f"({court}执90007号", 6: "2026-03-05"},
    ]
    return [[change.get(j, cell) for j, cell in enumerate(good)] for change in changes]


def party_rows(cases: list[Case], court: str, rng: np.random.Generator) -> list[Row]:
    rows: list[Row] = []
    for case in cases:
        if len(case.debtors) > 1 and rng.random() < 0.35:
            rows.append(_shared_row(case, rng))
        else:
            rows += [_party_row(case, person, rng) for person in case.debtors]
        creditor = [_untidy_number(case.case_id, rng), case.creditor, "申请执行人", *[""] * 7]
        rows += [creditor] if _steady(case.case_id).random() < 0.9 else []
    for i in rng.choice(len(rows), LOST_IDS, replace=False):
        if str(rows[i][3]).startswith("999999"):
            rows[i][3] = "9.99999E+17"
    gone = [f"({2015 + n}){court}执{n + 1}号" for n in range(ORPHANS)]
    rows += [[number, f"示例旧人{n:02d}", "被执行人", *[""] * 7] for n, number in enumerate(gone)]
    return [[n, *row] for n, row in enumerate(rows, 1)]


def _party_row(case: Case, person: Person, rng: np.random.Generator) -> Row:
    return [
        _untidy_number(case.case_id, rng),
        person.name,
        "被执行人",
        person.id_number if _steady(person.id_number).random() < 0.96 else "",
        person.sex,
        person.occupation,
        person.domicile,
        person.residence,
        person.service,
        person.phone,
    ]


def _shared_row(case: Case, rng: np.random.Generator) -> Row:
    """All debtors in one cell, their details in the same order."""
    people = case.debtors
    sign = str(rng.choice(["、", "；", "\n"]))
    details = [
        [person.id_number for person in people],
        [person.sex for person in people],
        [person.occupation or "无" for person in people],
        [person.domicile or "无" for person in people],
        [person.residence or "无" for person in people],
        [person.service or "无" for person in people],
        [person.phone or "无" for person in people],
    ]
    name = sign.join(person.name for person in people)
    return [_untidy_number(case.case_id, rng), name, "被执行人", *("；".join(pieces) for pieces in details)]


def _steady(key: str) -> np.random.Generator:
    """Chance that falls alike each time a register of the same cases is written."""
    return np.random.default_rng(zlib.crc32(key.encode()))


def _untidy_number(case_id: str, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < 0.15:
        return case_id.replace("(", "（").replace(")", "）")
    if chance < 0.18:
        return case_id.replace("(", "〔").replace(")", "〕")
    return case_id.replace(")", ") ") if chance < 0.21 else case_id


def _untidy_date(day: date | None, rng: np.random.Generator) -> object:
    """A date cell, or a text in one of the ways in which people write dates."""
    if day is None:
        return ""
    chance = rng.random()
    if chance < 0.6:
        return day
    if chance < 0.75:
        return f"{day.year}.{day.month}.{day.day}"
    if chance < 0.85:
        return f"{day.year}年{day.month}月{day.day}日"
    if chance < 0.90:
        return f"{day:%Y%m%d}"
    if chance < 0.95:
        return (day - date(1899, 12, 30)).days
    if chance < 0.97:
        year = "".join(CHINESE_DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{CHINESE_NUMBERS[day.month]}月{CHINESE_NUMBERS[day.day]}日"
    return f"{day.year}/{day.month}/{day.day}"


def _untidy_amount(yuan: int, rng: np.random.Generator) -> object:
    chance = rng.random()
    if chance < 0.7:
        return f"{yuan}.00"
    if chance < 0.85:
        return f"{yuan:,}.00"
    if chance < 0.9 and yuan >= 10_000:
        return f"{yuan / 10_000:.4f}".rstrip("0").rstrip(".") + "万元"
    return f"￥{yuan:,}" if chance < 0.93 else yuan


def _workbook(path: Path) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "示例数据", "created": CREATED})
    return book


def _write_cases(path: Path, title: str, rows: list[Row], total: int) -> None:
    with _workbook(path) as book:
        sheet = book.add_worksheet("案件")
        head = book.add_format({"bold": True, "align": "center", "border": 1})
        width = sum(len(names) for _, names in CASE_HEADER)
        sheet.merge_range(0, 0, 0, width - 1, title, head)
        at = 0
        for group, names in CASE_HEADER:
            sheet.merge_range(1, at, 1, at + len(names) - 1, group, head)
            sheet.write_row(2, at, names, head)
            at += len(names)
        _write_rows(book, sheet, 3, rows)
        sheet.write_row(3 + len(rows), 0, ["合计", *[""] * 12, f"{total}.00"])
        hidden = book.add_worksheet("参数")
        hidden.write_row(0, 0, ["案号", "立案日期", "说明"])
        hidden.write_row(1, 0, ["(2020)示0000执1号", "2020-01-01", "系统参数，勿动"])
        hidden.hide()


def _write_parties(path: Path, title: str, rows: list[Row]) -> None:
    with _workbook(path) as book:
        notes = book.add_worksheet("填表说明")
        notes.write(0, 0, "本表为示例数据，人物、公司、证件号、电话均为虚构。")
        notes.write(1, 0, "证件号以 999999 开头，不是任何人的证件号。")
        sheet = book.add_worksheet("当事人")
        sheet.merge_range(0, 0, 0, len(PARTY_HEADER) - 1, title)
        sheet.write_row(1, 0, PARTY_HEADER)
        _write_rows(book, sheet, 2, rows)


def _write_rows(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, first: int, rows: list[Row]) -> None:
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    for i, row in enumerate(rows, first):
        for j, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(i, j, datetime(cell.year, cell.month, cell.day), as_date)  # noqa: DTZ001
            elif cell != "":
                sheet.write(i, j, cell)


def _write_truth(path: Path, cases: list[Case]) -> None:
    """Where the first debtor of each case lives, as far as the addresses tell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["case_id", "township_code", "village_code"])
        writer.writerows([c.case_id, c.debtors[0].township_code, c.debtors[0].village_code] for c in cases)


if __name__ == "__main__":
    main()
