"""What a file is, is told by its content; what is no table gets a message of its own."""

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
import xlwt

from planner.errors import FileUnreadable
from planner.register.workbook import OLE, read_sheets

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def _xlsx(*cells: tuple[int, int, object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("甲")
        for row, column, value in cells:
            sheet.write(row, column, value)
    return out.getvalue()


def _xls() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("甲").write(0, 0, "案号")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "key", "kind"),
    [
        (b"", "file_empty", None),
        (b" \r\n\x00", "file_empty", None),
        (PNG, "file_not_table", "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "file_not_table", "JPEG"),
        (b"%PDF-1.7\n...", "file_not_table", "PDF"),
        (_zip("a.txt"), "file_not_table", "ZIP"),
        (_zip("[Content_Types].xml", "word/document.xml"), "file_not_table", "Word (.docx)"),
        (OLE + bytes(500) + "WordDocument".encode("utf-16-le"), "file_not_table", "Word (.doc)"),
        (OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "file_encrypted", None),
        (OLE + bytes(2000), "file_damaged", None),
        (_xlsx((0, 0, "案号"))[:1000], "file_damaged", None),
        (_xls()[:1000], "file_damaged", None),
        (_zip("xl/workbook.xml"), "file_damaged", None),
        (bytes(range(256)) * 4, "file_unknown", None),
        (b"<html><body><p>please log in</p></body></html>", "file_not_table", "HTML"),
        (b'<?xml version="1.0"?><a/>', "file_not_table", "XML"),
    ],
)
def test_files_that_are_no_table(data: bytes, key: str, kind: str | None) -> None:
    with pytest.raises(FileUnreadable) as told:
        read_sheets("登记表.xlsx", data)
    assert told.value.key == key
    assert told.value.params["file"] == "登记表.xlsx"
    assert told.value.params.get("kind") == kind


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_cut_workbook_is_refused_and_never_half_read(cut: int) -> None:
    whole = _xlsx(*((row, 0, f"(2024)浙0225执{row}号") for row in range(200)))
    with pytest.raises(FileUnreadable):
        read_sheets("a.xlsx", whole[: len(whole) * cut // 40])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_text_in_any_encoding_and_with_any_separator(encoding: str, separator: str) -> None:
    rows = [["案号", "备注", "住址"], ["(2024)浙0225执1号", "甲,乙;丙", "石浦镇"], ["(2024)浙0225执2号", "", ""]]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    assert read_sheets("a.xls", text.encode(encoding))[0].cells == rows


def test_position_types_and_long_numbers() -> None:
    cells = read_sheets("a.csv", _xlsx((2, 1, 12.0), (3, 1, 0.5), (3, 2, 330225199001011234), (4, 0, True)))[0].cells
    assert cells == [["", "", ""], ["", "", ""], ["", "12", ""], ["", "0.5", "3.30225E+17"], ["TRUE", "", ""]]


def test_merged_cells_all_hold_their_text_and_hidden_sheets_are_marked() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("甲").merge_range(0, 0, 1, 1, "x")
        book.get_worksheet_by_name("甲").write(2, 2, "y")
        book.add_worksheet("乙").hide()

    first, second = read_sheets("a.xlsx", _filled(fill))
    assert first.cells == [["x", "x", ""], ["x", "x", ""], ["", "", "y"]]
    assert (first.hidden, second.hidden) == (False, True)


def _filled(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def test_html_tables_with_spans_and_nested_layout() -> None:
    page = """<table><tr><td><table>
        <tr><td rowspan=2>a<td colspan="2">b</tr><tr><td>c<br>d<td> e
          f </tr></table></td></tr></table>"""
    assert read_sheets("a.xls", page.encode())[0].cells == [["a", "b", "b"], ["a", "c\nd", "e f"]]
