"""The province at a glance: every county with how far it is, every township with what came of it. From the province's
own tables; no county's database is opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from planner.errors import PlannerError
from planner.files.province_outlines import load_outlines
from planner.i18n import tell
from planner.model.province import Part, Province
from planner.store import province as store
from planner.usecases.context import Context, doors_of, permit
from planner.usecases.timing_words import Translate


@dataclass(frozen=True)
class CountyNow:
    """One county. ``state``: planned, scored, failed (what was tried last), waiting (to be done in a run) or nothing
    (was made yet). ``tried``: its part of the newest run that named it; ``scored``, ``planned``: the newest that were
    done; ``kind``: of ``tried``."""

    code: str
    name: str
    city_code: str
    city: str
    squads: int
    state: str
    kind: str = ""
    tried: Part | None = None
    scored: Part | None = None
    planned: Part | None = None


@dataclass(frozen=True)
class ProvinceView:
    """``townships``: PROVINCE_TOWNSHIP_TABLE, of each county its newest plan or score. ``as_of``: days of the
    registers scored, first and last, empty: none. ``stamp``: changes when anything here does."""

    province: Province
    counties: tuple[CountyNow, ...]
    townships: pd.DataFrame
    as_of: tuple[str, str]
    stamp: str

    def count(self, *states: str) -> int:
        return sum(county.state in states for county in self.counties)

    @property
    def cities(self) -> dict[str, str]:
        """County code -> its city."""
        return {county.code: county.city for county in self.counties}


def province_stamp(ctx: Context) -> str:
    """Changes whenever a county comes back or a run begins; cheap."""
    permit(ctx, "province.see")
    doors_of(ctx)
    return store.stamp(ctx.engine)


def province_view(ctx: Context) -> ProvinceView:
    """Raises Impossible: this installation is one county."""
    permit(ctx, "province.see")
    province = doors_of(ctx).province
    stamp = store.stamp(ctx.engine)
    townships = store.townships(ctx.engine, ("score", "plan"))
    newest = {kind: store.newest_parts(ctx.engine, kind) for kind in ("score", "plan")}
    tried = store.newest_parts(ctx.engine, None, done=False)
    counties = tuple(_county(province, code, tried, newest) for code in [one.code for one in province.counties])
    days = sorted(str(part.outcome["as_of"]) for _, part in newest["score"].values() if "as_of" in part.outcome)
    return ProvinceView(province, counties, townships, (days[0], days[-1]) if days else ("", ""), stamp)


def _county(
    province: Province,
    code: str,
    tried: Mapping[str, tuple[str, Part]],
    newest: Mapping[str, Mapping[str, tuple[str, Part]]],
) -> CountyNow:
    county = province.county(code)
    assert county is not None  # noqa: S101 - the code comes from the province itself
    kind, last = tried.get(code, ("", None))
    scored, planned = (newest[name].get(code, ("", None))[1] for name in ("score", "plan"))
    state = "planned" if planned else "scored" if scored else "nothing"
    if last and last.state != "done":
        state = last.state
    return CountyNow(
        code, county.name, county.city_code, county.city, county.squads, state, kind, last, scored, planned
    )


def county_rows_of(view: ProvinceView, t: Translate) -> pd.DataFrame:
    """One row a county: code, city, county, county_state, open_cases, squads, hot_townships, county_visits,
    county_points, plan_week, planned_visits, planned_points, plan_gap (per cent), what_to_do."""
    by_county = view.townships.groupby("county_code")
    sums = by_county[["open_cases", "visits", "prize", "planned_visits", "planned_prize"]].sum().to_dict("index")
    hot = view.townships[view.townships["chosen"]].groupby("county_code")["township"].agg("、".join).to_dict()
    rows = [_county_row(county, sums.get(county.code, {}), hot.get(county.code, ""), t) for county in view.counties]
    return pd.DataFrame(rows)


def _county_row(county: CountyNow, sums: Mapping[Any, Any], hot: str, t: Translate) -> dict[str, object]:
    plan = county.planned.outcome if county.planned else {}
    prize, bound = (float(str(plan.get(name, 0))) for name in ("prize", "bound"))
    return {
        "code": county.code,
        "city": county.city,
        "county": county.name,
        "county_state": t(f"county_state.{county.state}"),
        "open_cases": sums.get("open_cases"),
        "squads": county.squads,
        "hot_townships": hot,
        "county_visits": sums.get("visits"),
        "county_points": sums.get("prize"),
        "plan_week": plan.get("week"),
        "planned_visits": plan.get("visits"),
        "planned_points": plan.get("prize"),
        "plan_gap": 100 * (bound - prize) / prize if prize else None,
        "what_to_do": what_to_do(county, t),
    }


def what_to_do(county: CountyNow, t: Translate) -> str:
    """Why a county failed and what to do about it, or what comes next."""
    if county.tried and county.tried.state == "failed":
        return tell(PlannerError(county.tried.error_key or "", **county.tried.error_params), t)
    return t(f"county_next.{county.state}")


def township_rows_of(view: ProvinceView, t: Translate) -> pd.DataFrame:
    """PROVINCE_TOWNSHIP_TABLE as people read it, the greatest worth first: ``chosen`` in words, ``p_top`` in per cent,
    ``filings_range`` the 80 % interval."""
    rows = view.townships.sort_values(["prize", "township_code"], ascending=[False, True], ignore_index=True)
    low, high = (
        rows["filings_low"].round().astype(int).astype(str),
        rows["filings_high"].round().astype(int).astype(str),
    )
    return rows.assign(
        chosen=rows["chosen"].map({True: t("province_page.chosen"), False: ""}),
        p_top=100 * rows["p_top"],
        filings_range=low + "–" + high,
    )


def province_outlines(ctx: Context) -> gpd.GeoDataFrame:
    """county_code, code, geometry of every township, EPSG:4326.

    Raises:
        RegionError: a county's outlines are missing or not sound.
    """
    permit(ctx, "province.see")
    return load_outlines(doors_of(ctx).province)
