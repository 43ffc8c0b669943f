"""Commands that make a region: outlines and villages, roads."""

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import register_tables
from planner.cli.shared import RegionOption, settings_of, translator_of
from planner.usecases.import_region import ImportRegion, import_region
from planner.usecases.import_roads import import_roads

app = typer.Typer(
    no_args_is_help=True, help="地区：边界、村、驻地、小组 · Regions: boundaries, villages, bases, squads."
)


@app.command("import")
def region_import(
    source: Annotated[Path, typer.Argument(help="Boundary file (GeoJSON, GeoPackage, Shapefile) or folder.")],
    villages: Annotated[Path, typer.Option(help="Village list (CSV or xlsx).")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    seats: Annotated[Path | None, typer.Option(help="Central points of the townships (CSV).")] = None,
    datum: Annotated[str | None, typer.Option(help="WGS-84 | CGCS2000 | GCJ-02 | BD-09 (default: WGS-84).")] = None,
    facts: Annotated[
        Path | None, typer.Option(help="Region folder whose bases, squads, ferries and calendar are taken over.")
    ] = None,
) -> None:
    """导入县界和村名。Make a region folder from outlines and a village list; every mend is listed."""
    t = translator_of()
    request = ImportRegion(source, villages, out, seats, datum, facts, own_facts=settings_of().region)
    imported = import_region(request)
    register_tables.region_imported(imported, t)


@app.command("roads")
def region_roads(
    file: Annotated[Path, typer.Argument(help="OpenStreetMap extract: .osm.pbf, .osm, .osm.bz2 or .osm.gz.")],
    region: RegionOption = None,
) -> None:
    """导入道路。Take roads as the base of travel times; says what came and which places lie far from any road."""
    t = translator_of()
    register_tables.roads_imported(import_roads(file, settings_of(region).region), t)
