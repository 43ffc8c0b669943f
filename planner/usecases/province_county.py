"""What is done in one county of a province, by a worker that has opened its doors: take in, score, plan.

Each saves in the county's own database, by the very use case that the county alone would call, and gives back small
values: what it rests on, what was made, and the county's townships as the province shows them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from planner import __version__
from planner.files.policy import policy_json
from planner.model.score_run import ScoreRun
from planner.model.sweep import SweepPlan
from planner.store import pieces, plans
from planner.store.province import packed, stands
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.plan import plan
from planner.usecases.score import ScoreRequest, preview_choice, score
from planner.usecases.sweep import PlanRequest


@dataclass(frozen=True)
class Asked:
    """``known``: the digest of what was done last; the same is not done again. ``city``: where the county lies."""

    city: str
    score: ScoreRequest = field(default_factory=ScoreRequest)
    plan: PlanRequest = field(default_factory=PlanRequest)
    known: str | None = None


@dataclass(frozen=True)
class PieceAsked:
    """A county's piece of a register: the run's folder, and sha256 of its rows."""

    folder: Path
    digest: str


@dataclass(frozen=True)
class Answer:
    """What a county gives back. ``kept``: nothing was done, because it was done before from the same things;
    ``townships``: PROVINCE_TOWNSHIP_TABLE as bytes; ``outcome``: numbers for people, no personal data."""

    digest: str
    result: str | None
    kept: bool
    outcome: dict[str, object]
    townships: bytes | None = None


def import_in_county(county: Context, request: PieceAsked) -> Answer:
    """Take a piece of a register in."""
    files = pieces.take(county.engine, request.folder, county.region.code)
    imported = import_register(county, files)
    report, outcome = imported.report, imported.outcome
    told: dict[str, object] = {
        "rows": report.rows_read,
        "rejected": report.rows_rejected,
        "new": outcome.new,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "placed": int(imported.placed.drop(["outside", "none"], errors="ignore").sum()),
        "cases": int(imported.placed.sum()),
    }
    return Answer(request.digest, imported.id, False, told)


def score_in_county(county: Context, request: Asked) -> Answer:
    """Rank the townships; of a small county fewer than the policy asks for."""
    digest = digest_of(county, "score", request.score)
    if digest == request.known:
        return Answer(digest, None, True, {})
    run = score(county, replace(request.score, k=_townships(county, request.score.k)))
    selection = preview_choice(county, run, run.hotspots.k)
    told = {
        "cases_open": int(run.hotspots.table["open_cases"].sum()),
        "unplaced": sum(run.hotspots.unplaced.values()),
        "visits": len(run.visits),
        "as_of": run.hotspots.as_of.date().isoformat(),
        "content": content_of_score(run),
    }
    return Answer(digest, run.id, False, told, packed(townships_of(county, request.city, run, selection.codes)))


def plan_in_county(county: Context, request: Asked) -> Answer:
    """Plan a week."""
    digest = digest_of(county, "plan", request.plan)
    if digest == request.known:
        return Answer(digest, None, True, {})
    made = plan(county, replace(request.plan, townships=_townships(county, request.plan.townships)))
    _, visits = plans.load_plan(county.engine, made.id)
    run = plans.score_of_plan(county.engine, made.id)
    chosen = [code for code, _ in made.selection]
    told = {
        "week": made.week_start.isoformat(),
        "visits": sum(len(route.stops) for route in made.routes),
        "prize": made.prize,
        "bound": made.bound,
        "squads": len(made.squad_ids),
        "content": content_of_plan(made),
    }
    table = townships_of(county, request.city, replace(run, visits=visits), chosen, made)
    return Answer(digest, made.id, False, told, packed(table))


def digest_of(county: Context, kind: str, request: ScoreRequest | PlanRequest) -> str:
    """sha256 of all that a result rests on: program, request, policy, the region's files, what the database holds of
    cases and words of people; where clues or words may run out, the day too."""
    files = sorted(path for path in county.settings.region.rglob("*") if path.is_file())
    held, ages = stands(county.engine)
    told = [kind, __version__, repr(request), policy_json(county.policy), held]
    told += [county.clock().date().isoformat()] if ages else []
    whole = hashlib.sha256("\n".join(told).encode())
    for path in files:
        whole.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def townships_of(
    county: Context, city: str, run: ScoreRun, chosen: Sequence[str], made: SweepPlan | None = None
) -> pd.DataFrame:
    """PROVINCE_TOWNSHIP_TABLE of one county."""
    hot = run.hotspots.table
    seats = county.region.townships.set_index("code").loc[hot["township_code"]]
    visits = run.visits.groupby("township_code")["prize"].agg(["size", "sum"])
    planned = _planned(run.visits, made)
    codes = hot["township_code"]
    return pd.DataFrame(
        {
            "county_code": county.region.code,
            "county": county.region.name,
            "city": city,
            "township_code": codes,
            "township": hot["name"],
            "lon": seats["seat_lon"].to_numpy(),
            "lat": seats["seat_lat"].to_numpy(),
            "open_cases": hot["open_cases"],
            "visits": _counted(codes, visits["size"]),
            "prize": _counted(codes, visits["sum"]),
            "score": hot["score"],
            "expected_filings": hot["expected_filings"],
            "filings_low": hot["filings_low"],
            "filings_high": hot["filings_high"],
            "rank": hot["rank"],
            "p_top": hot["p_top"],
            "chosen": codes.isin(chosen),
            "planned_visits": _counted(codes, planned["size"]),
            "planned_prize": _counted(codes, planned["sum"]),
        }
    )


def _planned(visits: pd.DataFrame, made: SweepPlan | None) -> pd.DataFrame:
    """Of each township the visits that are on routes, and their prize."""
    stops = {stop.visit_id for route in made.routes for stop in route.stops} if made else set()
    return visits[visits["visit_id"].isin(stops)].groupby("township_code")["prize"].agg(["size", "sum"])


def _counted(codes: "pd.Series[str]", counts: "pd.Series[int]") -> "pd.Series[int]":
    return codes.map(counts).fillna(0).astype("Int64")


def content_of_score(run: ScoreRun) -> str:
    """A digest of what was found, whenever and by whom: equal for equal results."""
    return _sha256(run.hotspots.table, run.visits)


def content_of_plan(made: SweepPlan) -> str:
    """A digest of a plan's routes and figures; its id is chance and does not count."""
    routes = [(r.squad_id, r.day.isoformat(), [(s.visit_id, s.start) for s in r.stops]) for r in made.routes]
    return hashlib.sha256(json.dumps([routes, made.prize, made.bound]).encode()).hexdigest()


def _sha256(*frames: pd.DataFrame) -> str:
    rows = [pd.util.hash_pandas_object(frame.round(9), index=False).to_numpy(np.uint64) for frame in frames]
    return hashlib.sha256(np.concatenate(rows).tobytes()).hexdigest()


def _townships(county: Context, asked: int | None) -> int:
    """How many are chosen: a county may have fewer than were asked for in all."""
    return min(len(county.region.townships), asked or county.policy.sweep.townships)
