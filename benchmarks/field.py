"""From a clue to a new plan, and the sizes of what goes to a phone.

    python -m benchmarks.field [--data var] [--seeds 5] [--seconds 1] [--page http://127.0.0.1:8501] [--json]

The database of ``--data`` (an installation with a register, PLANNER_DATA_DIR) is copied and not touched. On the second
morning of a plan at 10:20 a clue about a case that is on no route comes in; measured are reading and matching it,
the offer (the search is limited by ``--seconds``), accepting it, and how many visits and squads it changes. Then
every squad's card of that day: bytes as a file and gzipped. With ``--page`` (a served installation) 我的路线 is opened
in Chromium at phone size, once with an empty cache and once again: bytes received and seconds until the list stands.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from datetime import time as day_time
from pathlib import Path

from planner.bootstrap import open_context
from planner.i18n import translator
from planner.model.sweep import SweepPlan
from planner.model.units import BEIJING
from planner.settings import read_settings
from planner.store import plans
from planner.usecases.accept import squads_changed
from planner.usecases.cards import issue_card
from planner.usecases.clue_intake import enter, read_text
from planner.usecases.clue_replan import accept_offer, followed_on, offer
from planner.usecases.context import Context
from planner.usecases.in_force import adopt
from planner.usecases.plan import plan
from planner.usecases.replan import plan_changes
from planner.usecases.sweep import PlanRequest
from tests.browser import chromium

MORNING = day_time(10, 20)


@dataclass(frozen=True)
class Row:
    seed: int
    read_seconds: float
    offer_seconds: float
    accept_seconds: float
    all_seconds: float
    followed: bool
    done_changed: int
    visits_changed: int
    squads_changed: int


@dataclass(frozen=True)
class Sizes:
    cards: int
    most_visits: int
    most_bytes: int
    most_gzipped: int


def run(ctx: Context, made: SweepPlan, seed: int, seconds: float) -> Row:
    _, visits = plans.load_plan(ctx.engine, made.id)
    unserved = [
        unserved.visit_id for unserved in made.unserved if unserved.reason in ("no_time_left", "township_not_chosen")
    ]
    case_id = visits.set_index("visit_id")["case_ids"][unserved[seed % len(unserved)]].split(";")[0]
    adopt(ctx, made.id)
    began = time.perf_counter()
    clue_id = enter(ctx, read_text(ctx, f"{case_id} 昨晚8点亲眼看到人在家（第{seed}条）")).clue_ids[0]
    read = time.perf_counter()
    proposal = offer(ctx, clue_id, seconds)
    offered = time.perf_counter()
    accept_offer(ctx, clue_id, proposal)
    ended = time.perf_counter()
    return Row(
        seed=seed,
        read_seconds=round(read - began, 2),
        offer_seconds=round(offered - read, 2),
        accept_seconds=round(ended - offered, 2),
        all_seconds=round(ended - began, 2),
        followed=followed_on(proposal, case_id) is not None,
        done_changed=len(_done(made, made.days[1]) ^ _done(proposal.plan, made.days[1])),
        visits_changed=len(plan_changes(made, proposal.plan)),
        squads_changed=len(squads_changed(proposal)),
    )


def _done(of: SweepPlan, day: object) -> set[tuple[str, str, int]]:
    """What was made before the clue came."""
    minute = MORNING.hour * 60 + MORNING.minute
    return {
        (route.squad_id, stop.visit_id, stop.start)
        for route in of.routes
        for stop in route.stops
        if route.day == of.days[0] or (route.day == day and stop.start < minute)
    }


def sizes(ctx: Context, made: SweepPlan) -> Sizes:
    routes = [route for route in made.routes if route.stops and route.day == made.days[1]]
    issued = [issue_card(ctx, made.id, route.squad_id, route.day, translator("zh")) for route in routes]
    return Sizes(
        cards=len(issued),
        most_visits=max(len(route.stops) for route in routes),
        most_bytes=max(len(card.html) for card in issued),
        most_gzipped=max(card.gzip_bytes for card in issued),
    )


@dataclass(frozen=True)
class Load:
    visit: str
    received_kb: int
    seconds: float


def loads(address: str) -> Iterator[Load]:
    """The phone's page, first with an empty cache."""
    with chromium() as browser:
        signed = browser.request.post(f"{address}/login", form={"name": "示例院长"}, headers={"origin": address})
        assert signed.ok, "the page benchmark needs a served demo"
        for visit in ("first", "again"):
            page, received = browser.new_page(), [0]
            session = browser.new_cdp_session(page)
            session.send("Network.enable")
            session.on("Network.dataReceived", lambda told, sum_=received: _add(sum_, told["encodedDataLength"]))
            page.set_viewport_size({"width": 390, "height": 844})
            began = time.perf_counter()
            page.goto(f"{address}/my_route")
            page.get_by_role("button", name="记录结果").first.wait_for(timeout=60_000)
            yield Load(visit, received[0] // 1000, round(time.perf_counter() - began, 2))
            page.close()


def _add(total: list[int], count: int) -> None:
    total[0] += count


def measured(data: Path, seeds: int, seconds: float) -> Iterator[Row | Sizes]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "var"
        shutil.copytree(data, copy)
        settings = read_settings(dict(os.environ) | {"PLANNER_DATA_DIR": str(copy), "PLANNER_DATABASE_URL": ""})
        with open_context(settings) as ctx:
            made = plan(ctx, PlanRequest(seconds=10.0))
            at = datetime.combine(made.days[1], MORNING, BEIJING)
            there = replace(ctx, clock=lambda: at)
            for seed in range(seeds):
                yield run(there, made, seed, seconds)
            yield sizes(there, made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("var"), help="data folder of an installation")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--page", help="address of a served installation")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    *rows, card = measured(given.data, given.seeds, given.seconds)
    pages = list(loads(given.page)) if given.page else []
    if given.json:
        told = {"clues": rows, "cards": [card], "pages": pages}
        print(json.dumps({name: [asdict(row) for row in group] for name, group in told.items()}, indent=1))
        return
    for group in filter(None, (rows, [card], pages)):
        print("".join(f"{name:>16}" for name in asdict(group[0])))
        for row in group:
            print("".join(f"{value!s:>16}" for value in asdict(row).values()))


if __name__ == "__main__":
    main()
