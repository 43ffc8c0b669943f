"""What a file is, is told by its content; what is no table gets a message of its own."""

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
import xlwt

from planner.errors import FileUnreadable
from planner.register.sheet import LARGE, Packed, fill, packed
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


def test_html_cells_that_hang_from_rows_above() -> None:
    page = "<table><tr><td>a<td rowspan=3>b<td>c</tr><tr><td>d</tr><tr></tr><tr><td>e<td colspan=2>f</tr></table>"
    rows = [["a", "b", "c"], ["d", "b", ""], ["", "b", ""], ["e", "f", "f"]]
    assert read_sheets("a.xls", page.encode())[0].cells == rows


def _html_of(rows: int, cells: str) -> bytes:
    return f"<html><table>{f'<tr>{cells}</tr>' * rows}</table></html>".encode()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (_html_of(1, "<td colspan=1000>a</td>" * 17), "file_too_wide"),
        (_html_of(4_000, "<td colspan=1000>a</td>" * 16), "file_too_wide"),
        (b"<html>" + _html_of(2_100, "<td colspan=1000>a</td>" * 15)[6:-7] * 2, "file_too_wide"),
        (_html_of(1, f"<td>{'a' * 40_000}</td>"), "file_damaged"),
        (b"a,b\n" + b"," * 20_000, "file_too_wide"),
        (b"a," * 900 + b"\n" + b"a\n" * 70_000, "file_too_wide"),
        (b'a,b\n"' + b"a" * 40_000, "file_damaged"),
    ],
    ids=["wide row", "large table", "large tables", "long cell", "wide line", "ragged", "open quote"],
)
def test_spans_lines_and_cells_without_end_are_refused(data: bytes, key: str) -> None:
    assert _refused(data) == key


def test_merged_ranges_over_one_another_are_refused() -> None:
    cells = [["x"] * 3 for _ in range(4)]
    fill(cells, [(0, 0, 0, 2), (0, 0, 0, 2), (2, 1, 9, 1)])
    assert cells == [["x"] * 3] * 4
    with pytest.raises(ValueError, match="overlap"):
        fill(cells, [(0, 0, 3, 2)] * 3)


def _refused(data: bytes) -> str:
    with pytest.raises(FileUnreadable) as told:
        read_sheets("a.xlsx", data)
    return told.value.key


def _said_to_unpack_to(size: int) -> bytes:
    """A workbook with another size of its texts in the zip's two lists of entries."""
    whole = bytearray(_xlsx((0, 0, "x" * 500)))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = whole.rindex(mark, 0, whole.index(b"xl/sharedStrings.xml", whole.index(mark)))
        whole[start + at : start + at + 4] = size.to_bytes(4, "little")
    return bytes(whole)


def test_a_few_bytes_that_unpack_to_gigabytes_are_refused_unread() -> None:
    assert _refused(_said_to_unpack_to(2 << 30)) == "file_too_large"


def test_an_entry_longer_than_it_says_is_damaged() -> None:
    assert _refused(_said_to_unpack_to(100)) == "file_damaged"


@pytest.mark.parametrize("cell", ["XFD1048576", "AAA99999", "ZZ1048576"])
def test_a_far_cell_makes_no_grid_of_billions(cell: str) -> None:
    near = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="{cell}"><v>1</v></c></row>'
    sheet = f'<?xml version="1.0"?><worksheet><sheetData>{near}</sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    assert _refused(out.getvalue()) == "file_too_wide"


def test_a_far_row_alone_or_a_far_column_alone_is_read() -> None:
    down = read_sheets("a.xlsx", _xlsx((0, 0, "案号"), (99_999, 2, "x")))[0].cells
    assert (len(down), list(down[0]), list(down[-1])) == (100_000, ["案号", "", ""], ["", "", "x"])
    right = read_sheets("a.xlsx", _xlsx((0, 0, "案号"), (5, 16_383, "x")))[0].cells
    assert (len(right), len(right[0]), right[5][16_383]) == (6, 16_384, "x")


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="甲">{rows}<table:table-row table:number-rows-repeated="1048000"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row></table:table>
 </office:spreadsheet></office:body></office:document-content>"""
ODS_ROW = """<table:table-row table:number-rows-repeated="{down}"><table:table-cell office:value-type="string"
 table:number-columns-repeated="{across}"><text:p>x</text:p></table:table-cell></table:table-row>"""


def _ods(*repeats: tuple[int, int]) -> bytes:
    rows = "".join(ODS_ROW.format(down=down, across=across) for down, across in repeats)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(rows=rows))
    return out.getvalue()


def test_open_document_repeats_cells_but_not_without_end() -> None:
    assert read_sheets("a.ods", _ods((2, 3), (1, 1)))[0].cells == [["x"] * 3, ["x"] * 3, ["x", "", ""]]
    assert _refused(_ods((1_048_576, 16_384))) == "file_too_wide"
    assert _refused(_ods((1, 16_384), (1_048_575, 1))) == "file_too_wide"


XML = """<?xml version="1.0"?>{doctype}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="甲"><Table>{rows}</Table></Worksheet>
 </Workbook>"""


def _xml(rows: str, doctype: str = "") -> bytes:
    return XML.format(rows=rows, doctype=doctype).encode()


def _xml_cell(text: str, attributes: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="String">{text}</Data></Cell>'


def test_xml_spreadsheet_places_and_merges_cells() -> None:
    merged, placed = _xml_cell("a", 'ss:MergeAcross="1" ss:MergeDown="1"'), _xml_cell("b", 'ss:Index="4"')
    rows = f'<Row>{merged}</Row><Row ss:Index="2">{placed}</Row>'
    assert read_sheets("a.xls", _xml(rows))[0].cells == [["a", "a", "", ""], ["a", "a", "", "b"]]


@pytest.mark.parametrize(
    "attribute", ["ss:Index='99999999'", "ss:Index='-1'", "ss:Index='x'", "ss:MergeAcross='99999'"]
)
def test_xml_spreadsheet_with_wild_places_is_damaged(attribute: str) -> None:
    assert _refused(_xml(f"<Row>{_xml_cell('a', attribute)}</Row>")) == "file_damaged"


def test_entities_of_an_xml_spreadsheet_are_neither_fetched_nor_expanded() -> None:
    secret = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    cells = read_sheets("a.xls", _xml(f"<Row>{_xml_cell('a&amp;b')}{_xml_cell('&e;')}</Row>", secret))[0].cells
    assert cells == [["a&b", "&e;"]]
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    assert _refused(_xml(f"<Row>{_xml_cell('&l9;')}</Row>", bomb)) == "file_damaged"


def test_a_large_grid_reads_as_the_same_rows() -> None:
    rows = [[f"{n}", "", "甲" * (n % 3)][: 1 + n % 3] for n in range(LARGE)]
    whole = [row + [""] * (3 - len(row)) for row in rows]
    grid = packed(rows)
    assert isinstance(grid, Packed)
    assert [list(row) for row in grid] == whole
    assert list(grid[LARGE - 1]) == whole[-1]
    assert [list(row) for row in grid[5:1500]] == whole[5:1500]
    assert packed(rows[:-1]) == rows[:-1]
