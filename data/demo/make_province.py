"""Makes a province: region folders, and ONE register of all its courts as two CSV files. Same options, same bytes.

    python data/demo/make_province.py [--out var/province] [--cases 20000] [--counties 6] [--seed 7]
                                      [--as-of 2026-11-20] [--strange 0.0005]
                                      [--townships townships.csv --counties-outline counties.geojson]

Without the two files everything is invented; with them names and outlines of counties are real, and everything else is
made up all the same. People are plainly so: names hold 示例 and a number, ID numbers begin with 999999 and end in a
wrong check digit, phones begin with 000-. Some townships on both sides of a county's border grow hot together.
``--strange``: share of rows of a court that the province does not have.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from caseload import CAUSES, HOT_WEEKS, REPEAT, VILLAGE_TAIL, WALK_PULL, WALK_SD, WEEKS
from people import OUTSIDE, SURNAMES, TRADES, WEIGHTS
from province_map import CountyMap, invented_counties, real_counties, write_province

from planner.files.region import load_region
from planner.model.region import Region

CASES_FILE, PARTIES_FILE = "全省案件登记表.csv", "全省当事人登记表.csv"
STRANGE_COURT = "示例外省人民法院"
HOT_FACTOR, HOT_EVERY = 8.0, 5
"""A hot spot for every so many counties."""
HOT_DEGREES = 0.12
OPEN_PAID, OTHER_DEBTOR, AWAY = 0.2, 0.1, 0.03
"""Shares of open cases with a payment, of cases with a second debtor, of people outside the county."""
FORMS, FORM_SHARES = ("full", "county", "township", "street"), (0.4, 0.28, 0.27, 0.05)

Strings = npt.NDArray[np.object_]
Rng = np.random.Generator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("var/province"))
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--counties", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--townships", type=Path)
    parser.add_argument("--counties-outline", type=Path)
    parser.add_argument("--strange", type=float, default=0.0005)
    given = parser.parse_args()
    make(given.out, given.cases, given.counties, given.seed, given.as_of, given.strange, given.townships,
         given.counties_outline)  # fmt: skip


def make(
    out: Path,
    cases: int,
    counties: int,
    seed: int,
    as_of: date,
    strange: float,
    townships: Path | None = None,
    outlines: Path | None = None,
) -> None:
    real = real_counties(townships, outlines)[:counties] if townships and outlines else None
    maps = real or invented_counties(counties)
    write_province(out / "regions", maps, seed)
    regions = [load_region(out / "regions" / county.code) for county in maps]
    heat = hot_factors(regions)
    weight = np.array([county.townships["villages"].sum() for county in maps], float)
    counts = np.floor(weight / weight.sum() * cases).astype(int)
    counts[: cases - counts.sum()] += 1
    made = [
        caseload(county, region, heat[county.code], int(count), as_of, np.random.default_rng([seed, n, 1]))
        for n, (county, region, count) in enumerate(zip(maps, regions, counts, strict=True))
    ]
    rng = np.random.default_rng([seed, 2])
    files = zip((CASES_FILE, PARTIES_FILE), zip(*made, strict=True), strict=True)
    for name, tables in files:
        table = pa.concat_tables(tables)
        table = table.take(pa.array(rng.permutation(len(table))))
        if name == CASES_FILE:
            court = np.where(rng.random(len(table)) < strange, STRANGE_COURT, table["执行法院"].to_numpy())
            table = table.set_column(0, "执行法院", pa.array(court))
        pyarrow.csv.write_csv(table, out / name, pyarrow.csv.WriteOptions(quoting_style="needed"))


def hot_factors(regions: list[Region]) -> dict[str, dict[str, float]]:
    """county code -> township code -> how much busier in the end: spots between two counties' nearest townships."""
    seats = pd.concat([region.townships.assign(county=region.code) for region in regions], ignore_index=True)
    points, county = seats[["seat_lon", "seat_lat"]].to_numpy(float), seats["county"].to_numpy()
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    apart[county[:, None] == county[None]] = np.inf
    hot = np.zeros(len(seats), bool)
    for _ in range(max(1, len(regions) // HOT_EVERY)):
        a, b = np.unravel_index(int(apart.argmin()), apart.shape)
        if not np.isfinite(apart[a, b]):
            break
        centre = (points[a] + points[b]) / 2
        hot[[a, b]] = True
        hot |= np.linalg.norm(points - centre, axis=1) < HOT_DEGREES / 2
        for spent in (county[a], county[b]):  # the next one lies between other counties
            apart[county == spent] = np.inf
            apart[:, county == spent] = np.inf
    found = seats.assign(factor=np.where(hot, HOT_FACTOR, 1.0))
    return {code: dict(zip(rows["code"], rows["factor"], strict=True)) for code, rows in found.groupby("county")}


def caseload(
    county: CountyMap, region: Region, heat: dict[str, float], count: int, as_of: date, rng: Rng
) -> tuple[pa.Table, pa.Table]:
    """The county's cases and parties as rows of the register."""
    week, town = filings(region, heat, count, rng)
    filed = np.datetime64(as_of) - 7 * (WEEKS - 1 - week) - rng.integers(0, 7, count)
    order = np.argsort(filed, kind="stable")
    filed, town = filed[order], town[order]
    numbers = case_numbers(county.court_code, filed)
    chance = np.array([cause.share for cause in CAUSES if not cause.fishing])
    cause = rng.choice(len(chance), count, p=chance / chance.sum())
    ends = endings(filed, amounts(cause, rng), np.datetime64(as_of), rng)
    cases = pa.table(
        {
            "执行法院": np.full(count, county.court, object),
            "案号": numbers,
            "案由": np.array([one.name for one in CAUSES], object)[cause],
            "承办人": "示例法官" + pd.Series(rng.integers(1, 30, count)).astype(str).str.zfill(2),
            "立案日期": filed.astype(str),
            **ends,
        }
    )
    return cases, parties(county, region, numbers, town, rng)


def filings(region: Region, heat: dict[str, float], count: int, rng: Rng) -> tuple[Any, Any]:
    """Week and township of each case: slow random walks around the exposure, some heated in the end."""
    exposure = region.townships["exposure"].to_numpy(float)
    level = np.zeros((WEEKS, len(exposure)))
    for week in range(1, WEEKS):
        level[week] = (1 - WALK_PULL) * level[week - 1] + rng.normal(0, WALK_SD, len(exposure))
    factor = region.townships["code"].map(heat).to_numpy(float)
    level[-HOT_WEEKS:] += np.linspace(0, 1, HOT_WEEKS)[:, None] * np.log(factor)
    shares = exposure * np.exp(level)
    cells = rng.choice(shares.size, count, p=(shares / shares.sum()).ravel())
    week, town = np.divmod(cells, len(exposure))
    return week, town


def case_numbers(court: str, filed: Any) -> Strings:
    """Numbered by year in the order of filing."""
    year = pd.Series(filed).dt.year
    number = year.groupby(year).cumcount() + 1
    return ("(" + year.astype(str) + ")" + court + "执" + number.astype(str) + "号").to_numpy(object)


def amounts(cause: Any, rng: Rng) -> Any:
    """Yuan."""
    median = np.array([one.median for one in CAUSES])[cause]
    sigma = np.array([one.sigma for one in CAUSES])[cause]
    return np.clip(median * np.exp(rng.normal(0, 1, len(cause)) * sigma), 500, 30_000_000).astype(int)


def endings(filed: Any, amount: Any, as_of: np.datetime64, rng: Rng) -> dict[str, Any]:
    """When and how each case ended, and what it brought."""
    count = len(filed)
    ended = filed + (5 + 250 * np.exp(rng.normal(0, 0.9, count))).astype(int)
    closed = ended <= as_of
    ways = np.array(["执行完毕", "终结本次执行程序", "终结执行"], object)
    way = rng.choice(3, count, p=(0.45, 0.33, 0.22))
    paid_open = rng.random(count) < OPEN_PAID
    share = np.where(closed, np.choose(way, [1.0, 0.07, 0.33]), np.where(paid_open, rng.beta(0.6, 4, count), 0.0))
    remark = rng.choice(
        np.array(["", "拟搜查被执行人住所", "已网络冻结足额存款，待扣划"], object), count, p=(0.9, 0.06, 0.04)
    )
    return {
        "结案日期": np.where(closed, ended.astype(str).astype(object), ""),
        "结案方式": np.where(closed, ways[way], ""),
        "申请执行标的（元）": amount.astype(str).astype(object),
        "执行到位金额（元）": np.where(closed | paid_open, (amount * share).astype(int).astype(str).astype(object), ""),
        "案件来源": np.where(rng.random(count) < 0.03, "移送执行", "当事人申请").astype(object),
        "备注": np.where(closed, "", remark),
    }


def parties(county: CountyMap, region: Region, numbers: Strings, town: Any, rng: Rng) -> pa.Table:
    """A debtor a case, sometimes two; some people have many cases."""
    people = residents(county, region, town, rng)
    first = people.index.to_series().groupby(people["town"]).first().reindex(range(len(region.townships)), fill_value=0)
    size = people["town"].value_counts().reindex(range(len(region.townships)), fill_value=1)
    chosen = first.to_numpy()[town] + (rng.random(len(town)) * size.to_numpy()[town]).astype(int)
    other = np.flatnonzero(rng.random(len(town)) < OTHER_DEBTOR)
    beside = (
        first.to_numpy()[town[other]]
        + (chosen[other] - first.to_numpy()[town[other]] + 1) % size.to_numpy()[town[other]]
    )
    another = beside != chosen[other]
    who = np.concatenate([chosen, beside[another]])
    rows = people.drop(columns="town").iloc[who]
    rows.insert(0, "地位", "被执行人")
    rows.insert(0, "案号", np.concatenate([numbers, numbers[other][another]]))
    return pa.Table.from_pandas(rows[["案号", "当事人", *rows.columns.difference(["案号", "当事人"], sort=False)]],
                                preserve_index=False)  # fmt: skip


def residents(county: CountyMap, region: Region, town: Any, rng: Rng) -> pd.DataFrame:
    """The debtors of a county, by township: ``town``, and the columns of the register's people."""
    wanted = np.bincount(town, minlength=len(region.townships))
    at = np.repeat(np.arange(len(wanted)), np.maximum(1, np.ceil(wanted * (1 - REPEAT))).astype(int))
    count, number = len(at), pd.Series(np.arange(len(at)) + 1).astype(str).str.zfill(6)
    company, woman = rng.random(count) < 0.25, rng.random(count) < 0.24
    tag = county.code + number
    name = np.where(
        company,
        county.name + "示例" + pd.Series(rng.choice(TRADES, count)) + number + "有限公司",
        pd.Series(rng.choice(list(SURNAMES), count)) + "示例" + number,
    )
    home = addresses(county, region, at, rng)
    moved = np.where(rng.random(count) < AWAY, rng.choice(OUTSIDE, count), home)
    return pd.DataFrame(
        {
            "town": at,
            "当事人": name,
            "证件号": np.where(company, "999999MADE" + number + "X", id_numbers(woman, rng)),
            "性别": np.where(company, "", np.where(woman, "女", "男")),
            "户籍地": np.where(rng.random(count) < 0.7, home, ""),
            "经常居住地": moved,
            "电话": "000-" + tag,
        }
    )


def addresses(county: CountyMap, region: Region, at: Any, rng: Rng) -> Strings:
    """One address a person, in one of the ways in which people write them."""
    count, towns = len(at), region.townships
    villages = {code: rows["name"].to_numpy(object) for code, rows in region.villages.groupby("township_code")}
    village = np.empty(count, object)
    for n, code in enumerate(towns["code"]):
        own, names = np.flatnonzero(at == n), villages[code]
        weight = rng.permutation((1.0 + np.arange(len(names))) ** -VILLAGE_TAIL)
        village[own] = rng.choice(names, len(own), p=weight / weight.sum())
    town = towns["name"].to_numpy(object)[at]
    house = pd.Series(rng.integers(1, 240, count)).astype(str) + "号"
    form = rng.choice(FORMS, count, p=FORM_SHARES)
    start = np.select(
        [form == "full", form == "county", form == "street"],
        [county.province + county.city + county.name, county.name, county.name],
        "",
    )
    rest = np.where(form == "street", "建设路", village)
    return np.asarray(pd.Series(start) + town + rest + house, object)


def id_numbers(woman: Any, rng: Rng) -> Strings:
    """18 digits: an impossible region, the sex in the 17th, a wrong check digit."""
    count = len(woman)
    born = np.datetime64("1955-01-01") + rng.integers(0, 17_000, count)
    serial = rng.integers(1, 50, count) * 2 + ~woman
    body = "999999" + pd.Series(born.astype(str)).str.replace("-", "") + pd.Series(serial).astype(str).str.zfill(3)
    digits = np.frombuffer(body.str.cat().encode("ascii"), np.uint8).reshape(count, 17).astype(int) - ord("0")
    right = (digits * np.array(WEIGHTS)).sum(axis=1) % 11
    return np.asarray(body + pd.Series(np.array(list("10X98765432"), object)[(right + 3) % 11]), object)


if __name__ == "__main__":
    main()
