"""The province folder: province.toml (code, name, name_en) and counties.csv, read strictly.

counties.csv has a row a county; ``courts`` are joined by ``;``, the county's own court first, and ``region`` is its
region folder, relative to the province's. A new province needs no code.
"""

from pathlib import Path

from planner.errors import RegionError
from planner.files.facts import SQUADS, refuse_twice
from planner.files.region import read_region_code
from planner.files.strict import digits, many, read_rows, read_toml, text
from planner.model.province import County, Province

COUNTY = digits(6)
COUNTIES = {
    "city_code": COUNTY,
    "city": text(),
    "county_code": COUNTY,
    "county": text(),
    "county_en": text(),
    "courts": many(text()),
    "region": text(),
}


def load_province(folder: Path) -> Province:
    """Raises RegionError: a file is missing, a cell is not allowed, a county or court stands twice, a city has two
    names, or a region folder is missing or another county's."""
    if not folder.is_dir():
        raise RegionError("province_folder_missing", folder=str(folder))
    facts = read_toml(folder / "province.toml")
    for key in ("code", "name", "name_en"):
        if not isinstance(facts.get(key), str) or not facts[key]:
            raise RegionError("region_key", file="province.toml", name=key, value=facts.get(key), allowed="str")
    file = folder / "counties.csv"
    rows = sorted(read_rows(file, COUNTIES), key=lambda row: str(row["county_code"]))
    if not rows:
        raise RegionError("region_file_empty", file=file.name)
    refuse_twice(file, "county_code", (row["county_code"] for row in rows))
    refuse_twice(file, "courts", (court for row in rows for court in row["courts"]))
    refuse_twice(file, "city_code", {(row["city_code"], row["city"]): row["city_code"] for row in rows}.values())
    counties = []
    for row in rows:
        region = (folder / row["region"]).resolve()
        _require_region(file, row["row"], region, row["county_code"])
        if not row["courts"]:
            allowed = f"{row['county']}人民法院"
            raise RegionError("region_cell", file=file.name, row=row["row"], column="courts", value="", allowed=allowed)
        squads = len(read_rows(region / "squads.csv", SQUADS))
        names = (row["county"], row["county_en"], row["city_code"], row["city"], row["courts"])
        counties.append(County(row["county_code"], *names, region, squads))
    return Province(facts["code"], facts["name"], facts["name_en"], tuple(counties))


def _require_region(file: Path, row: int, region: Path, code: str) -> None:
    found = read_region_code(region)
    if found is None:
        raise RegionError("region_folder_missing", folder=str(region))
    if found != code:
        raise RegionError("province_region_of_another", file=file.name, row=row, county=code, folder=region, code=found)
