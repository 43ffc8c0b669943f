"""What a copy of the cases in Parquet, partitioned by court and year, would spare a province.

    python -m benchmarks.partitions --data FOLDER --province FOLDER [--repeat 5] [--json]

FOLDERs: data of an installation into which a province's register was imported, and its list of counties (those of
``python -m benchmarks.province --data DIR``: DIR/<size>/taken and DIR/<size>/made/regions). The copy is made in a
temporary folder, without remarks, which are sealed in the databases. Each question is asked of the databases of the
counties as they are, and of the copy with its columns and rows pushed down. Seconds: the best of the repeats; MB: of
the frame that came.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path

import pandas as pd
import pyarrow as arrow
import sqlalchemy as sa
from pyarrow import dataset
from sqlalchemy import Engine

from planner.bootstrap import county_settings, open_context
from planner.settings import read_settings
from planner.store import register, schema
from planner.store.engine import connect, reading
from planner.store.keys import read_secrets

FEW = ["case_id", "filed_on", "status", "claimed_fen", "recovered_fen"]
SINCE = 2025
CASES = schema.case_rows.c

Ask = Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class Row:
    question: str
    of: str
    rows: int
    seconds: float
    mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--province", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    told = {"PLANNER_DATA_DIR": str(given.data), "PLANNER_PROVINCE": str(given.province)}
    copy = Path(tempfile.mkdtemp(prefix="planner-partitions-"))
    try:
        rows = measured(engines({**os.environ, **told}), copy, given.repeat)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


def engines(environment: dict[str, str]) -> dict[str, Engine]:
    settings = read_settings(environment)
    with open_context(settings) as ctx:
        assert ctx.doors is not None
        urls = {one.code: county_settings(settings, one).database_url for one in ctx.doors.province.counties}
        return {code: connect(url, *read_secrets(settings.key_file)) for code, url in urls.items()}


def measured(counties: dict[str, Engine], copy: Path, repeat: int) -> list[Row]:
    began = time.perf_counter()
    counts = {code: copied(code, engine, copy) for code, engine in counties.items()}
    made = time.perf_counter() - began
    size = sum(file.stat().st_size for file in copy.rglob("*.parquet")) / 1e6
    print(f"the copy: {sum(counts.values()):,} cases, {size:.1f} MB, made in {made:.1f} s")
    largest = max(counts, key=counts.__getitem__)
    engine, parts = counties[largest], dataset.dataset(copy, partitioning="hive")
    few, opened, since = (CASES[name] for name in FEW), CASES.status == "open", CASES.filed_on >= date(SINCE, 1, 1)
    plain = sa.select(*few)
    court, status, year = (dataset.field(name) for name in ("court", "status", "year"))
    here = court == int(largest)
    asked: dict[str, tuple[Ask, Ask]] = {
        "a county, all": (
            lambda: register.cases(engine),
            lambda: parts.to_table(filter=here).to_pandas(),
        ),
        "a county, open, 5 columns": (
            lambda: selected(engine, plain.where(opened)),
            lambda: parts.to_table(FEW, filter=here & (status == "open")).to_pandas(),
        ),
        f"a county, since {SINCE}, 5 columns": (
            lambda: selected(engine, plain.where(since)),
            lambda: parts.to_table(FEW, filter=here & (year >= SINCE)).to_pandas(),
        ),
        "the province, filings by year": (
            lambda: pd.concat(map(filings, counties.values())),
            lambda: by_year(parts.to_table(["court", "year"])),
        ),
    }
    rows = []
    for question, ways in asked.items():
        for of, ask in zip(("database", "parquet"), ways, strict=True):
            seconds, found = min((timed(ask) for _ in range(repeat)), key=itemgetter(0))
            mb = float(found.memory_usage(deep=True).sum()) / 1e6
            rows.append(Row(question, of, len(found), round(seconds, 4), round(mb, 2)))
            print(f"{question:36} {of:9} {len(found):>8,} rows {seconds:8.4f} s {mb:8.2f} MB", flush=True)
    return rows


def timed(ask: Ask) -> tuple[float, pd.DataFrame]:
    began = time.perf_counter()
    found = ask()
    return time.perf_counter() - began, found


def copied(code: str, engine: Engine, copy: Path) -> int:
    """One county into the copy; how many cases."""
    cases = register.cases(engine).drop(columns="remark")
    table = arrow.Table.from_pandas(
        cases.assign(court=code, year=cases["filed_on"].dt.year.astype("Int32")), preserve_index=False
    )
    parts = dataset.partitioning(arrow.schema({"court": arrow.string(), "year": arrow.int32()}), flavor="hive")
    dataset.write_dataset(
        table, copy, format="parquet", partitioning=parts, basename_template=f"{code}-{{i}}.parquet",
        existing_data_behavior="overwrite_or_ignore",
    )  # fmt: skip
    return len(cases)


def selected(engine: Engine, query: "sa.Select[tuple[object, ...]]") -> pd.DataFrame:
    with reading(engine) as connection:
        return pd.DataFrame(connection.execute(query).all(), columns=FEW)


def by_year(table: arrow.Table) -> pd.DataFrame:
    return table.group_by(["court", "year"]).aggregate([([], "count_all")]).to_pandas()


def filings(engine: Engine) -> pd.DataFrame:
    year = sa.extract("year", CASES.filed_on)
    with reading(engine) as connection:
        found = connection.execute(sa.select(year, sa.func.count()).group_by(year)).all()
    return pd.DataFrame(found, columns=["year", "cases"])


if __name__ == "__main__":
    main()
