"""Damaged registers: the golden ones with bytes flipped, cut and doubled, and with rows and cells gone astray."""

import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
INPUTS = sorted(
    path for suffix in ("xlsx", "xls", "csv", "txt") for path in GOLDEN.glob(f"*/*.{suffix}")
    if path.name not in ("cases.csv", "parties.csv", "issues.csv", "sheets.csv")
)  # fmt: skip
WILD = ("", "=1+1", "石" * 40_000, "\x00", "\ufeff", "9" * 400, "-1e400", "2024-02-30", "'; DROP TABLE case_row; --",
        "<script>alert(1)</script>", "\u202e案号", "案号", "合计", "{t}", "1" * 17 + "X")  # fmt: skip


def mutants(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """``count`` files (name, bytes); the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    for n in range(count):
        path = rng.choice(INPUTS)
        change = rng.choice(BYTES if n % 2 else CELLS)
        yield f"{n}-{change.__name__}-{path.name}", change(path.read_bytes(), rng)


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        changed[rng.randrange(len(changed))] ^= rng.randint(1, 255)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_out(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, 400) :]


def doubled(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randint(1, 2_000)]
    return data[:start] + piece * rng.randint(2, 6) + data[start:]


def glued(data: bytes, rng: random.Random) -> bytes:
    """The beginning of one kind of file and the end of another."""
    other = rng.choice(INPUTS).read_bytes()
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def inside(data: bytes, rng: random.Random) -> bytes:
    """A workbook whose zip is sound and whose parts are not; other files are flipped."""
    if not data.startswith(b"PK"):
        return flipped(data, rng)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as copy:
        for entry in source.infolist():
            part = source.read(entry)
            change = rng.choice((flipped, cut, cut_out, doubled))
            copy.writestr(entry.filename, change(part, rng) if part and rng.random() < 0.3 else part)
    return out.getvalue()


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, cut_out, doubled, glued, inside)


def _cells(data: bytes) -> list[list[str]]:
    """The first sheet as text, of whatever kind the file is."""
    if data.startswith(b"PK"):
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        return [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True, max_row=60)
        ]
    text = data.decode("gb18030", errors="replace") if b"\x00" not in data else data.decode("utf-16", errors="replace")
    return [line.split("," if "," in line else ";") for line in text.splitlines()] or [[""]]


def _written(cells: list[list[str]], rng: random.Random) -> bytes:
    """As a workbook or as text in one of the encodings."""
    if rng.random() < 0.5:
        book = openpyxl.Workbook()
        for row in cells:
            book.active.append([_printable(cell)[:32_000] for cell in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    text = io.StringIO()
    csv.writer(text, delimiter=rng.choice(",;\t|")).writerows(cells)
    return text.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), errors="replace")


def _printable(text: str) -> str:
    """What a workbook can hold; a formula stays one."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def shuffled_columns(data: bytes, rng: random.Random) -> bytes:
    cells = _cells(data)
    width = max(map(len, cells))
    order = rng.sample(range(width), width)
    return _written([[row[j] if j < len(row) else "" for j in order] for row in cells], rng)


def same_columns_twice(data: bytes, rng: random.Random) -> bytes:
    return _written([row + row for row in _cells(data)], rng)


def wild_cells(data: bytes, rng: random.Random) -> bytes:
    cells = _cells(data)
    for row in rng.sample(cells, max(1, len(cells) // 2)):
        if row:
            row[rng.randrange(len(row))] = rng.choice(WILD)
    return _written(cells, rng)


def lost_cells(data: bytes, rng: random.Random) -> bytes:
    return _written([[cell for cell in row if rng.random() < 0.85] for row in _cells(data)], rng)


def shuffled_rows(data: bytes, rng: random.Random) -> bytes:
    cells = _cells(data)
    rng.shuffle(cells)
    return _written(cells, rng)


CELLS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    shuffled_columns, same_columns_twice, wild_cells, lost_cells, shuffled_rows,
)  # fmt: skip
