"""Strict reading of small fact files: every fault names the file, the row, what came and what is allowed."""

import csv
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from planner.errors import RegionError
from planner.model.units import minute_of


@dataclass(frozen=True)
class Cell:
    """How one column is read: ``read`` raises ValueError for what is not ``allowed``."""

    read: Callable[[str], Any]
    allowed: str


def read_rows(file: Path, cells: Mapping[str, Cell], optional: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The rows of a CSV file (UTF-8) as typed values, each with ``row`` as a person counts it (the header is 1).

    A column of ``optional`` may be missing and is then left out of the rows; unknown columns are refused.

    Raises:
        RegionError: missing file or column, unknown column, or a cell that is not allowed.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restkey="", restval="")
            _check_header(file, list(reader.fieldnames or []), cells, optional)
            return [_typed(file, number, row, cells) for number, row in enumerate(reader, start=2)]
    except FileNotFoundError:
        raise RegionError("region_file_missing", file=file.name, folder=str(file.parent)) from None
    except (UnicodeDecodeError, csv.Error) as fault:
        raise RegionError("region_file_damaged", file=file.name, fault=str(fault)) from fault


def read_toml(file: Path) -> dict[str, Any]:
    """Raises RegionError: the file is missing or is not TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise RegionError("region_file_missing", file=file.name, folder=str(file.parent)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise RegionError("region_file_damaged", file=file.name, fault=str(fault)) from fault


def _check_header(file: Path, header: list[str], cells: Mapping[str, Cell], optional: frozenset[str]) -> None:
    missing = [name for name in cells if name not in header and name not in optional]
    unknown = [name for name in header if name not in cells]
    if missing or unknown:
        raise RegionError(
            "region_columns",
            file=file.name,
            missing=", ".join(missing) or "—",
            unknown=", ".join(unknown) or "—",
            allowed=", ".join(cells),
        )


def _typed(file: Path, number: int, row: dict[str, str], cells: Mapping[str, Cell]) -> dict[str, Any]:
    typed: dict[str, Any] = {"row": number}
    for name, raw in row.items():
        cell = cells.get(name, EXTRA)
        try:
            typed[name] = cell.read(raw.strip() if isinstance(raw, str) else "\n")
        except ValueError:
            raise RegionError(
                "region_cell", file=file.name, row=number, column=name or "—", value=raw, allowed=cell.allowed
            ) from None
    return typed


def _nothing(_: str) -> None:
    raise ValueError


EXTRA = Cell(_nothing, "—")


def text(allowed: str = "…") -> Cell:
    """Any text but an empty one."""

    def read(raw: str) -> str:
        if not raw:
            raise ValueError
        return raw

    return Cell(read, allowed)


def maybe(cell: Cell) -> Cell:
    """The same, or empty (None)."""
    return Cell(lambda raw: cell.read(raw) if raw else None, f"{cell.allowed} | ")


def digits(count: int) -> Cell:
    def read(raw: str) -> str:
        if len(raw) != count or not raw.isascii() or not raw.isdigit():
            raise ValueError
        return raw

    return Cell(read, "0" * count)


def number(least: float, most: float) -> Cell:
    def read(raw: str) -> float:
        value = float(raw)
        if not (math.isfinite(value) and least <= value <= most):
            raise ValueError
        return value

    return Cell(read, f"{least:g} … {most:g}")


def whole(least: int, most: int) -> Cell:
    def read(raw: str) -> int:
        value = int(raw)
        if not least <= value <= most:
            raise ValueError
        return value

    return Cell(read, f"{least} … {most}")


def one_of(values: tuple[str, ...]) -> Cell:
    def read(raw: str) -> str:
        if raw not in values:
            raise ValueError
        return raw

    return Cell(read, " | ".join(values))


def many(cell: Cell) -> Cell:
    """Several values joined by ``;`` (none if empty)."""
    return Cell(
        lambda raw: tuple(cell.read(part.strip()) for part in raw.split(";") if part.strip()), f"{cell.allowed};…"
    )


FLAG = Cell(lambda raw: one_of(("0", "1")).read(raw) == "1", "0 | 1")
LON, LAT = number(-180, 180), number(-90, 90)
CLOCK = Cell(minute_of, "HH:MM")
DAY = Cell(date.fromisoformat, "YYYY-MM-DD")
