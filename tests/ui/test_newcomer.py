"""A newcomer on an empty installation, served as ``make tour`` does it: the tour to a plan on the map, then the own
untidy register, its rejected rows, a score and a plan taken out."""

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from playwright.sync_api import BrowserContext, Page, expect

from planner.bootstrap import open_context
from planner.i18n import translator
from planner.settings import read_settings
from planner.store import register
from tests.browser import PATIENCE, Watched, open_page, watched
from tests.newcomer import LONG, panel, press, toured, walk
from tests.ui.conftest import environment_of

pytestmark = pytest.mark.browser

ZH = translator("zh")
HEADER = ("序", "案件编号", "收案时间", "执行标的额", "被执行人名称", "住所地", "联系方式", "经办法官")
BROKEN = (
    [1, "", "2026.3.2", "1.2", "示例缺号", "石浦镇", "", "示例法官01"],
    [2, "(2026)浙0225执90002号", "三月初", "1.2", "示例缺日", "石浦镇", "", "示例法官01"],
)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and data folder of an installation that nobody has used."""
    folder = tmp_path / "var"
    folder.mkdir()
    with toured(folder) as address:
        yield address, folder


@pytest.fixture
def own(tmp_path: Path, demo_database: Path) -> Path:
    """A register of one's own: one sheet, other headers, a title, amounts in 万元, two rows that cannot be kept."""
    with open_context(read_settings(environment_of(demo_database))) as ctx:
        cases, parties = register.cases(ctx.engine), register.parties(ctx.engine)
    debtors = parties[parties["role"] == "debtor"].drop_duplicates("case_id")
    known = cases[cases["status"] == "open"].merge(debtors, on="case_id")
    known["address"] = known["residence"].fillna(known["domicile"]).fillna("")
    rows = [
        [n, row["case_id"].replace("(", "（").replace(")", "）"), f"{row['filed_on']:%Y.%m.%d}",
         f"{row['claimed_fen'] / 1e6:.4f}", row["name"], row["address"], "", "示例法官02"]
        for n, row in enumerate(known.to_dict("records"), 3)
    ]  # fmt: skip
    file = tmp_path / "本院台账.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, len(HEADER) - 1, "某县人民法院在办执行案件台账")
        sheet.write(1, 0, "单位：万元")
        for i, row in enumerate([HEADER, *BROKEN, *rows], 2):
            sheet.write_row(i, 0, row)
    return file


def test_from_an_empty_installation_to_a_plan_of_ones_own(
    empty: tuple[str, Path], browser: BrowserContext, own: Path, tmp_path: Path
) -> None:
    address, _ = empty
    with watched(browser) as seen:
        shown = open_page(seen, address, "", patience=LONG)
        expect(panel(shown)).to_contain_text("全部虚构", timeout=PATIENCE)
        _tour(seen, address)
        _bring(shown, own)
        expect(shown.get_by_text("不能与它混在一起").first).to_be_visible(timeout=PATIENCE)
        _start_over(shown)
        _bring(shown, own)
        expect(shown.get_by_text("退回的行（2 行）")).to_be_visible(timeout=2 * PATIENCE)
        expect(shown.get_by_text("新手导览")).to_have_count(0)
        shown = open_page(seen, address, "hotspots")
        press(shown.get_by_role("button", name="开始研判"))
        expect(shown.get_by_role("tab", name="得分构成")).to_be_visible(timeout=2 * PATIENCE)
        _plan_and_take_out(open_page(seen, address, "plan"), tmp_path / "week.xlsx")
    assert not seen.errors
    assert not [url for url in seen.requests if not url.startswith((address, "data:", "blob:", "about:"))]


def _tour(seen: Watched, address: str) -> None:
    """All steps by keyboard; a reload, another page on the way, and the second look at the home page change nothing."""
    shown = seen.page
    for step, seconds in walk(shown, ZH):
        print(f"{step:<10}{seconds:6.1f} s")
        if step == "welcome":
            shown.reload()
            expect(panel(shown)).to_contain_text(ZH("tour.account"), timeout=PATIENCE)
            open_page(seen, address, "profile")
            press(panel(shown).get_by_role("button", name=ZH("tour.back")))
    expect(panel(shown)).to_contain_text(ZH("tour.own"))


def _bring(shown: Page, file: Path) -> None:
    shown.locator("input[type=file]").set_input_files([str(file)])
    expect(shown.get_by_role("button", name=f"Remove {file.name}")).to_be_visible(timeout=PATIENCE)
    press(shown.get_by_role("button", name=re.compile("导入$")))


def _start_over(shown: Page) -> None:
    shown.get_by_text("清空演示数据，重新开始").click()
    button = shown.get_by_role("button", name=re.compile("清空演示数据$"))
    expect(button).to_be_disabled()
    shown.get_by_text("我确认：演示数据全部删去").click()
    press(button)
    expect(shown.get_by_text("演示数据已清空（2,400 件案件）")).to_be_visible(timeout=PATIENCE)


def _plan_and_take_out(shown: Page, out: Path) -> None:
    shown.get_by_role("slider").press("Home")
    press(shown.get_by_role("button", name="开始编排"))
    expect(shown.get_by_text("已生成并通过独立核验")).to_be_visible(timeout=LONG)
    expect(shown.locator(".live canvas").first).to_be_attached(timeout=PATIENCE)
    with shown.expect_download(timeout=PATIENCE) as waiting:
        shown.get_by_role("link", name="Excel").first.click()
    waiting.value.save_as(out)
    book = openpyxl.load_workbook(out, read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert any("示例" not in cell and re.search(r"\(20\d\d\)浙0225执", cell) for cell in cells)


def test_who_leaves_the_tour_is_not_asked_again(empty: tuple[str, Path], browser: BrowserContext) -> None:
    address, _ = empty
    with watched(browser) as seen:
        for words in (translator("en"), ZH):
            shown = open_page(seen, address, "", words("app.code"), LONG)
            leave = panel(shown).get_by_role("button", name=words("tour.leave"))
            expect(leave).to_be_enabled(timeout=PATIENCE)
        press(leave)
        expect(panel(shown)).to_have_count(0, timeout=PATIENCE)
        open_page(seen, address, "")
        expect(panel(shown)).to_have_count(0)
